/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the core asks the monitor for, and what it lets nat confirm. */
#include "core/gate/core_state.h"

const struct news *gate_core_news(const struct gate_core *g)
{
	return g->parts.news;
}

enum haunt_err gate_core_wish(const struct gate_core *g, enum wish wish)
{
	return g->parts.wish(g->parts.arg, wish);
}

const struct before *gate_core_before(const struct gate_core *g)
{
	return g->parts.before;
}

enum haunt_err gate_core_confirm(struct gate_core *g, struct nat_confirm *q,
				 struct confirm **out)
{
	struct wr w = wr_of(g->body, sizeof(g->body));
	enum haunt_err err;

	if (g->confirm.seq)
		return HAUNT_EBUSY;
	q->seq = ++g->seq;
	nat_confirm_put(&w, q);
	err = g->parts.send(g->parts.arg, NAT_CONFIRM, &w);
	if (err)
		return err;
	g->confirm = (struct confirm){ .seq = q->seq };
	*out = &g->confirm;
	return HAUNT_OK;
}

/* The monitor first: what it does not know it would undo. */
void core_confirmed(struct gate_core *g, const struct nat_result *r)
{
	struct confirm done = g->confirm;
	enum haunt_err err = (enum haunt_err)r->err;

	g->confirm = (struct confirm){ .seq = 0 };
	if (!err)
		err = gate_core_wish(g, WISH_CONFIRM);
	if (done.tell)
		done.tell(done.arg, err);
}
