/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the sink and the shape of a line. A line is written by one write(),
 * so that the lines of several roles do not mix.
 */
#include "core/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1000

static const char cut_mark[] = "…";

static struct {
	const char *program;
	const char *who;
	enum log_sink sink;
	enum log_level level;
} log_state = { .program = "haunt", .level = LOG_LEVEL_INFO };

void log_open(const char *program, const char *who, enum log_sink sink,
	      enum log_level level)
{
	log_state.program = program;
	log_state.who = who;
	log_state.sink = sink;
	log_state.level = level;
	if (sink == LOG_SINK_SYSLOG)
		openlog(program, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

static int level_priority(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return LOG_ERR;
	case LOG_LEVEL_WARNING:
		return LOG_WARNING;
	case LOG_LEVEL_INFO:
		return LOG_INFO;
	case LOG_LEVEL_DEBUG:
		return LOG_DEBUG;
	}
	return LOG_ERR;
}

/* The words before the event: who speaks and, above info, how loud. */
static int head_format(char *buf, size_t cap, enum log_level level)
{
	static const char *const words[] = {
		[LOG_LEVEL_ERROR] = "error ",
		[LOG_LEVEL_WARNING] = "warning ",
		[LOG_LEVEL_INFO] = "",
		[LOG_LEVEL_DEBUG] = "debug ",
	};

	if (log_state.who)
		return snprintf(buf, cap, "%s[%s]: %s", log_state.program,
				log_state.who, words[level]);
	return snprintf(buf, cap, "%s: %s", log_state.program, words[level]);
}

static void line_write(const char *line, size_t len)
{
	while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
		;
}

/* Control characters cannot come from log_text(); this is the last fence. */
static void line_clean(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	}
}

/* Ends text that filled the buffer with a mark, on a character's border. */
static size_t line_cut(char *line)
{
	size_t keep = LINE_MAX_BYTES - sizeof(cut_mark) - 1;

	while (keep && ((unsigned char)line[keep] & 0xc0) == 0x80)
		keep--;
	memcpy(line + keep, cut_mark, sizeof(cut_mark));
	return keep + sizeof(cut_mark) - 1;
}

static size_t room(size_t used)
{
	return used < LINE_MAX_BYTES ? LINE_MAX_BYTES - used : 0;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES + 1];
	size_t used;
	va_list ap;
	int saved = errno;

	if (level > log_state.level)
		return;
	used = (size_t)head_format(line, LINE_MAX_BYTES, level);
	used += (size_t)snprintf(line + used, room(used), "%s%s", event,
				 format && *format ? " " : "");
	va_start(ap, format);
	if (format && *format && room(used))
		used += (size_t)vsnprintf(line + used, room(used), format, ap);
	va_end(ap);
	if (used >= LINE_MAX_BYTES)
		used = line_cut(line);
	line_clean(line, used);
	if (log_state.sink == LOG_SINK_SYSLOG) {
		syslog(level_priority(level), "%.*s", (int)used, line);
	} else {
		line[used] = '\n';
		line_write(line, used + 1);
	}
	errno = saved;
}

const char *log_text(const char *text, size_t len, char *buf, size_t cap)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool plain = c > 0x20 && c < 0x7f && !strchr("\"'=\\", c);

		if (n + (plain ? 1 : 4) + 1 > cap)
			break;
		if (plain) {
			buf[n++] = (char)c;
			continue;
		}
		buf[n++] = '\\';
		buf[n++] = 'x';
		buf[n++] = hex[c >> 4];
		buf[n++] = hex[c & 15];
	}
	buf[n] = '\0';
	return buf;
}

bool log_limit_pass(struct log_limit *limit, uint64_t now_ms)
{
	if (now_ms - limit->start_ms >= limit->interval_ms) {
		limit->start_ms = now_ms;
		limit->used = 0;
	}
	if (limit->used < limit->burst) {
		limit->used++;
		return true;
	}
	return false;
}
