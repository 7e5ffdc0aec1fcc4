/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides where lines end and what is too much. */
#include "core/run/output.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"

#define CHUNK	   4096
#define CHUNKS_MAX 16 /* at one time, so that others have their turn */

const char *output_quote(const char *text, size_t len, char *buf, size_t cap)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	buf[n++] = '"';
	for (size_t i = 0; i < len && n + 6 <= cap; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c < 0x7f) {
			if (c == '"' || c == '\\')
				buf[n++] = '\\';
			buf[n++] = (char)c;
			continue;
		}
		buf[n++] = '\\';
		buf[n++] = 'x';
		buf[n++] = hex[c >> 4];
		buf[n++] = hex[c & 15];
	}
	buf[n++] = '"';
	buf[n] = '\0';
	return buf;
}

bool output_full(const struct output *o)
{
	return o->lines >= OUTPUT_LINES_MAX;
}

static void line_log(struct output *o, const char *label)
{
	char quoted[4 * OUTPUT_LINE_MAX + 8];

	log_event(LOG_LEVEL_INFO, "output", "text=%s %s",
		  output_quote(o->line, o->len, quoted, sizeof(quoted)), label);
	o->len = 0;
	o->lines++;
}

static void bytes_take(struct output *o, const char *at, size_t n,
		       const char *label)
{
	for (size_t i = 0; i < n; i++) {
		if (output_full(o)) {
			o->dropped += n - i;
			return;
		}
		if (at[i] == '\n') {
			line_log(o, label);
			continue;
		}
		if (o->len == OUTPUT_LINE_MAX) {
			line_log(o, label);
			i--;
			continue;
		}
		o->line[o->len++] = at[i];
	}
}

bool output_read(struct output *o, const char *label)
{
	char buf[CHUNK];

	for (int i = 0; i < CHUNKS_MAX; i++) {
		ssize_t n = read(o->fd, buf, sizeof(buf));

		if (n > 0)
			bytes_take(o, buf, (size_t)n, label);
		else if (n < 0 && errno == EINTR)
			continue;
		else
			return n < 0 && errno == EAGAIN;
	}
	return true;
}

void output_end(struct output *o, const char *label)
{
	if (o->fd < 0)
		return;
	if (o->len)
		line_log(o, label);
	if (o->dropped)
		log_event(LOG_LEVEL_WARNING, "output",
			  "dropped-bytes=%" PRIu64 " %s", o->dropped, label);
	close(o->fd);
	o->fd = -1;
}
