/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides a table with open addressing: what goes leaves a gap that finds pass
 * over, until the table is made anew. An owner without sessions stays until
 * nat has been told to forget it.
 */
#include "core/gate/sessions.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"

#define SLOTS_MIN 64
#define GAP	  UINT32_MAX /* no id is that large */

struct sessions {
	struct owner *slots; /* id 0: never used */
	size_t cap;	     /* a power of two */
	size_t used;	     /* gaps among them */
	size_t count;
	size_t lives;
	size_t unsent;
	size_t cursor; /* where the search for an unsent one goes on */
};

enum haunt_err sessions_new(struct sessions **out)
{
	struct sessions *s = calloc(1, sizeof(*s));

	if (s)
		s->slots = calloc(SLOTS_MIN, sizeof(s->slots[0]));
	if (!s || !s->slots) {
		free(s);
		return HAUNT_ENOMEM;
	}
	s->cap = SLOTS_MIN;
	*out = s;
	return HAUNT_OK;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	free(s->slots);
	free(s);
}

static size_t slot_of(const struct owner *slots, size_t cap, uint32_t id)
{
	size_t at = id * UINT32_C(2654435761) & (cap - 1);

	while (slots[at].origin.id != id && slots[at].origin.id != 0)
		at = (at + 1) & (cap - 1);
	return at;
}

static enum haunt_err rebuild(struct sessions *s)
{
	size_t cap = SLOTS_MIN;
	struct owner *slots;

	while (cap < (s->count + 1) * 4)
		cap *= 2;
	slots = calloc(cap, sizeof(slots[0]));
	if (!slots)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < s->cap; i++) {
		const struct owner *o = &s->slots[i];

		if (o->origin.id != 0 && o->origin.id != GAP)
			slots[slot_of(slots, cap, o->origin.id)] = *o;
	}
	free(s->slots);
	s->slots = slots;
	s->cap = cap;
	s->used = s->count;
	return HAUNT_OK;
}

/* The owner of an id, made if it is not there. */
static enum haunt_err owner_need(struct sessions *s, uint32_t id,
				 struct owner **out)
{
	enum haunt_err err;

	if ((s->used + 1) * 2 > s->cap) {
		err = rebuild(s);
		if (err)
			return err;
	}
	*out = &s->slots[slot_of(s->slots, s->cap, id)];
	if ((*out)->origin.id)
		return HAUNT_OK;
	**out = (struct owner){
		.origin = { .id = id, .service = "?", .client = "?" }
	};
	s->used++;
	s->count++;
	return HAUNT_OK;
}

static void unsent_set(struct sessions *s, struct owner *o)
{
	if (o->unsent || !o->named)
		return;
	o->unsent = true;
	s->unsent++;
}

static void owner_drop(struct sessions *s, struct owner *o)
{
	if (o->unsent)
		s->unsent--;
	*o = (struct owner){ .origin.id = GAP };
	s->count--;
}

enum haunt_err sessions_adopt(struct sessions *s, const struct origin *o)
{
	struct owner *owner;
	enum haunt_err err = owner_need(s, o->id, &owner);

	if (err)
		return err;
	owner->origin = *o;
	owner->named = true;
	return HAUNT_OK;
}

void sessions_sweep(struct sessions *s)
{
	for (size_t i = 0; i < s->cap; i++) {
		struct owner *o = &s->slots[i];

		if (o->origin.id == 0 || o->origin.id == GAP || o->lives)
			continue;
		o->origin.over = true;
		unsent_set(s, o);
	}
}

enum haunt_err sessions_open(struct sessions *s, const struct session *session,
			     struct owner **out)
{
	struct owner *o;
	enum haunt_err err = owner_need(s, session->id, &o);

	if (err)
		return err;
	if (!o->lives && o->named && o->origin.over) {
		o->origin.over = false;
		unsent_set(s, o);
	}
	if (!o->origin.since_ms)
		o->origin.since_ms = session->since_ms;
	o->lives++;
	s->lives++;
	*out = o;
	return HAUNT_OK;
}

void sessions_name(struct sessions *s, struct owner *owner, const char *service,
		   const char *client)
{
	snprintf(owner->origin.service, sizeof(owner->origin.service), "%s",
		 service);
	snprintf(owner->origin.client, sizeof(owner->origin.client), "%s",
		 client);
	owner->named = true;
	unsent_set(s, owner);
}

void sessions_close(struct sessions *s, const struct session *session)
{
	struct owner *o = &s->slots[slot_of(s->slots, s->cap, session->id)];

	if (!o->origin.id || !o->lives)
		return;
	s->lives--;
	if (--o->lives)
		return;
	o->origin.over = true;
	if (o->named)
		unsent_set(s, o);
	else
		owner_drop(s, o);
}

const struct owner *sessions_owner(const struct sessions *s, uint32_t id)
{
	const struct owner *o = &s->slots[slot_of(s->slots, s->cap, id)];

	return o->origin.id ? o : NULL;
}

void sessions_each(const struct sessions *s,
		   void (*fn)(void *arg, const struct owner *owner), void *arg)
{
	for (size_t i = 0; i < s->cap; i++) {
		const struct owner *o = &s->slots[i];

		if (o->origin.id != 0 && o->origin.id != GAP && o->lives)
			fn(arg, o);
	}
}

size_t sessions_count(const struct sessions *s)
{
	return s->lives;
}

void sessions_renew(struct sessions *s)
{
	for (size_t i = 0; i < s->cap; i++) {
		struct owner *o = &s->slots[i];

		if (o->origin.id != 0 && o->origin.id != GAP)
			unsent_set(s, o);
	}
}

bool sessions_unsent(struct sessions *s, struct origin *out)
{
	if (!s->unsent)
		return false;
	/* There is one, so this ends. */
	while (!s->slots[s->cursor % s->cap].unsent)
		s->cursor++;
	*out = s->slots[s->cursor % s->cap].origin;
	return true;
}

void sessions_sent(struct sessions *s, const struct origin *o)
{
	struct owner *owner = &s->slots[slot_of(s->slots, s->cap, o->id)];

	if (!owner->origin.id || !owner->unsent)
		return;
	owner->unsent = false;
	s->unsent--;
	if (owner->origin.over)
		owner_drop(s, owner);
}

const char *session_reason_text(enum session_reason reason)
{
	static const char *const texts[SESSION_REASON_COUNT] = {
		[SESSION_NOT_OVER] = "none",
		[SESSION_ENDED] = "ended",
		[SESSION_LOST] = "lost",
		[SESSION_IDLE] = "idle",
		[SESSION_TOO_LONG] = "max-session",
		[SESSION_CUT] = "cut",
	};

	return reason < SESSION_REASON_COUNT ? texts[reason] : "none";
}

static void bytes_format(const struct session *session, uint64_t bytes,
			 char text[24])
{
	if (session->accounted)
		snprintf(text, 24, "%" PRIu64, bytes);
	else
		strcpy(text, "-");
}

static void close_log(const struct session *session, const char *who,
		      uint64_t now_ms)
{
	uint64_t age =
		now_ms > session->since_ms ? now_ms - session->since_ms : 0;
	char in[24], out[24];

	bytes_format(session, session->bytes_in, in);
	bytes_format(session, session->bytes_out, out);
	log_event(LOG_LEVEL_INFO, "session-close",
		  "%s duration=%" PRIu64 "s in=%s out=%s reason=%s", who,
		  age / 1000, in, out,
		  session_reason_text((enum session_reason)session->reason));
}

void sessions_log(const struct sessions *s, const struct session *session,
		  uint64_t now_ms)
{
	const struct owner *o = sessions_owner(s, session->id);
	char from[ADDR_TEXT_MAX], door[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	char who[3 * ADDR_TEXT_MAX + 2 * CONFIG_NAME_MAX + 128];

	snprintf(who, sizeof(who),
		 "client=%s service=%s proto=%s from=%s door=%s to=%s "
		 "grant=%" PRIu32,
		 o ? o->origin.client : "?", o ? o->origin.service : "?",
		 session->proto == IPPROTO_UDP ? "udp" : "tcp",
		 endpoint_format(&session->client, from),
		 endpoint_format(&session->outer, door),
		 endpoint_format(&session->inner, to), session->id);
	if (session->news == SESSION_CLOSED)
		close_log(session, who, now_ms);
	else
		log_event(LOG_LEVEL_INFO, "session-open", "%s", who);
}
