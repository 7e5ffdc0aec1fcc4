/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stream can show: a terminal gets colours and a line that is
 * rewritten, anything else gets plain text and nothing that goes away again.
 */
#ifndef HAUNT_CLIENT_TERM_H
#define HAUNT_CLIENT_TERM_H

#include <stdbool.h>
#include <stdio.h>

struct term {
	FILE *to;
	bool live;   /* a terminal that can go back in its line */
	bool colour; /* and NO_COLOR is not set */
};

enum term_style {
	TERM_PLAIN,
	TERM_NAME, /* what things are called */
	TERM_GOOD,
	TERM_FAINT,
};

struct term term_of(FILE *to);
/* Prints text in that style, or plainly. */
void term_put(const struct term *t, enum term_style style, const char *text);

/* One line that says what is going on, and goes away in the end. */
struct progress {
	struct term term;
	bool shown;
};

/* On stderr; quiet: never anything. */
struct progress progress_new(bool quiet);
void progress_show(struct progress *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Before anything else is written to the terminal. */
void progress_clear(struct progress *p);

#endif
