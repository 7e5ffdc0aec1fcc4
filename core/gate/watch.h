/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens, for those who watch: grants and sessions as they come and go.
 * Each watcher has a queue of its own; one that is too slow is told how much
 * it has missed.
 */
#ifndef HAUNT_GATE_WATCH_H
#define HAUNT_GATE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "nat/grant.h"

#define WATCHERS_MAX 8
#define WATCH_QUEUE  256 /* events that wait for one watcher */

enum watch_kind {
	WATCH_GRANTED,
	WATCH_RENEWED,
	WATCH_ENDED,
	WATCH_SESSION,
};

struct watch_event {
	enum watch_kind kind;
	int64_t wall_s;
	char client[CONFIG_NAME_MAX + 1];
	char service[CONFIG_NAME_MAX + 1];
	const char *reason; /* WATCH_ENDED; static */
	struct grant grant; /* all but WATCH_SESSION */
	struct session session;
};

struct watcher {
	struct watcher *next;
	size_t head;
	size_t len;
	uint64_t missed; /* after those that wait */
	/* Called when there is something after there was nothing. */
	void (*wake)(void *arg);
	void *arg;
	struct watch_event queue[WATCH_QUEUE];
};

/* Zero-initialised is nobody. */
struct watchers {
	struct watcher *head;
	size_t len;
};

void watch_add(struct watchers *all, struct watcher *w);
void watch_remove(struct watchers *all, struct watcher *w);
/* Tells all of them. */
void watch_tell(struct watchers *all, const struct watch_event *e);
/* The next event. False: there is none, and *missed came after the last. */
bool watch_next(struct watcher *w, struct watch_event *out, uint64_t *missed);

#endif
