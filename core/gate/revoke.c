/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how one list serves twice: ids still to send are at its end, ids that
 * have ended are moved to its front, and the front never catches up with
 * what is still to send.
 */
#include "core/gate/revoke.h"

#include <stdlib.h>

/* Leaves room for packets among the changes under way. */
#define PENDING_LIMIT (GRANTS_PENDING_MAX / 2)

static size_t select_ids(struct grants *grants,
			 const struct revoke_selection *which, uint64_t now_ms,
			 struct revoke *r)
{
	size_t max = r->len + grants_count(grants);
	struct grants_report report;
	uint32_t cursor = 0;

	while (r->len < max && grants_walk(grants, &cursor, now_ms, &report)) {
		const struct grant *g = &report.grant;

		if (which->id ? g->id == which->id : g->client == which->client)
			r->ids[r->len++] = g->id;
	}
	return r->len;
}

enum haunt_err revoke_new(struct grants *grants,
			  const struct revoke_selection *which, uint64_t now_ms,
			  const struct revoke_over *over, struct revoke **out)
{
	struct revoke *r = calloc(1, sizeof(*r));
	size_t room = grants_count(grants) + over->len + 1;

	if (r)
		r->ids = calloc(room, sizeof(*r->ids));
	if (!r || !r->ids) {
		revoke_free(r);
		return HAUNT_ENOMEM;
	}
	r->cut = which->cut;
	for (size_t i = 0; i < over->len; i++)
		r->ids[r->len++] = over->ids[i];
	r->ended = r->at = r->len;
	if (!select_ids(grants, which, now_ms, r)) {
		revoke_free(r);
		return HAUNT_ENOENT;
	}
	*out = r;
	return HAUNT_OK;
}

void revoke_free(struct revoke *r)
{
	if (!r)
		return;
	free(r->ids);
	free(r);
}

void revoke_push(struct revoke_queue *q, struct revoke *r)
{
	struct revoke **link = &q->head;

	while (*link)
		link = &(*link)->next;
	r->next = NULL;
	*link = r;
}

void revoke_forget(struct revoke *r)
{
	r->tell = NULL;
}

bool revoke_next(struct revoke_queue *q, struct grants *grants,
		 struct grant_batch *batch)
{
	struct revoke *r = q->head;

	batch->len = 0;
	batch->cut = r && r->cut;
	if (!r || r->err || grants_pending(grants) >= PENDING_LIMIT)
		return false;
	while (r->at < r->len && batch->len < GRANT_BATCH_MAX) {
		uint32_t id = r->ids[r->at++];

		if (grants_has(grants, id))
			batch->grants[batch->len++] =
				(struct grant){ .id = id };
	}
	if (!batch->len)
		return false;
	r->waiting += batch->len;
	if (grants_revoke(grants, batch) == HAUNT_OK)
		return true;
	revoke_unsend(q, batch);
	return false;
}

void revoke_unsend(struct revoke_queue *q, const struct grant_batch *batch)
{
	struct revoke *r = q->head;

	/* Those that were passed over have ended: only these come again. */
	r->at -= batch->len;
	r->waiting -= batch->len;
	for (size_t i = 0; i < batch->len; i++)
		r->ids[r->at + i] = batch->grants[i].id;
}

void revoke_settled(struct revoke_queue *q, const struct grants_settled *s,
		    const struct nat_result *result)
{
	struct revoke *r = q->head;

	if (!r)
		return;
	r->waiting -= s->batch.len;
	if (result->err && !r->err) {
		r->err = (enum haunt_err)result->err;
		r->error = (int)result->error;
	}
	for (size_t i = 0; i < s->ended_len; i++)
		r->ids[r->ended++] = s->ended[i].id;
}

void revoke_finish(struct revoke_queue *q)
{
	struct revoke *r;

	while ((r = q->head) && !r->waiting && (r->err || r->at == r->len)) {
		q->head = r->next;
		r->next = NULL;
		if (r->tell)
			r->tell(r->arg, r);
		else
			revoke_free(r);
	}
}

void revoke_clear(struct revoke_queue *q)
{
	while (q->head) {
		struct revoke *r = q->head;

		q->head = r->next;
		if (!r->tell)
			revoke_free(r);
	}
}
