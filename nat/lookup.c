/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how answers about names are laid out. */
#include "nat/lookup.h"

static enum haunt_err rest(const struct rd *r)
{
	if (r->failed)
		return HAUNT_ESHORT;
	return r->left ? HAUNT_EFORMAT : HAUNT_OK;
}

void lookup_put(struct wr *w, const struct lookup *l)
{
	wr_u16(w, l->service);
	wr_u8(w, l->result);
	wr_u8(w, l->len);
	for (size_t i = 0; i < l->len && i < LOOKUP_ADDRESSES_MAX; i++)
		addr_put(w, &l->addresses[i]);
}

enum haunt_err lookup_get(struct rd *r, struct lookup *out)
{
	struct lookup l = { .service = rd_u16(r) };
	enum haunt_err err;

	l.result = rd_u8(r);
	l.len = rd_u8(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (l.result >= LOOKUP_RESULT_COUNT || l.len > LOOKUP_ADDRESSES_MAX ||
	    (l.result == LOOKUP_OK) != (l.len > 0))
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < l.len; i++)
		l.addresses[i] = addr_get(r);
	err = rest(r);
	if (err == HAUNT_OK)
		*out = l;
	return err;
}

void lead_put(struct wr *w, const struct lead *l)
{
	wr_u16(w, l->service);
	addr_put(w, &l->v4);
	addr_put(w, &l->v6);
}

enum haunt_err lead_get(struct rd *r, struct lead *out)
{
	struct lead l = { .service = rd_u16(r) };
	enum haunt_err err;

	l.v4 = addr_get(r);
	l.v6 = addr_get(r);
	err = rest(r);
	if (err == HAUNT_OK)
		*out = l;
	return err;
}
