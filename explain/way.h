/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a client's packet comes in, and what it is for, where the question
 * does not say.
 */
#ifndef HAUNT_EXPLAIN_WAY_H
#define HAUNT_EXPLAIN_WAY_H

#include "explain/question.h"
#include "explain/world.h"

struct way {
	const struct world_link *in;
	uint8_t mac[6]; /* of whoever hands the client's packets on */
};

/* Fills in q->in and q->to. Not OK: why says it. nl is a routing socket of the
 * host. */
enum haunt_err way_find(struct nl *nl, const struct world *world,
			struct question *q, struct way *out,
			char why[EXPLAIN_WHY_MAX]) HAUNT_MUST_CHECK;

#endif
