/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides patience: with what is to end, and with what fails. */
#include "core/units.h"

#include <signal.h>

#include "core/base/log.h"

#define PAUSE_FIRST_MS 100
#define PAUSE_LAST_MS  30000
#define PAUSES_SHORT   12    /* failures before the pause grows */
#define STEADY_MS      60000 /* a run this long forgets earlier failures */

/* When a unit that is ending is treated more harshly. */
#define GRACE_MS 1500 /* what the first of it leaves is still seen to */
#define TERM_MS	 5000

struct unit unit_of(unsigned int set, unsigned int kind)
{
	return (struct unit){ .set = set,
			      .kind = kind,
			      .pause_ms = PAUSE_FIRST_MS };
}

/* When its roles do not all live: the others end by themselves when they have
 * seen to what the dead one left to them. */
static void ending_begin(struct unit *u, uint64_t now_ms)
{
	u->state = UNIT_ENDING;
	u->harsh = 0;
	u->due_ms = now_ms + GRACE_MS;
}

void unit_end(struct unit *u, const struct roles *r, uint64_t now_ms)
{
	u->wanted = true;
	if (u->state == UNIT_DOWN) {
		u->due_ms = now_ms;
		return;
	}
	if (u->state == UNIT_UP)
		ending_begin(u, now_ms);
	roles_signal(r, u->kind, SIGTERM);
}

static bool is_whole(const struct unit *u, const struct roles *r)
{
	for (unsigned int i = 0; i < ROLE_COUNT; i++) {
		if ((u->set & ROLE_SET(i)) && !r->at[i].pid)
			return false;
	}
	return true;
}

static void harsher(struct unit *u, const struct roles *r, uint64_t now_ms)
{
	if (u->harsh == 0) {
		roles_signal(r, u->set, SIGTERM);
		u->due_ms = now_ms + TERM_MS;
	} else {
		log_event(LOG_LEVEL_WARNING, "end", "roles-do-not-end=killed");
		roles_signal(r, u->set, SIGKILL);
		u->due_ms = now_ms + TERM_MS;
	}
	u->harsh++;
}

static void failed(struct unit *u, uint64_t now_ms)
{
	if (u->anew) {
		u->anew = false;
		u->due_ms = now_ms;
		log_event(LOG_LEVEL_WARNING, "restart", "in_ms=0");
		return;
	}
	if (now_ms - u->started_ms > STEADY_MS) {
		u->failures = 0;
		u->pause_ms = PAUSE_FIRST_MS;
	}
	u->failures++;
	u->due_ms = now_ms + (uint64_t)u->pause_ms;
	log_event(LOG_LEVEL_WARNING, "restart", "in_ms=%d", u->pause_ms);
	if (u->was_ready && u->failures < PAUSES_SHORT)
		return;
	u->pause_ms = u->pause_ms * 2 < PAUSE_LAST_MS ? u->pause_ms * 2
						      : PAUSE_LAST_MS;
}

bool unit_watch(struct unit *u, const struct roles *r, uint64_t now_ms)
{
	if (u->state == UNIT_DOWN)
		return false;
	if (roles_ready(r, u->set))
		u->was_ready = true;
	if (u->state == UNIT_UP) {
		if (is_whole(u, r))
			return false;
		ending_begin(u, now_ms);
	}
	if (roles_alive(r, u->set)) {
		if (now_ms >= u->due_ms)
			harsher(u, r, now_ms);
		return false;
	}
	u->state = UNIT_DOWN;
	u->due_ms = now_ms;
	if (!u->wanted)
		failed(u, now_ms);
	u->wanted = false;
	return true;
}

bool unit_due(const struct unit *u, uint64_t now_ms)
{
	return u->state == UNIT_DOWN && now_ms >= u->due_ms;
}

void unit_started(struct unit *u, bool ok, uint64_t now_ms)
{
	u->state = UNIT_UP;
	u->wanted = false;
	u->was_ready = false;
	u->started_ms = now_ms;
	/* What was started of it ends with the rest. */
	if (!ok)
		ending_begin(u, now_ms - GRACE_MS);
}

uint64_t unit_next_ms(const struct unit *u)
{
	return u->state == UNIT_UP ? UINT64_MAX : u->due_ms;
}
