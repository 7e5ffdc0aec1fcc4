/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that there is an end to them.
 */
#include "explain/notes.h"

#include <stdarg.h>
#include <stdio.h>

void notes_add(struct notes *notes, const char *format, ...)
{
	va_list ap;

	if (notes->len == NOTES_MAX) {
		notes->more++;
		return;
	}
	va_start(ap, format);
	vsnprintf(notes->at[notes->len++], NOTE_MAX, format, ap);
	va_end(ap);
}
