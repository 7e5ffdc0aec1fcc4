/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the rings. What a full one has no room for is counted. */
#include "core/gate/watch.h"

void watch_add(struct watchers *all, struct watcher *w)
{
	w->next = all->head;
	all->head = w;
	all->len++;
}

void watch_remove(struct watchers *all, struct watcher *w)
{
	struct watcher **link = &all->head;

	while (*link && *link != w)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = w->next;
	all->len--;
}

static void one_tell(struct watcher *w, const struct watch_event *e)
{
	bool idle = !w->len && !w->missed;

	/* Nothing may overtake the line that says what was missed. */
	if (w->len == WATCH_QUEUE || w->missed)
		w->missed++;
	else
		w->queue[(w->head + w->len++) % WATCH_QUEUE] = *e;
	if (idle && w->wake)
		w->wake(w->arg);
}

void watch_tell(struct watchers *all, const struct watch_event *e)
{
	for (struct watcher *w = all->head; w; w = w->next)
		one_tell(w, e);
}

bool watch_next(struct watcher *w, struct watch_event *out, uint64_t *missed)
{
	if (!w->len) {
		*missed = w->missed;
		w->missed = 0;
		return false;
	}
	*out = w->queue[w->head];
	w->head = (w->head + 1) % WATCH_QUEUE;
	w->len--;
	return true;
}
