/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what of the core can be seen and asked for from the control socket.
 */
#include "core/gate/core_state.h"

#include <stdlib.h>
#include <string.h>

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

/* Whose sessions are to end although their grants are over. */
struct search {
	struct gate_core *g;
	const struct revoke_selection *which;
	struct revoke_over over;
	bool no_memory;
};

static void owner_look(void *arg, const struct owner *o)
{
	struct search *s = arg;
	const struct config *config = s->g->parts.config;
	uint32_t id = o->origin.id;
	struct revoke_over *over = &s->over;

	if (grants_has(s->g->grants, id) ||
	    (s->which->id ? id != s->which->id
			  : strcmp(o->origin.client,
				   config->clients[s->which->client].name)))
		return;
	if (over->len == over->cap) {
		size_t cap = over->cap ? over->cap * 2 : 16;
		uint32_t *more = reallocarray(over->ids, cap, sizeof(*more));

		if (!more) {
			s->no_memory = true;
			return;
		}
		over->ids = more;
		over->cap = cap;
	}
	over->ids[over->len++] = id;
}

enum haunt_err gate_core_revoke(struct gate_core *g,
				const struct revoke_selection *which,
				struct revoke **out)
{
	struct search s = { .g = g, .which = which };
	enum haunt_err err = HAUNT_OK;

	if (!gate_core_adopted(g))
		return HAUNT_EBUSY;
	if (which->cut)
		sessions_each(g->sessions, owner_look, &s);
	if (s.no_memory)
		err = HAUNT_ENOMEM;
	if (!err)
		err = revoke_new(g->grants, which, gate_now_ms(g), &s.over,
				 out);
	for (size_t i = 0; !err && i < s.over.len; i++)
		cuts_add(g->cuts, s.over.ids[i]);
	free(s.over.ids);
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
