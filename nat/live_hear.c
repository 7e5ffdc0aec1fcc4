/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what an event is worth. It is a hint: that a connection has begun says
 * neither that it was answered nor that it will be, so it is looked for by
 * itself, again and again, until it lives or is gone. Where there are too many
 * hints, or some were lost, one look at everything takes their place.
 */
#include "nat/live_own.h"

/* The first time that one which has begun is looked for, and the longest that
 * it waits for the next. */
#define HINT_FIRST_MS 2
#define HINT_WAIT_MS  30
/* Who is not answered for so long is left to the next look. */
#define HINT_LIFE_MS 10000

void live_events(struct live *l)
{
	bool on = l->awake && (l->watched || l->port.config->session_events);
	enum haunt_err err;

	if (on == (l->fd >= 0))
		return;
	err = l->port.ops->events(l->port.fw, on, &l->fd);
	if (err != HAUNT_OK) {
		l->fd = -1;
		live_failure("events", err);
	}
	l->hints_len = 0;
	/* What began before somebody listened. */
	l->soon = l->soon || on;
}

static void on_event(void *arg, const struct sight *s, bool gone)
{
	struct live *l = arg;
	struct picture_now now = live_now(l);
	enum haunt_err err;

	if (gone || s->session.state != SESSION_BEGINS) {
		err = picture_glimpse(l->picture, &now, s, gone, live_news, l);
		l->soon = l->soon || err != HAUNT_OK;
		return;
	}
	if (l->hints_len == HINTS_MAX) {
		l->soon = true;
		return;
	}
	l->hints[l->hints_len++] =
		(struct hint){ .s = s->session,
			       .since_ms = now.mono_ms,
			       .at_ms = now.mono_ms + HINT_FIRST_MS,
			       .wait_ms = HINT_FIRST_MS };
}

int live_fd(const struct live *l)
{
	return l->fd;
}

void live_hear(struct live *l)
{
	enum haunt_err err = l->port.ops->hear(l->port.fw, on_event, l);

	if (err == HAUNT_OK)
		return;
	live_failure("events", err);
	l->soon = true;
}

/* Looks for one; true if it is to be looked for again. */
static bool hint_follow(struct live *l, struct hint *hint)
{
	struct picture_now now = live_now(l);
	struct sight s;
	enum haunt_err err = l->port.ops->session(l->port.fw, &hint->s, &s);

	if (err == HAUNT_ENOENT)
		return false;
	if (err == HAUNT_OK && s.session.state == SESSION_BEGINS) {
		hint->wait_ms *= 2;
		if (hint->wait_ms > HINT_WAIT_MS)
			hint->wait_ms = HINT_WAIT_MS;
		hint->at_ms = now.mono_ms + hint->wait_ms;
		return now.mono_ms - hint->since_ms < HINT_LIFE_MS;
	}
	if (err == HAUNT_OK)
		err = picture_glimpse(l->picture, &now, &s, false, live_news,
				      l);
	l->soon = l->soon || err != HAUNT_OK;
	return false;
}

void live_follow(struct live *l)
{
	uint64_t now = clock_mono_ms(l->port.clock);
	size_t kept = 0;

	for (size_t i = 0; i < l->hints_len; i++) {
		struct hint *hint = &l->hints[i];

		if (hint->at_ms > now || hint_follow(l, hint))
			l->hints[kept++] = *hint;
	}
	l->hints_len = kept;
}

uint64_t live_follow_ms(const struct live *l)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < l->hints_len; i++) {
		if (l->hints[i].at_ms < next)
			next = l->hints[i].at_ms;
	}
	return next;
}
