/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides when conntrack is looked at: when it is time, when something was
 * missed, when somebody is to be cut; and never for more than a part of the
 * time, however long a look takes.
 */
#include <stdlib.h>

#include "core/base/log.h"
#include "nat/live_own.h"

/* While somebody watches. */
#define WATCH_POLL_MS 1000
/* Looks that events call for: not more often than this. */
#define SOON_MS 30
/* A look waits for so many times what the last one took. */
#define LOOK_SHARE 20
/* Sessions that are due to be cut: not more often than this. */
#define DUE_PAUSE_MS 1000
#define CUT_MAX	     16
/* After a grant, whose session mostly begins at once: so that it is known whose
 * it is, whatever happens to this process. */
#define EXPECT_MS 1000
#define LEFT_MAX  65536

enum haunt_err live_new(const struct nat_port *port, struct live **out)
{
	struct live *l = calloc(1, sizeof(*l));
	enum haunt_err err;

	if (!l)
		return HAUNT_ENOMEM;
	l->port = *port;
	l->fd = -1;
	l->accounting = -1;
	l->expect_ms = UINT64_MAX;
	err = picture_new(&l->picture);
	if (err != HAUNT_OK) {
		free(l);
		return err;
	}
	*out = l;
	return HAUNT_OK;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	picture_free(l->picture);
	free(l->left);
	free(l);
}

struct picture_now live_now(const struct live *l)
{
	int64_t wall = clock_wall_s(l->port.clock);

	return (struct picture_now){
		.mono_ms = clock_mono_ms(l->port.clock),
		.wall_ms = wall > 0 ? (uint64_t)wall * 1000 : 0,
	};
}

void live_failure(const char *step, enum haunt_err err)
{
	log_event(LOG_LEVEL_WARNING, "sessions", "step=%s error=%s", step,
		  nat_error_name(err));
}

enum haunt_err live_news(void *arg, const struct session *s)
{
	const struct live *l = arg;

	return nat_tell_session(&l->port, NAT_SESSION, s);
}

/* ---- looks ---- */

/* While nobody was here, sessions may have ended with their grant, whose client
 * has closed its end by now, and whose server was not told. */
static void left_note(struct live *l, const struct session *s)
{
	struct session *more = l->left;
	size_t cap = l->left_cap ? l->left_cap * 2 : CUT_MAX;

	if (l->left_len == LEFT_MAX)
		return;
	if (l->left_len == l->left_cap) {
		more = reallocarray(l->left, cap, sizeof(l->left[0]));
		if (!more)
			return;
		l->left = more;
		l->left_cap = cap;
	}
	l->left[l->left_len++] = *s;
}

/* One that has really ended has no socket any more: no harm is done. */
static void left_cut(struct live *l)
{
	if (l->left_len &&
	    l->port.ops->cut(l->port.fw, l->left, l->left_len) != HAUNT_OK)
		live_failure("cut", HAUNT_ESYS);
	free(l->left);
	l->left = NULL;
	l->left_len = 0;
	l->left_cap = 0;
}

static enum haunt_err on_sight(void *arg, const struct sight *s)
{
	struct live *l = arg;

	if (!l->looked && s->session.state == SESSION_OVER &&
	    (s->session.id & GRANT_ID_TIED))
		left_note(l, &s->session);
	return picture_see(l->picture, s);
}

static enum haunt_err on_unseen(void *arg, const struct session *s,
				struct sight *out)
{
	struct live *l = arg;

	return l->port.ops->session(l->port.fw, s, out);
}

static void accounting_tell(struct live *l)
{
	bool on = l->port.ops->accounting(l->port.fw);

	if (l->accounting != on &&
	    nat_tell_fact(&l->port, FACT_ACCOUNTING, on) == HAUNT_OK)
		l->accounting = on;
}

/* Said once, until there is room again. */
static void full_tell(struct live *l)
{
	bool full = picture_full(l->picture);

	if (full && !l->full)
		log_event(LOG_LEVEL_WARNING, "sessions",
			  "error=too-many known=%d", PICTURE_MAX);
	l->full = full;
}

enum haunt_err live_look(struct live *l)
{
	struct picture_now now = live_now(l);
	enum haunt_err err;

	l->soon = false;
	if (l->expect_ms <= now.mono_ms)
		l->expect_ms = UINT64_MAX;
	l->left_len = 0;
	accounting_tell(l);
	picture_begin(l->picture, &now);
	err = l->port.ops->sessions(l->port.fw, on_sight, l);
	if (err == HAUNT_OK)
		err = picture_end(l->picture, on_unseen, live_news, l);
	l->looked_ms = clock_mono_ms(l->port.clock);
	l->cost_ms = l->looked_ms - now.mono_ms;
	if (err != HAUNT_OK)
		return err;
	full_tell(l);
	if (!l->looked)
		left_cut(l);
	l->looked = true;
	return HAUNT_OK;
}

bool live_next(const struct live *l, uint64_t after, struct session *out)
{
	return picture_next(l->picture, after, out);
}

/* ---- cutting ---- */

static enum haunt_err cut_these(struct live *l, const struct session *these,
				size_t n)
{
	enum haunt_err err = l->port.ops->cut(l->port.fw, these, n);

	if (err != HAUNT_OK)
		return err;
	for (size_t i = 0; err == HAUNT_OK && i < n; i++)
		err = picture_cut(l->picture, these[i].serial,
				  (enum session_reason)these[i].reason,
				  live_news, l);
	return err;
}

static void cut_due(struct live *l)
{
	struct session due[CUT_MAX];
	enum haunt_err err = HAUNT_OK;
	uint64_t after = 0;
	size_t n;

	do {
		n = 0;
		while (n < CUT_MAX &&
		       picture_overdue(l->picture, after, &due[n]))
			after = due[n++].serial;
		if (n)
			err = cut_these(l, due, n);
		if (err != HAUNT_OK)
			live_failure("cut", err);
	} while (n == CUT_MAX);
}

static int id_compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* True if that very entry is there still: since the last look its place may
 * have been taken by another. */
static bool is_there(struct live *l, const struct session *s)
{
	struct sight sight;

	return l->port.ops->session(l->port.fw, s, &sight) == HAUNT_OK &&
	       sight.session.id == s->id && sight.session.ct_id == s->ct_id;
}

static enum haunt_err known_cut(struct live *l, const uint32_t *ids, size_t n,
				bool fresh)
{
	struct session some[CUT_MAX], s;
	enum haunt_err err = HAUNT_OK;
	uint64_t after = 0;
	size_t len = 0;

	while (err == HAUNT_OK && picture_next(l->picture, after, &s)) {
		after = s.serial;
		if (!bsearch(&s.id, ids, n, sizeof(ids[0]), id_compare) ||
		    (!fresh && !is_there(l, &s)))
			continue;
		s.reason = SESSION_CUT;
		some[len++] = s;
		if (len < CUT_MAX)
			continue;
		err = cut_these(l, some, len);
		len = 0;
	}
	if (err == HAUNT_OK && len)
		err = cut_these(l, some, len);
	return err;
}

/* A look takes longer the more there is in conntrack: those that are known are
 * told at once, before it. */
void live_cut(struct live *l, uint32_t *ids, size_t n)
{
	enum haunt_err err;

	qsort(ids, n, sizeof(ids[0]), id_compare);
	err = known_cut(l, ids, n, false);
	if (err == HAUNT_OK)
		err = live_look(l);
	if (err == HAUNT_OK)
		err = known_cut(l, ids, n, true);
	if (err == HAUNT_OK && l->port.ops->cut_others)
		err = l->port.ops->cut_others(l->port.fw, ids, n);
	if (err != HAUNT_OK)
		live_failure("cut", err);
}

/* ---- time ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* When to look next. */
static uint64_t look_ms(const struct live *l)
{
	uint64_t poll = (uint64_t)l->port.config->session_poll_s * 1000;
	uint64_t rest = most(l->cost_ms * LOOK_SHARE, SOON_MS);
	uint64_t next, due;

	if (!l->looked_ms)
		return 0;
	if (l->watched)
		poll = least(poll, WATCH_POLL_MS);
	next = l->looked_ms + (l->soon ? rest : most(poll, rest));
	due = most(picture_due_ms(l->picture),
		   l->looked_ms + most(rest, DUE_PAUSE_MS));
	return least(least(next, due), most(l->expect_ms, l->looked_ms + rest));
}

uint64_t live_next_ms(const struct live *l)
{
	uint64_t next;

	if (!l->awake)
		return UINT64_MAX;
	next = look_ms(l);
	return least(next, live_follow_ms(l));
}

void live_tick(struct live *l)
{
	enum haunt_err err;

	if (!l->awake)
		return;
	live_follow(l);
	if (look_ms(l) > clock_mono_ms(l->port.clock))
		return;
	err = live_look(l);
	if (err != HAUNT_OK)
		live_failure("look", err);
	else
		cut_due(l);
}

/* ---- what is told from outside ---- */

void live_begin(struct live *l)
{
	l->awake = true;
	live_events(l);
}

void live_expect(struct live *l)
{
	if (l->expect_ms == UINT64_MAX)
		l->expect_ms = clock_mono_ms(l->port.clock) + EXPECT_MS;
}

void live_watch(struct live *l, bool on)
{
	l->watched = on;
	live_events(l);
}

void live_origin(struct live *l, const struct origin *o)
{
	const struct config *config = l->port.config;
	size_t i = config_service(config, o->service);
	struct term term = { .id = o->id, .since_ms = o->since_ms };

	if (o->over) {
		terms_drop(picture_terms(l->picture), o->id);
		return;
	}
	if (i != SIZE_MAX) {
		term.idle_ms = config->services[i].idle_timeout_s * 1000ull;
		term.length_ms = config->services[i].max_session_s * 1000ull;
	}
	if (terms_put(picture_terms(l->picture), &term) != HAUNT_OK)
		live_failure("origin", HAUNT_ENOMEM);
	else
		picture_terms_news(l->picture, o->id);
}
