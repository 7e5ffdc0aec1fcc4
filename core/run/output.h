/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program says, on its way into the log: line by line, quoted, so that
 * none of it can be taken for a line or a field of ours, and no more than a
 * screen or two of it.
 */
#ifndef HAUNT_RUN_OUTPUT_H
#define HAUNT_RUN_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_LINE_MAX	 200 /* bytes of a line; the rest is another line */
#define OUTPUT_LINES_MAX 100

struct output {
	int fd; /* non-blocking; -1: closed */
	size_t len;
	unsigned int lines;
	uint64_t dropped; /* bytes beyond */
	char line[OUTPUT_LINE_MAX];
};

/* Reads what is there; lines go to the log with the label. False: that was the
 * end. */
bool output_read(struct output *o, const char *label);
/* True once nothing more of it is logged. */
bool output_full(const struct output *o);
/* Logs what has no end of line, and how much was dropped; closes it. */
void output_end(struct output *o, const char *label);
/* "text" in quotes: printable ASCII as it is but for '"' and '\', which get a
 * '\' before them; anything else \xNN. cap is at least 4 * len + 3. */
const char *output_quote(const char *text, size_t len, char *buf, size_t cap);

#endif
