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

void tell(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
}
