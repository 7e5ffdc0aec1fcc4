/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines for the person who reads the answer, such as what could not be copied.
 * Only so many are kept; the rest is counted.
 */
#ifndef HAUNT_EXPLAIN_NOTES_H
#define HAUNT_EXPLAIN_NOTES_H

#include <stddef.h>

#define NOTES_MAX 32
#define NOTE_MAX  384

struct notes {
	char at[NOTES_MAX][NOTE_MAX];
	size_t len;
	size_t more; /* that did not fit */
};

void notes_add(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
