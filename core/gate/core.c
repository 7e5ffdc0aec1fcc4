/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the conversation with nat: which number belongs to which question,
 * and what each answer changes. Grants and revocations are answered in the
 * order in which they were sent; a survey has its own place.
 */
#include "core/gate/core_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/gate/ids.h"

#define PRUNE_EVERY_MS	   5000
#define PRUNE_AGAIN_MS	   20
#define STRANGERS_EVERY_MS 60000
/* Beyond this packets wait in their own queue. */
#define HUNGRY_BELOW (GRANTS_PENDING_MAX - 8 * GRANT_BATCH_MAX)

enum haunt_err gate_core_new(const struct gate_parts *parts,
			     struct gate_core **out)
{
	struct gate_core *g = calloc(1, sizeof(*g));
	struct grants_ids ids;
	enum haunt_err err;

	if (!g)
		return HAUNT_ENOMEM;
	g->parts = *parts;
	ids = ids_of(&g->parts);
	g->since_s = clock_wall_s(parts->clock);
	g->strangers_ms = gate_now_ms(g) + STRANGERS_EVERY_MS;
	g->prune_ms = gate_now_ms(g);
	err = grants_new(parts->config->max_grants, &ids, &g->grants);
	if (!err)
		err = cuts_new(&g->cuts);
	if (!err)
		err = ends_new(parts->config, g->cuts, &g->ends);
	if (!err)
		ends_listen(g->ends, gate_run_ended, g);
	if (!err)
		err = sessions_new(&g->sessions);
	if (!err)
		err = desk_new(parts->birth, &g->desk);
	if (err) {
		gate_core_free(g);
		return err;
	}
	g->adoption.grants = g->grants;
	g->adoption.config = parts->config;
	g->admit.config = parts->config;
	g->admit.clock = parts->clock;
	g->admit.clients = parts->clients;
	g->admit.replay = parts->replay;
	g->admit.grants = g->grants;
	g->admit.again = true;
	*out = g;
	return HAUNT_OK;
}

void gate_core_free(struct gate_core *g)
{
	if (!g)
		return;
	admit_tell_strangers(&g->admit);
	revoke_clear(&g->revokes);
	if (g->sweep)
		inquiry_forget(g->sweep);
	inquiry_clear(&g->inquiries);
	sessions_free(g->sessions);
	desk_free(g->desk);
	grants_free(g->grants);
	ends_free(g->ends);
	cuts_free(g->cuts);
	free(g);
}

static enum haunt_err batch_send(struct gate_core *g, uint16_t type,
				 const struct grant_batch *batch)
{
	struct wr w = gate_body(g);

	grant_batch_put(&w, batch);
	return gate_send(g, type, &w);
}

enum haunt_err gate_core_start(struct gate_core *g)
{
	const struct nat_query query = { .seq = ++g->seq };
	struct wr w = gate_body(g);

	g->adoption.list_seq = query.seq;
	nat_query_put(&w, &query);
	return gate_send(g, NAT_LIST, &w);
}

bool gate_core_adopted(const struct gate_core *g)
{
	return g->adoption.phase != ADOPTION_ASKED;
}

bool gate_core_hungry(const struct gate_core *g)
{
	return grants_pending(g->grants) < HUNGRY_BELOW;
}

/* A packet that got through, but not to nat. */
static void unsent_verdict(struct gate_core *g, const struct grant_batch *batch)
{
	const struct verdict v = { .result = VERDICT_BUSY,
				   .reason = "nat-queue-full",
				   .client = batch->grants[0].client,
				   .address = batch->grants[0].address,
				   .batch = batch };

	grants_unsend(g->grants);
	admit_verdict(&g->admit, &v);
}

static enum haunt_err packet_send(struct gate_core *g,
				  const struct grant_batch *batch)
{
	enum haunt_err err = batch_send(g, NAT_GRANT, batch);

	g->waits = err ? 0 : batch->seq;
	if (!err)
		return HAUNT_OK;
	if (err == HAUNT_EBUSY) {
		unsent_verdict(g, batch);
		return HAUNT_OK;
	}
	/* No verdict: the gate that comes next will have it in hand. */
	grants_unsend(g->grants);
	return err;
}

enum haunt_err gate_core_datagram(struct gate_core *g, const struct datagram *d)
{
	const struct grant_batch *batch = NULL;
	enum haunt_err err;

	g->waits = 0;
	g->admit.takeover_ns = g->parts.news ? g->parts.news->takeover_ns : 0;
	err = admit_packet(&g->admit, d, ++g->seq, &batch);
	if (err == HAUNT_ESHORT)
		return core_pgp_take(g, d, g->seq);
	return core_admitted(g, err, batch);
}

enum haunt_err core_admitted(struct gate_core *g, enum haunt_err err,
			     const struct grant_batch *batch)
{
	if (err)
		return err == HAUNT_EFORMAT ? HAUNT_ESYS : HAUNT_OK;
	if (batch)
		return packet_send(g, batch);
	gate_run_command(g);
	return HAUNT_OK;
}

enum haunt_err gate_core_rule(struct gate_core *g, const struct grant *grant)
{
	return adoption_rule(&g->adoption, grant, gate_now_ms(g),
			     clock_wall_s(g->parts.clock));
}

void gate_core_wait(struct gate_core *g, struct adoption_wait *wait)
{
	adoption_wait(&g->adoption, wait);
}

void gate_core_unwait(struct gate_core *g, struct adoption_wait *wait)
{
	adoption_unwait(&g->adoption, wait);
}

void gate_core_waiting(struct gate_core *g, uint32_t *answered, uint32_t *waits)
{
	*answered = g->answered;
	*waits = g->waits;
	g->answered = 0;
	g->waits = 0;
}

void gate_core_stats(struct gate_core *g, const struct capture_stats *s)
{
	g->capture = *s;
}

static void grant_end(struct gate_core *g, const struct grant *grant,
		      enum ends_reason reason, uint64_t now)
{
	gate_tell_ended(g, grant, reason);
	ends_add(g->ends, grant, reason, now);
}

static enum haunt_err settled(struct gate_core *g, const struct nat_result *r)
{
	const struct grants_settled *s = &g->settled;
	const struct grant_batch *again;
	uint64_t now = gate_now_ms(g);
	bool cut = g->revokes.head && g->revokes.head->cut;
	enum haunt_err err = grants_settle(
		g->grants, r->seq, (enum haunt_err)r->err, now, &g->settled);

	if (err)
		return HAUNT_EFORMAT;
	if (s->revoked)
		revoke_settled(&g->revokes, s, r);
	else
		err = admit_settled(&g->admit, s, r, ++g->seq, &again);
	if (!s->revoked && !r->err) {
		gate_tell_granted(g, &s->batch, s->renewed);
		gate_run_granted(g, s);
	}
	for (size_t i = 0; i < s->ended_len; i++)
		grant_end(g, &s->ended[i],
			  !s->revoked ? ENDS_REPLACED
			  : cut	      ? ENDS_CUT
				      : ENDS_REVOKED,
			  now);
	return err == HAUNT_ESTALE ? packet_send(g, again) : HAUNT_OK;
}

enum haunt_err gate_core_result(struct gate_core *g, const struct nat_result *r)
{
	bool known = g->adoption.phase != ADOPTION_ASKED;
	enum haunt_err err = adoption_result(&g->adoption, r);

	g->waits = 0;
	g->answered = r->seq;
	if (!err && !known)
		return gate_sweep_begin(g);
	if (err != HAUNT_ENOENT)
		return err;
	if (g->confirm.seq && r->seq == g->confirm.seq) {
		core_confirmed(g, r);
		return HAUNT_OK;
	}
	if (ends_result(g->ends, r) == HAUNT_OK ||
	    inquiry_result(&g->inquiries, r) == HAUNT_OK ||
	    cuts_result(g->cuts, r, gate_now_ms(g)) == HAUNT_OK)
		return HAUNT_OK;
	return settled(g, r);
}

static enum haunt_err tick_survey(struct gate_core *g, uint64_t now)
{
	struct wr w = gate_body(g);
	enum haunt_err err;

	if (ends_next_ms(g->ends) > now ||
	    !ends_survey(g->ends, ++g->seq, now, &g->survey))
		return HAUNT_OK;
	grant_survey_put(&w, &g->survey);
	err = gate_send(g, NAT_SURVEY, &w);
	if (err != HAUNT_EBUSY)
		return err;
	ends_unsend(g->ends, now);
	return HAUNT_OK;
}

static enum haunt_err tick_cuts(struct gate_core *g, uint64_t now)
{
	struct wr w = gate_body(g);
	enum haunt_err err;

	if (cuts_next_ms(g->cuts) > now ||
	    !cuts_next(g->cuts, ++g->seq, now, &g->survey))
		return HAUNT_OK;
	grant_survey_put(&w, &g->survey);
	err = gate_send(g, NAT_CUT, &w);
	if (err != HAUNT_EBUSY)
		return err;
	cuts_unsend(g->cuts, now);
	return HAUNT_OK;
}

static enum haunt_err tick_revokes(struct gate_core *g, uint64_t now)
{
	struct grant_batch batch;

	for (;;) {
		enum haunt_err err;

		batch.seq = ++g->seq;
		if (!revoke_next(&g->revokes, g->grants, &batch))
			break;
		err = batch_send(g, NAT_REVOKE, &batch);
		if (!err)
			continue;
		grants_unsend(g->grants);
		revoke_unsend(&g->revokes, &batch);
		if (err != HAUNT_EBUSY)
			return err;
		g->retry_ms = now + GATE_RETRY_MS;
		break;
	}
	revoke_finish(&g->revokes);
	return HAUNT_OK;
}

/* Tells nat that there is nothing more that the gate does not know. */
static enum haunt_err tick_adoption(struct gate_core *g, uint64_t now)
{
	const struct nat_query query = { .seq = g->seq + 1 };
	struct wr w = gate_body(g);
	enum haunt_err err;

	if (g->adoption.phase != ADOPTION_KNOWN || g->adoption.over_seq)
		return HAUNT_OK;
	nat_query_put(&w, &query);
	err = gate_send(g, NAT_ADOPTED, &w);
	if (!err)
		g->adoption.over_seq = ++g->seq;
	if (err != HAUNT_EBUSY)
		return err;
	g->retry_ms = now + GATE_RETRY_MS;
	return HAUNT_OK;
}

static void tick_strangers(struct gate_core *g, uint64_t now)
{
	if (now < g->strangers_ms)
		return;
	admit_tell_strangers(&g->admit);
	g->strangers_ms = now + STRANGERS_EVERY_MS;
}

static enum haunt_err tick_prune(struct gate_core *g, uint64_t now)
{
	bool more = false;
	enum haunt_err err;

	if (now < g->prune_ms || !g->parts.replay)
		return HAUNT_OK;
	err = replay_prune(g->parts.replay, clock_wall_s(g->parts.clock),
			   &more);
	g->prune_ms = now + (more ? PRUNE_AGAIN_MS : PRUNE_EVERY_MS);
	if (!err)
		return HAUNT_OK;
	log_event(LOG_LEVEL_ERROR, "replay", "error=cannot-prune");
	return err == HAUNT_EFORMAT ? HAUNT_ESYS : HAUNT_OK;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_ms(const struct gate_core *g)
{
	uint64_t next = least(grants_next_ms(g->grants), ends_next_ms(g->ends));

	next = least(next, cuts_next_ms(g->cuts));
	next = least(next, desk_next_ms(g->desk));
	if (g->parts.replay && replay_count(g->parts.replay))
		next = least(next, g->prune_ms);
	if (admit_has_strangers(&g->admit))
		next = least(next, g->strangers_ms);
	if (sessions_count(g->sessions))
		next = least(next, g->renew_ms);
	return least(next, g->retry_ms);
}

enum haunt_err gate_core_tick(struct gate_core *g, uint64_t *next)
{
	uint64_t now = gate_now_ms(g);
	struct grant ended;
	enum haunt_err err;

	while (grants_expire(g->grants, now, &ended))
		grant_end(g, &ended, ENDS_EXPIRED, now);
	tick_strangers(g, now);
	g->retry_ms = UINT64_MAX;
	err = tick_survey(g, now);
	if (!err)
		err = tick_cuts(g, now);
	if (!err)
		err = tick_revokes(g, now);
	if (!err)
		err = tick_adoption(g, now);
	if (!err)
		err = gate_tick_sessions(g, now);
	if (!err)
		err = tick_prune(g, now);
	if (!err)
		err = core_pgp_tick(g, now);
	*next = next_ms(g);
	return err;
}
