/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the bytes of the messages about sessions. Every reader accepts only
 * what its writer could have written.
 */
#include "nat/session.h"

#include "nat/grant.h"

void session_put(struct wr *w, const struct session *s)
{
	wr_u32(w, s->id);
	wr_u32(w, s->ct_id);
	wr_u16(w, s->zone);
	wr_u8(w, s->proto);
	wr_u8(w, s->news);
	wr_u8(w, s->state);
	wr_u8(w, s->reason);
	wr_u8(w, s->accounted);
	wr_u64(w, s->serial);
	wr_u64(w, s->since_ms);
	wr_u64(w, s->idle_ms);
	wr_u64(w, s->bytes_in);
	wr_u64(w, s->bytes_out);
	endpoint_put(w, &s->client);
	endpoint_put(w, &s->outer);
	endpoint_put(w, &s->inner);
	endpoint_put(w, &s->back);
}

/* What is over has a reason, what lives has none. */
static bool session_valid(const struct session *s, uint8_t accounted)
{
	return grant_id_valid(s->id) &&
	       (s->proto == IPPROTO_TCP || s->proto == IPPROTO_UDP) &&
	       s->news < SESSION_NEWS_COUNT && s->state < SESSION_STATE_COUNT &&
	       s->reason < SESSION_REASON_COUNT && accounted <= 1 &&
	       (s->news == SESSION_CLOSED) == (s->reason != SESSION_NOT_OVER) &&
	       (accounted || (s->bytes_in == 0 && s->bytes_out == 0));
}

enum haunt_err session_get(struct rd *r, struct session *out)
{
	struct session s = { .id = rd_u32(r) };
	enum haunt_err err;
	uint8_t accounted;

	s.ct_id = rd_u32(r);
	s.zone = rd_u16(r);
	s.proto = rd_u8(r);
	s.news = rd_u8(r);
	s.state = rd_u8(r);
	s.reason = rd_u8(r);
	accounted = rd_u8(r);
	s.accounted = accounted == 1;
	s.serial = rd_u64(r);
	s.since_ms = rd_u64(r);
	s.idle_ms = rd_u64(r);
	s.bytes_in = rd_u64(r);
	s.bytes_out = rd_u64(r);
	s.client = endpoint_get(r);
	s.outer = endpoint_get(r);
	s.inner = endpoint_get(r);
	s.back = endpoint_get(r);
	err = rd_verdict(r, session_valid(&s, accounted));
	if (err == HAUNT_OK)
		*out = s;
	return err;
}

bool origin_name_valid(const char *name, size_t len)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	if (len < 1 || len > CONFIG_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!name[i] || !strchr(chars, name[i]))
			return false;
	}
	return true;
}

static void name_put(struct wr *w, const char *name)
{
	size_t len = strlen(name);

	if (!origin_name_valid(name, len)) {
		w->failed = true;
		return;
	}
	wr_u8(w, (uint8_t)len);
	wr_bytes(w, name, len);
}

static bool name_get(struct rd *r, char out[CONFIG_NAME_MAX + 1])
{
	uint8_t len = rd_u8(r);
	const uint8_t *text = rd_bytes(r, len);

	if (!text || !origin_name_valid((const char *)text, len))
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

void origin_put(struct wr *w, const struct origin *o)
{
	wr_u32(w, o->id);
	wr_u8(w, o->over);
	wr_u64(w, o->since_ms);
	name_put(w, o->service);
	name_put(w, o->client);
}

enum haunt_err origin_get(struct rd *r, struct origin *out)
{
	struct origin o = { .id = rd_u32(r) };
	uint8_t over = rd_u8(r);
	enum haunt_err err;
	bool valid;

	o.over = over == 1;
	o.since_ms = rd_u64(r);
	valid = name_get(r, o.service);
	/* Both are read, so that what is short is told from what is wrong. */
	valid = name_get(r, o.client) && valid;
	err = rd_verdict(r, valid && grant_id_valid(o.id) && over <= 1);
	if (err == HAUNT_OK)
		*out = o;
	return err;
}

void sessions_ask_put(struct wr *w, const struct sessions_ask *a)
{
	wr_u32(w, a->seq);
	wr_u64(w, a->after);
	wr_u16(w, a->max);
}

enum haunt_err sessions_ask_get(struct rd *r, struct sessions_ask *out)
{
	struct sessions_ask a = { .seq = rd_u32(r) };
	enum haunt_err err;

	a.after = rd_u64(r);
	a.max = rd_u16(r);
	err = rd_verdict(r, a.max >= 1 && a.max <= SESSIONS_ASK_MAX);
	if (err == HAUNT_OK)
		*out = a;
	return err;
}

void nat_told_put(struct wr *w, const struct nat_told *t)
{
	wr_u8(w, t->fact);
	wr_u8(w, t->is);
}

enum haunt_err nat_told_get(struct rd *r, struct nat_told *out)
{
	struct nat_told t = { .fact = rd_u8(r) };
	uint8_t is = rd_u8(r);
	enum haunt_err err = rd_verdict(r, t.fact < FACT_COUNT && is <= 1);

	t.is = is == 1;
	if (err == HAUNT_OK)
		*out = t;
	return err;
}
