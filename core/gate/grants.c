/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what becomes of a door at which somebody stands already, and where
 * ids come from.
 */
#include "core/gate/grants_own.h"

#include <stdlib.h>

_Static_assert(GRANTS_PENDING_MAX == CHANGES_MAX, "one queue");

#define IDS_AT_ONCE 1024 /* reserved in one go */
/* Rows beyond max, for what is in force when max has become smaller: nobody is
 * to be in whom nobody sees and nobody can revoke. */
#define ADOPTED_MORE 65536u

enum haunt_err grants_new(uint32_t max, const struct grants_ids *ids,
			  struct grants **out)
{
	struct grants *g = calloc(1, sizeof(*g));
	enum haunt_err err;

	if (!g)
		return HAUNT_ENOMEM;
	g->ids = *ids;
	g->max = max;
	err = rows_new(max + ADOPTED_MORE, &g->rows);
	if (err) {
		free(g);
		return err;
	}
	g->changes.rows = g->rows;
	*out = g;
	return HAUNT_OK;
}

void grants_free(struct grants *g)
{
	if (!g)
		return;
	rows_free(g->rows);
	free(g);
}

static struct door door_of(const struct grant *grant)
{
	return (struct door){ .address = grant->address,
			      .proto = grant->proto,
			      .port = grant->port };
}

uint32_t grants_remaining_ms(const struct tenant *t, uint64_t now_ms)
{
	uint64_t left;

	if (t->expires_ms == TENANT_NOT_YET)
		return t->lifetime_ms;
	left = t->expires_ms > now_ms ? t->expires_ms - now_ms : 0;
	return left < t->lifetime_ms ? (uint32_t)left : t->lifetime_ms;
}

struct grant grants_grant_of(const struct row *row, const struct tenant *t)
{
	return (struct grant){ .id = t->id,
			       .lifetime_ms = t->lifetime_ms,
			       .service = t->service,
			       .client = t->client,
			       .address = row->door.address,
			       .proto = row->door.proto,
			       .port = row->door.port };
}

static uint32_t class_of(const struct grants *g, uint16_t service)
{
	return g->ids.class_of ? g->ids.class_of(g->ids.arg, service) : 0;
}

static uint32_t class_bits(uint32_t id)
{
	return id & (GRANT_ID_TIED | GRANT_ID_ONCE);
}

static enum haunt_err id_draw(struct grants *g, uint16_t service, uint32_t *out)
{
	enum haunt_err err;
	uint32_t id;

	do {
		if (!g->ids_left) {
			err = g->ids.take(g->ids.arg, IDS_AT_ONCE, &g->next_id);
			if (err)
				return err;
			g->ids_left = IDS_AT_ONCE;
		}
		id = g->next_id | class_of(g, service);
		g->next_id = g->next_id % GRANT_NUMBER_MAX + 1;
		g->ids_left--;
	} while (rows_find_id(g->rows, id));
	*out = id;
	return HAUNT_OK;
}

/* Who stands at the door decides what a grant would be. Its id stays 0 where
 * it needs a new one. *rows counts the rows that it needs. */
static enum grants_refusal plan(struct grants *g, struct grant *grant,
				uint64_t now_ms, uint32_t *rows)
{
	struct door door = door_of(grant);
	uint32_t at = rows_find_door(g->rows, &door);
	const struct tenant *t = &rows_at(g->rows, at)->tenant;
	uint32_t left;

	grant->id = 0;
	grant->replaces = 0;
	if (!at)
		(*rows)++;
	if (!at || !t->id)
		return GRANTS_FITS;
	if (t->service != grant->service && t->client != grant->client)
		return GRANTS_DOOR_TAKEN;
	grant->replaces = t->id;
	if (t->service != grant->service)
		return GRANTS_FITS;
	if (t->client == grant->client) {
		/* A door that was used up needs another id; so does one whose
		 * service has been given another class since. */
		if (!(t->id & GRANT_ID_ONCE) &&
		    class_of(g, grant->service) == class_bits(t->id))
			grant->id = t->id;
		return GRANTS_FITS;
	}
	left = grants_remaining_ms(t, now_ms);
	if (left > grant->lifetime_ms)
		grant->lifetime_ms = left;
	return GRANTS_FITS;
}

static void grant_enter(struct grants *g, uint32_t seq,
			const struct grant *grant, int64_t wall_s)
{
	struct tenant next = { .id = grant->id,
			       .lifetime_ms = grant->lifetime_ms,
			       .expires_ms = TENANT_NOT_YET,
			       .since_s = wall_s,
			       .service = grant->service,
			       .client = grant->client };
	struct door door = door_of(grant);
	uint32_t at = rows_find_door(g->rows, &door);

	if (!at)
		at = rows_add(g->rows, &door);
	if (grant->id == grant->replaces) {
		const struct tenant *t = &rows_at(g->rows, at)->tenant;

		next.since_s = t->since_s;
		next.expires_ms = t->expires_ms;
	}
	changes_enter(&g->changes, seq, at, &next);
}

static enum grants_refusal plan_all(struct grants *g, struct grant_batch *batch,
				    uint64_t now_ms)
{
	uint32_t rows = 0;

	for (size_t i = 0; i < batch->len; i++) {
		enum grants_refusal refusal =
			plan(g, &batch->grants[i], now_ms, &rows);

		if (refusal)
			return refusal;
	}
	if (rows && rows_used(g->rows) + rows > g->max)
		return GRANTS_TABLE_FULL;
	if (batch->len > CHANGES_MAX - g->changes.len)
		return GRANTS_QUEUE_FULL;
	for (size_t i = 0; i < batch->len; i++) {
		struct grant *grant = &batch->grants[i];

		if (!grant->id && id_draw(g, grant->service, &grant->id))
			return GRANTS_NO_ID;
	}
	return GRANTS_FITS;
}

enum haunt_err grants_reserve(struct grants *g, struct grant_batch *batch,
			      uint64_t now_ms, int64_t wall_s,
			      enum grants_refusal *why)
{
	*why = plan_all(g, batch, now_ms);
	if (*why)
		return HAUNT_EBUSY;
	for (size_t i = 0; i < batch->len; i++)
		grant_enter(g, batch->seq, &batch->grants[i], wall_s);
	return HAUNT_OK;
}

enum haunt_err grants_again(struct grants *g, struct grant_batch *batch,
			    uint8_t tries, uint64_t now_ms, int64_t wall_s,
			    enum grants_refusal *why)
{
	enum haunt_err err = grants_reserve(g, batch, now_ms, wall_s, why);

	if (!err)
		changes_tried(&g->changes, batch->len, tries);
	return err;
}

void grants_note(struct grants *g, size_t n, const struct arrival *arrival)
{
	changes_note(&g->changes, (uint32_t)n, arrival);
}

enum haunt_err grants_revoke(struct grants *g, struct grant_batch *batch)
{
	static const struct tenant nobody = { .id = 0 };

	if (batch->len > CHANGES_MAX - g->changes.len)
		return HAUNT_EBUSY;
	for (size_t i = 0; i < batch->len; i++) {
		uint32_t id = batch->grants[i].id;
		uint32_t at = rows_find_id(g->rows, id);
		const struct row *row = rows_at(g->rows, at);

		if (!at)
			return HAUNT_ENOENT;
		batch->grants[i] = grants_grant_of(row, &row->tenant);
		batch->grants[i].replaces = id;
	}
	for (size_t i = 0; i < batch->len; i++) {
		uint32_t at = rows_find_id(g->rows, batch->grants[i].id);

		changes_enter(&g->changes, batch->seq, at, &nobody);
	}
	return HAUNT_OK;
}

void grants_unsend(struct grants *g)
{
	changes_unsend(&g->changes);
}

/* Settles the oldest change; what it led to is noted in out. */
static void settle_one(struct grants *g, enum haunt_err err, uint64_t now_ms,
		       struct grants_settled *out)
{
	const struct change *c = changes_oldest(&g->changes);
	const struct row *row = rows_at(g->rows, c->row);
	const struct tenant nobody = { .id = 0 };
	struct tenant undo = c->astray ? nobody : c->undo;
	struct tenant now = changes_outcome(&g->changes);
	bool ends = undo.id && undo.id != now.id;

	out->revoked = c->revoked;
	out->tries = c->tries;
	out->arrival = c->arrival;
	out->renewed = out->renewed && undo.id == now.id;
	if (undo.id == now.id)
		out->kept[out->kept_len++] = now.id;
	out->batch.grants[out->batch.len++] =
		grants_grant_of(row, c->revoked ? &undo : &now);
	if (!err && ends)
		out->ended[out->ended_len++] = grants_grant_of(row, &undo);
	now.expires_ms = now_ms + now.lifetime_ms;
	changes_settle(&g->changes, err ? &undo : &now);
}

enum haunt_err grants_settle(struct grants *g, uint32_t seq, enum haunt_err err,
			     uint64_t now_ms, struct grants_settled *out)
{
	const struct change *c = changes_oldest(&g->changes);

	if (!c || c->seq != seq)
		return HAUNT_ENOENT;
	out->renewed = true;
	out->batch.cut = false;
	out->ended_len = 0;
	out->kept_len = 0;
	out->batch.seq = seq;
	out->batch.len = 0;
	for (; c && c->seq == seq; c = changes_oldest(&g->changes))
		settle_one(g, err, now_ms, out);
	return HAUNT_OK;
}

/* The door is known; who stands there may not be. */
static enum haunt_err known_correct(struct grants *g, uint32_t at,
				    const struct tenant *t, bool sure)
{
	uint32_t was;
	bool news;

	if (!rows_at(g->rows, at)->pending)
		return HAUNT_EREPLAY;
	was = changes_base(&g->changes, at)->id;
	news = sure ? was != t->id : !was;
	if (sure)
		changes_correct(&g->changes, at, t);
	else if (news)
		changes_rebase(&g->changes, at, t);
	return news ? HAUNT_OK : HAUNT_EREPLAY;
}

enum haunt_err grants_adopt(struct grants *g, const struct grant *grant,
			    uint64_t now_ms, int64_t wall_s)
{
	struct tenant t = { .id = grant->id,
			    .lifetime_ms = grant->lifetime_ms,
			    .expires_ms = now_ms + grant->lifetime_ms,
			    .since_s = wall_s,
			    .service = grant->service,
			    .client = grant->client };
	struct door door = door_of(grant);
	uint32_t at = rows_find_door(g->rows, &door);

	if (at)
		return known_correct(g, at, &t, grant->replaces != 0);
	if (rows_find_id(g->rows, grant->id))
		return HAUNT_EEXIST;
	at = rows_add(g->rows, &door);
	if (!at)
		return HAUNT_EBUSY;
	rows_let(g->rows, at, &t);
	rows_timer_set(g->rows, at);
	return HAUNT_OK;
}

uint64_t grants_next_ms(const struct grants *g)
{
	uint32_t at = rows_timer_first(g->rows);

	return at ? rows_at(g->rows, at)->tenant.expires_ms : UINT64_MAX;
}

bool grants_expire(struct grants *g, uint64_t now_ms, struct grant *out)
{
	uint32_t at = rows_timer_first(g->rows);
	const struct row *row = rows_at(g->rows, at);

	if (!at || row->tenant.expires_ms > now_ms)
		return false;
	*out = grants_grant_of(row, &row->tenant);
	rows_remove(g->rows, at);
	return true;
}

bool grants_use(struct grants *g, uint32_t id, struct grant *out)
{
	uint32_t at = rows_find_id(g->rows, id);
	const struct row *row = rows_at(g->rows, at);

	/* A knock that is under way has its say first. */
	if (!at || row->pending)
		return false;
	*out = grants_grant_of(row, &row->tenant);
	rows_remove(g->rows, at);
	return true;
}
