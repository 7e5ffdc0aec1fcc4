/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The log: one line an event, an event name and key=value pairs, to stderr or
 * to syslog. Values that need it are quoted and escaped, so that no input can
 * forge a line or a field.
 *
 *	log_event(LOG_LEVEL_INFO, "admit", "client=%s result=%s", ...);
 *
 * prints `hauntd[gate]: admit client=alice result=granted`.
 */
#ifndef HAUNT_BASE_LOG_H
#define HAUNT_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

enum log_sink {
	LOG_SINK_STDERR,
	LOG_SINK_SYSLOG,
};

/* Call once per process, before the first line. who names the role ("gate")
 * and is kept, not copied. */
void log_open(const char *program, const char *who, enum log_sink sink,
	      enum log_level level);

/* One line. The format's %s values are escaped by log_text where they come
 * from outside. Lines longer than 1,000 bytes are cut and end in "…". */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Makes text safe as a value: printable ASCII without space, quote, '=' or
 * backslash stays, anything else is \xNN. Returns buf; cut at cap with NUL. */
const char *log_text(const char *text, size_t len, char *buf, size_t cap);

/* A limit for what outsiders can cause: at most burst times per interval. */
struct log_limit {
	uint64_t interval_ms;
	uint32_t burst;
	uint64_t start_ms;
	uint32_t used;
};

/* True if it may happen once more. now_ms is monotonic. */
bool log_limit_pass(struct log_limit *limit, uint64_t now_ms);

#endif
