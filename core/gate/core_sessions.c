/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what news of a session changes: who is told of it, what nat has to
 * keep, and which names are found where.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/log.h"
#include "core/gate/core_state.h"

/* What the kernel keeps for a day is sent anew after half of one. */
#define RENEW_MS 43200000u

/* ---- events for those who watch ---- */

static void event_tell(struct gate_core *g, struct watch_event *e,
		       const char *client, const char *service)
{
	e->wall_s = clock_wall_s(g->parts.clock);
	snprintf(e->client, sizeof(e->client), "%s", client);
	snprintf(e->service, sizeof(e->service), "%s", service);
	watch_tell(&g->watchers, e);
}

static void grant_tell(struct gate_core *g, enum watch_kind kind,
		       const struct grant *grant, const char *reason)
{
	const struct config *config = g->parts.config;
	struct watch_event e = { .kind = kind,
				 .grant = *grant,
				 .reason = reason };

	if (g->watchers.head)
		event_tell(g, &e, config->clients[grant->client].name,
			   config->services[grant->service].name);
}

void gate_tell_granted(struct gate_core *g, const struct grant_batch *batch,
		       bool renewed)
{
	for (size_t i = 0; i < batch->len; i++)
		grant_tell(g, renewed ? WATCH_RENEWED : WATCH_GRANTED,
			   &batch->grants[i], NULL);
}

void gate_tell_ended(struct gate_core *g, const struct grant *grant,
		     enum ends_reason reason)
{
	grant_tell(g, WATCH_ENDED, grant, ends_reason_text(reason));
}

static void session_tell(struct gate_core *g, const struct session *s)
{
	const struct owner *o = sessions_owner(g->sessions, s->id);
	struct watch_event e = { .kind = WATCH_SESSION, .session = *s };
	int64_t now_s = clock_wall_s(g->parts.clock);

	sessions_log(g->sessions, s, now_s > 0 ? (uint64_t)now_s * 1000 : 0);
	if (g->watchers.head)
		event_tell(g, &e, o ? o->origin.client : "?",
			   o ? o->origin.service : "?");
}

/* ---- what nat tells ---- */

/* The grant of an id: in force, or over so lately that its end was not
 * surveyed yet. */
static bool grant_of(struct gate_core *g, uint32_t id, struct grant *out)
{
	return grants_find(g->grants, id, out) || ends_find(g->ends, id, out);
}

/* A session from before that was to end with its grant, which nobody here saw
 * end: nothing of it passes, but its ends have not been told. Where a session
 * closes the door, the grant may be over before its time. */
static bool left_over(struct gate_core *g, const struct session *s)
{
	struct grant grant;

	return (s->id & GRANT_ID_TIED) && !(s->id & GRANT_ID_ONCE) &&
	       !grant_of(g, s->id, &grant);
}

/* A door that its session has shut is no grant in force any more. Where the
 * session ends with the grant, the grant's time is still to be kept. */
static void door_shut(struct gate_core *g, uint32_t id)
{
	struct grant grant;

	if (!(id & GRANT_ID_ONCE) || (id & GRANT_ID_TIED) ||
	    !grants_use(g->grants, id, &grant))
		return;
	ends_add(g->ends, &grant, ENDS_USED, gate_now_ms(g));
	gate_tell_ended(g, &grant, ENDS_USED);
}

static void session_open(struct gate_core *g, const struct session *s)
{
	const struct config *config = g->parts.config;
	struct owner *owner;
	struct grant grant;

	if (sessions_open(g->sessions, s, &owner)) {
		log_event(LOG_LEVEL_ERROR, "sessions", "error=no-memory");
		return;
	}
	if (!owner->named && grant_of(g, s->id, &grant))
		sessions_name(g->sessions, owner,
			      config->services[grant.service].name,
			      config->clients[grant.client].name);
	if (s->news == SESSION_OPENED)
		session_tell(g, s);
	else if (left_over(g, s))
		cuts_add(g->cuts, s->id);
	door_shut(g, s->id);
}

static void session_close(struct gate_core *g, const struct session *s)
{
	session_tell(g, s);
	sessions_close(g->sessions, s);
	if (s->reason == SESSION_LOST)
		ends_lost(g->ends, s->id);
}

void gate_core_session(struct gate_core *g, const struct session *s)
{
	switch (s->news) {
	case SESSION_HERE:
		ends_session(g->ends, s);
		break;
	case SESSION_KNOWN:
	case SESSION_OPENED:
		session_open(g, s);
		break;
	default:
		session_close(g, s);
		break;
	}
	/* nat may have to be told. */
	g->retry_ms = gate_now_ms(g);
}

enum haunt_err gate_core_listed(struct gate_core *g, const struct session *s)
{
	return inquiry_session(&g->inquiries, s) ? HAUNT_OK : HAUNT_EFORMAT;
}

enum haunt_err gate_core_origin(struct gate_core *g, const struct origin *o)
{
	enum haunt_err err;

	if (g->adoption.phase != ADOPTION_ASKED || o->over)
		return HAUNT_EFORMAT;
	err = sessions_adopt(g->sessions, o);
	if (err)
		log_event(LOG_LEVEL_ERROR, "sessions", "error=no-memory");
	return HAUNT_OK;
}

void gate_core_told(struct gate_core *g, const struct nat_told *told)
{
	if (told->fact == FACT_ACCOUNTING)
		g->accounting = told->is;
	else
		ends_risk(g->ends, told->is);
}

/* ---- what nat is told ---- */

/* A first look was had: what the kernel kept of others is in vain. */
static void sweep(void *arg, struct inquiry *q)
{
	struct gate_core *g = arg;

	if (!q->err)
		sessions_sweep(g->sessions);
	g->sweep = NULL;
	inquiry_free(q);
}

enum haunt_err gate_sweep_begin(struct gate_core *g)
{
	struct inquiry *q;
	enum haunt_err err = inquiry_new(&q);

	if (err)
		return err;
	q->tell = sweep;
	q->arg = g;
	g->sweep = q;
	g->renew_ms = gate_now_ms(g) + RENEW_MS;
	inquiry_push(&g->inquiries, q);
	return HAUNT_OK;
}

static enum haunt_err origins_send(struct gate_core *g)
{
	enum haunt_err err = HAUNT_OK;
	struct origin o;

	while (!err && sessions_unsent(g->sessions, &o)) {
		struct wr w = gate_body(g);

		origin_put(&w, &o);
		err = gate_send(g, NAT_ORIGIN, &w);
		if (!err)
			sessions_sent(g->sessions, &o);
	}
	return err;
}

static enum haunt_err inquiry_send(struct gate_core *g)
{
	struct sessions_ask ask;
	struct inquiry *q = inquiry_unsent(&g->inquiries, &ask);
	struct wr w = gate_body(g);
	enum haunt_err err;

	if (!q)
		return HAUNT_OK;
	ask.seq = ++g->seq;
	sessions_ask_put(&w, &ask);
	err = gate_send(g, NAT_SESSIONS, &w);
	if (!err)
		q->seq = ask.seq;
	return err;
}

static enum haunt_err watch_send(struct gate_core *g)
{
	struct nat_watch watch = { .on = g->watchers.head };
	struct wr w = gate_body(g);
	enum haunt_err err;

	if (watch.on == g->watch_told)
		return HAUNT_OK;
	nat_watch_put(&w, &watch);
	err = gate_send(g, NAT_WATCH, &w);
	if (!err)
		g->watch_told = watch.on;
	return err;
}

enum haunt_err gate_tick_sessions(struct gate_core *g, uint64_t now_ms)
{
	enum haunt_err err;

	if (g->adoption.phase == ADOPTION_ASKED)
		return HAUNT_OK;
	if (now_ms >= g->renew_ms) {
		sessions_renew(g->sessions);
		g->renew_ms = now_ms + RENEW_MS;
	}
	err = origins_send(g);
	if (!err)
		err = inquiry_send(g);
	if (!err)
		err = watch_send(g);
	if (err != HAUNT_EBUSY)
		return err;
	g->retry_ms = now_ms + GATE_RETRY_MS;
	return HAUNT_OK;
}
