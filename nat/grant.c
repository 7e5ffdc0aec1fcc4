/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the bytes of the messages between the gate and nat. Every reader
 * accepts only what its writer could have written, so that whatever decodes
 * encodes to the same bytes.
 */
#include "nat/grant.h"

static bool proto_valid(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP;
}

void grant_put(struct wr *w, const struct grant *g)
{
	wr_u32(w, g->id);
	wr_u32(w, g->replaces);
	wr_u32(w, g->lifetime_ms);
	wr_u16(w, g->service);
	wr_u16(w, g->client);
	addr_put(w, &g->address);
	wr_u8(w, g->proto);
	wr_u16(w, g->port);
}

enum haunt_err grant_get(struct rd *r, struct grant *out)
{
	struct grant g = { .id = rd_u32(r) };

	g.replaces = rd_u32(r);
	g.lifetime_ms = rd_u32(r);
	g.service = rd_u16(r);
	g.client = rd_u16(r);
	g.address = addr_get(r);
	g.proto = rd_u8(r);
	g.port = rd_u16(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (!grant_id_valid(g.id) ||
	    (g.replaces && !grant_id_valid(g.replaces)) ||
	    !proto_valid(g.proto) || g.port == 0)
		return HAUNT_EFORMAT;
	*out = g;
	return HAUNT_OK;
}

void grant_batch_put(struct wr *w, const struct grant_batch *b)
{
	if (b->len < 1 || b->len > GRANT_BATCH_MAX) {
		w->failed = true;
		return;
	}
	wr_u32(w, b->seq);
	wr_u8(w, b->cut);
	wr_u8(w, b->len);
	for (size_t i = 0; i < b->len; i++)
		grant_put(w, &b->grants[i]);
}

enum haunt_err grant_batch_get(struct rd *r, struct grant_batch *out)
{
	struct grant_batch b = { .seq = rd_u32(r) };
	uint8_t cut = rd_u8(r);
	enum haunt_err err;

	b.len = rd_u8(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (cut > 1 || b.len < 1 || b.len > GRANT_BATCH_MAX)
		return HAUNT_EFORMAT;
	b.cut = cut;
	for (size_t i = 0; i < b.len; i++) {
		err = grant_get(r, &b.grants[i]);
		if (err != HAUNT_OK)
			return err;
	}
	err = rd_verdict(r, true);
	if (err == HAUNT_OK)
		*out = b;
	return err;
}

void nat_query_put(struct wr *w, const struct nat_query *q)
{
	wr_u32(w, q->seq);
}

enum haunt_err nat_query_get(struct rd *r, struct nat_query *out)
{
	struct nat_query q = { .seq = rd_u32(r) };
	enum haunt_err err = rd_verdict(r, true);

	if (err == HAUNT_OK)
		*out = q;
	return err;
}

void nat_confirm_put(struct wr *w, const struct nat_confirm *c)
{
	wr_u32(w, c->seq);
	wr_u8(w, c->here);
	endpoint_put(w, &c->client);
	endpoint_put(w, &c->server);
}

enum haunt_err nat_confirm_get(struct rd *r, struct nat_confirm *out)
{
	uint32_t seq = rd_u32(r);
	uint8_t here = rd_u8(r);
	struct endpoint client = endpoint_get(r);
	struct endpoint server = endpoint_get(r);
	enum haunt_err err = rd_verdict(r, here <= 1);

	if (err == HAUNT_OK)
		*out = (struct nat_confirm){ .seq = seq,
					     .here = here,
					     .client = client,
					     .server = server };
	return err;
}

void nat_watch_put(struct wr *w, const struct nat_watch *n)
{
	wr_u8(w, n->on);
}

enum haunt_err nat_watch_get(struct rd *r, struct nat_watch *out)
{
	uint8_t on = rd_u8(r);
	enum haunt_err err = rd_verdict(r, on <= 1);

	if (err == HAUNT_OK)
		out->on = on == 1;
	return err;
}

void grant_survey_put(struct wr *w, const struct grant_survey *s)
{
	if (s->len < 1 || s->len > GRANT_SURVEY_MAX) {
		w->failed = true;
		return;
	}
	wr_u32(w, s->seq);
	wr_u16(w, s->len);
	for (size_t i = 0; i < s->len; i++)
		wr_u32(w, s->ids[i]);
}

enum haunt_err grant_survey_get(struct rd *r, struct grant_survey *out)
{
	struct grant_survey s = { .seq = rd_u32(r) };
	enum haunt_err err;
	bool valid = true;

	s.len = rd_u16(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (s.len < 1 || s.len > GRANT_SURVEY_MAX)
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < s.len; i++) {
		s.ids[i] = rd_u32(r);
		valid = valid && grant_id_valid(s.ids[i]);
	}
	err = rd_verdict(r, valid);
	if (err == HAUNT_OK)
		*out = s;
	return err;
}

void nat_result_put(struct wr *w, const struct nat_result *s)
{
	wr_u32(w, s->seq);
	wr_u8(w, s->err);
	wr_u32(w, s->error);
	wr_u8(w, s->at);
}

enum haunt_err nat_result_get(struct rd *r, struct nat_result *out)
{
	struct nat_result s = { .seq = rd_u32(r) };
	enum haunt_err err;
	bool valid;

	s.err = rd_u8(r);
	s.error = rd_u32(r);
	s.at = rd_u8(r);
	valid = s.err < HAUNT_ERR_COUNT &&
		(s.err == HAUNT_ESYS || s.error == 0) &&
		(s.at < GRANT_BATCH_MAX || s.at == NAT_RESULT_AT_NONE);
	err = rd_verdict(r, valid);
	if (err == HAUNT_OK)
		*out = s;
	return err;
}
