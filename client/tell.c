/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that messages go to stderr, whole lines at a time, so that two
 * programs that share a terminal do not mix theirs.
 */
#include "client/tell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 2048

/*
 * Names of files, lines of others' configurations and what a server says of
 * itself are told, too: none of it is to reach the terminal as a command.
 */
static void tame(char *line)
{
	for (unsigned char *c = (unsigned char *)line; *c; c++) {
		if (*c < 0x20 || *c == 0x7f) {
			*c = '?';
		} else if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) {
			c[0] = '?'; /* C1, as UTF-8 has it */
			c[1] = '?';
		}
	}
}

void tell(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	tame(line);
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
}
