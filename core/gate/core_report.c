/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what of the core can be seen and asked for from the control socket.
 */
#include "core/gate/core_state.h"

void gate_core_status(const struct gate_core *g, struct gate_status *out)
{
	*out = (struct gate_status){
		.since_s = g->since_s,
		.adopted = gate_core_adopted(g),
		.counts = g->admit.counts,
		.capture = g->capture,
		.grants = grants_count(g->grants),
		.sessions = sessions_count(g->sessions),
		.accounting = g->accounting,
		.remembered =
			g->parts.replay ? replay_count(g->parts.replay) : 0,
	};
}

bool gate_core_walk(struct gate_core *g, uint32_t *cursor,
		    struct grants_report *out)
{
	return grants_walk(g->grants, cursor, gate_now_ms(g), out);
}

const struct config *gate_core_config(const struct gate_core *g)
{
	return g->parts.config;
}

const struct clock *gate_core_clock(const struct gate_core *g)
{
	return g->parts.clock;
}

enum haunt_err gate_core_revoke(struct gate_core *g,
				const struct revoke_selection *which,
				struct revoke **out)
{
	enum haunt_err err;

	if (!gate_core_adopted(g))
		return HAUNT_EBUSY;
	err = revoke_new(g->grants, which, gate_now_ms(g), out);
	if (err)
		return err;
	revoke_push(&g->revokes, *out);
	g->retry_ms = gate_now_ms(g);
	return HAUNT_OK;
}

const struct owner *gate_core_owner(const struct gate_core *g, uint32_t id)
{
	return sessions_owner(g->sessions, id);
}

bool gate_core_granted(const struct gate_core *g, uint32_t id)
{
	return grants_has(g->grants, id);
}

enum haunt_err gate_core_ask(struct gate_core *g, struct inquiry *q)
{
	if (g->adoption.phase == ADOPTION_ASKED)
		return HAUNT_EBUSY;
	inquiry_push(&g->inquiries, q);
	g->retry_ms = gate_now_ms(g);
	return HAUNT_OK;
}

void gate_core_watch(struct gate_core *g, struct watcher *w)
{
	watch_add(&g->watchers, w);
	g->retry_ms = gate_now_ms(g);
}

void gate_core_unwatch(struct gate_core *g, struct watcher *w)
{
	watch_remove(&g->watchers, w);
	g->retry_ms = gate_now_ms(g);
}

size_t gate_core_watchers(const struct gate_core *g)
{
	return g->watchers.len;
}
