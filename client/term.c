/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what terminals understand, and who does not want to see it.
 */
#include "client/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_MAX_BYTES 256

struct term term_of(FILE *to)
{
	const char *kind = getenv("TERM");
	const char *plain = getenv("NO_COLOR");
	struct term t = { .to = to };

	t.live = isatty(fileno(to)) && kind && *kind && strcmp(kind, "dumb");
	t.colour = t.live && !(plain && *plain);
	return t;
}

void term_put(const struct term *t, enum term_style style, const char *text)
{
	static const char *const codes[] = {
		[TERM_PLAIN] = "",
		[TERM_NAME] = "\033[1m",
		[TERM_GOOD] = "\033[32m",
		[TERM_FAINT] = "\033[2m",
	};

	if (!t->colour || style == TERM_PLAIN)
		fputs(text, t->to);
	else
		fprintf(t->to, "%s%s\033[0m", codes[style], text);
}

struct progress progress_new(bool quiet)
{
	struct progress p = { .term = { .to = stderr } };

	if (!quiet)
		p.term = term_of(stderr);
	return p;
}

/* A line that is longer than the terminal is wide could not be taken back. */
static size_t width_of(FILE *to)
{
	struct winsize size = { 0 };

	if (ioctl(fileno(to), TIOCGWINSZ, &size) || size.ws_col < 2)
		return 79;
	return size.ws_col - 1u;
}

void progress_show(struct progress *p, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	size_t width;
	va_list ap;

	if (!p->term.live)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	width = width_of(p->term.to);
	if (width < sizeof(line))
		line[width] = '\0';
	fputs("\r\033[K", p->term.to);
	term_put(&p->term, TERM_FAINT, line);
	fflush(p->term.to);
	p->shown = true;
}

void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", p->term.to);
	fflush(p->term.to);
	p->shown = false;
}
