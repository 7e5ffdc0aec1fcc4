/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a rule's expressions pass values through registers. Each register
 * is remembered by what was loaded into it; what is compared with it becomes a
 * condition, and what is not understood becomes one that may or may not hold.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <stdio.h> /* which the next one needs */

#include <libnftnl/expr.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "core/base/wire.h"
#include "nat/ruleset_read.h"

#define DPORT_OFFSET 2
#define FULL	     UINT32_MAX

struct rs_cond *rs_cond_add(struct rs_rule *r, enum rs_field field)
{
	struct rs_cond *c;

	if (r->conds_len == RS_CONDS_MAX) {
		c = &r->conds[RS_CONDS_MAX - 1];
		field = RS_OTHER;
	} else {
		c = &r->conds[r->conds_len++];
	}
	*c = (struct rs_cond){ .field = field, .mask = FULL };
	return c;
}

enum haunt_err rs_cond_span(struct ruleset *rs, struct rs_cond *c, uint32_t lo,
			    uint32_t hi)
{
	struct rs_span *s = rs_span_new(rs);

	if (!s)
		return HAUNT_ENOMEM;
	*s = (struct rs_span){ lo, hi };
	if (!c->len)
		c->first = rs->spans_len - 1;
	c->len++;
	return HAUNT_OK;
}

struct rs_reg *rs_reg_at(struct rule_reader *rr, uint32_t number)
{
	uint32_t at = number >= NFT_REG32_00 ? number - NFT_REG32_00
					     : (number - NFT_REG_1) * 4;

	return at < RS_REGS ? &rr->regs[at] : NULL;
}

static void reg_load(struct rule_reader *rr, uint32_t number,
		     enum rs_field field)
{
	struct rs_reg *reg = rs_reg_at(rr, number);

	if (reg)
		*reg = (struct rs_reg){ .field = field, .mask = FULL };
}

/* Ports and the like are in network order, marks in the host's. */
static uint32_t value_of(enum rs_field field, const void *data, uint32_t len)
{
	struct rd r = rd_of(data, len);
	uint32_t v = 0;

	if (len == 1)
		return rd_u8(&r);
	if (field == RS_DPORT)
		return rd_u16(&r);
	memcpy(&v, data, len < sizeof(v) ? len : sizeof(v));
	return v;
}

static void span_add(struct rule_reader *rr, struct rs_cond *c, uint32_t lo,
		     uint32_t hi)
{
	if (rr->err == HAUNT_OK)
		rr->err = rs_cond_span(rr->r->rs, c, lo, hi);
}

static struct rs_cond *cond_on(struct rule_reader *rr, const struct rs_reg *reg)
{
	bool known = reg && !reg->immediate && !reg->flips;
	struct rs_cond *c =
		rs_cond_add(&rr->rule, known ? reg->field : RS_OTHER);

	if (known)
		c->mask = reg->mask;
	return c;
}

/* ---- matches ---- */

static void read_meta(struct rule_reader *rr, const struct nftnl_expr *e)
{
	enum rs_field field = RS_OTHER;

	if (!nftnl_expr_is_set(e, NFTNL_EXPR_META_DREG))
		return;
	switch (nftnl_expr_get_u32(e, NFTNL_EXPR_META_KEY)) {
	case NFT_META_NFPROTO:
		field = RS_NFPROTO;
		break;
	case NFT_META_L4PROTO:
		field = RS_L4PROTO;
		break;
	case NFT_META_IIFNAME:
		field = RS_IIFNAME;
		break;
	default:
		break;
	}
	reg_load(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_META_DREG), field);
}

static void read_fib(struct rule_reader *rr, const struct nftnl_expr *e)
{
	bool dtype = nftnl_expr_get_u32(e, NFTNL_EXPR_FIB_FLAGS) ==
			     NFTA_FIB_F_DADDR &&
		     nftnl_expr_get_u32(e, NFTNL_EXPR_FIB_RESULT) ==
			     NFT_FIB_RESULT_ADDRTYPE;

	reg_load(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_FIB_DREG),
		 dtype ? RS_DTYPE : RS_OTHER);
}

static void mark_set(struct rule_reader *rr, const struct rs_reg *reg)
{
	bool from_mark = reg && !reg->immediate && reg->field == RS_CT_MARK;

	rr->rule.mark_bits = from_mark ? ~reg->mask | reg->flips : FULL;
}

static void read_ct(struct rule_reader *rr, const struct nftnl_expr *e)
{
	uint32_t key = nftnl_expr_get_u32(e, NFTNL_EXPR_CT_KEY);

	if (nftnl_expr_is_set(e, NFTNL_EXPR_CT_SREG)) {
		if (key == NFT_CT_MARK)
			mark_set(rr,
				 rs_reg_at(rr, nftnl_expr_get_u32(
						       e, NFTNL_EXPR_CT_SREG)));
		return;
	}
	reg_load(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_CT_DREG),
		 key == NFT_CT_STATE  ? RS_CT_STATE
		 : key == NFT_CT_MARK ? RS_CT_MARK
				      : RS_OTHER);
}

static void read_payload(struct rule_reader *rr, const struct nftnl_expr *e)
{
	uint32_t base = nftnl_expr_get_u32(e, NFTNL_EXPR_PAYLOAD_BASE);
	uint32_t offset = nftnl_expr_get_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET);
	uint32_t len = nftnl_expr_get_u32(e, NFTNL_EXPR_PAYLOAD_LEN);
	enum rs_field field = RS_OTHER;

	if (!nftnl_expr_is_set(e, NFTNL_EXPR_PAYLOAD_DREG))
		return;
	if (base == NFT_PAYLOAD_TRANSPORT_HEADER && offset == DPORT_OFFSET &&
	    len == 2)
		field = RS_DPORT;
	/* Where a family of its own is no condition: IPv4's protocol. */
	if (base == NFT_PAYLOAD_NETWORK_HEADER && len == 1 && offset == 9 &&
	    rr->chain->family == NFPROTO_IPV4)
		field = RS_L4PROTO;
	reg_load(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_PAYLOAD_DREG), field);
}

static void read_bitwise(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *from =
		rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_BITWISE_SREG));
	struct rs_reg *to =
		rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_BITWISE_DREG));
	uint32_t mask_len = 0, flips_len = 0;
	const void *mask =
		nftnl_expr_get(e, NFTNL_EXPR_BITWISE_MASK, &mask_len);
	const void *flips =
		nftnl_expr_get(e, NFTNL_EXPR_BITWISE_XOR, &flips_len);
	struct rs_reg was;

	if (!from || !to)
		return;
	was = *from;
	*to = (struct rs_reg){ .field = RS_OTHER, .mask = FULL };
	if (was.immediate || !mask || !flips || mask_len > 4 || flips_len > 4)
		return;
	*to = was;
	to->mask = was.mask & value_of(was.field, mask, mask_len);
	to->flips = (was.flips & value_of(was.field, mask, mask_len)) ^
		    value_of(was.field, flips, flips_len);
}

static void name_take(struct rs_cond *c, const void *data, uint32_t len)
{
	c->name_len = (uint8_t)(len < sizeof(c->name) ? len : sizeof(c->name));
	memcpy(c->name, data, c->name_len);
}

static void read_cmp(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *reg =
		rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_SREG));
	uint32_t len = 0, op = nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_OP), v;
	const void *data = nftnl_expr_get(e, NFTNL_EXPR_CMP_DATA, &len);
	struct rs_cond *c = cond_on(rr, data ? reg : NULL);

	if (c->field == RS_OTHER)
		return;
	c->not = op == NFT_CMP_NEQ;
	if (c->field == RS_IIFNAME) {
		name_take(c, data, len);
		return;
	}
	v = value_of(c->field, data, len);
	if (op == NFT_CMP_EQ || op == NFT_CMP_NEQ)
		span_add(rr, c, v, v);
	else if (op == NFT_CMP_LTE || (op == NFT_CMP_LT && v))
		span_add(rr, c, 0, op == NFT_CMP_LT ? v - 1 : v);
	else if (op == NFT_CMP_GTE || (op == NFT_CMP_GT && v < FULL))
		span_add(rr, c, op == NFT_CMP_GT ? v + 1 : v, FULL);
}

static void read_range(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *reg =
		rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_RANGE_SREG));
	uint32_t from_len = 0, to_len = 0;
	const void *from =
		nftnl_expr_get(e, NFTNL_EXPR_RANGE_FROM_DATA, &from_len);
	const void *to = nftnl_expr_get(e, NFTNL_EXPR_RANGE_TO_DATA, &to_len);
	struct rs_cond *c = cond_on(rr, from && to ? reg : NULL);

	if (c->field == RS_IIFNAME)
		c->field = RS_OTHER;
	if (c->field == RS_OTHER)
		return;
	c->not = nftnl_expr_get_u32(e, NFTNL_EXPR_RANGE_OP) == NFT_RANGE_NEQ;
	span_add(rr, c, value_of(c->field, from, from_len),
		 value_of(c->field, to, to_len));
}

/* ---- sets ---- */

bool rs_elem_span(const struct rs_set *set, size_t i, enum rs_field field,
		  struct rs_span *out)
{
	const struct rs_elem *e = &set->elems[i];

	if (e->ends)
		return false;
	out->lo = value_of(field, e->key, set->key_len);
	out->hi = out->lo;
	if (!set->intervals)
		return true;
	out->hi = FULL;
	if (i + 1 < set->len) {
		uint32_t next =
			value_of(field, set->elems[i + 1].key, set->key_len);

		out->hi = next > out->lo ? next - 1 : out->lo;
	}
	return true;
}

static void read_lookup(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *reg =
		rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_LOOKUP_SREG));
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_LOOKUP_SET);
	const struct rs_set *set =
		name ? ruleset_set_find(rr->r, rr->chain, name) : NULL;
	bool usable = reg && set && reg->field != RS_IIFNAME &&
		      reg->field != RS_OTHER && !reg->immediate && !reg->flips;
	struct rs_cond *c;

	if (nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_DREG)) {
		uint32_t to = nftnl_expr_get_u32(e, NFTNL_EXPR_LOOKUP_DREG);

		if (to != NFT_REG_VERDICT) {
			reg_load(rr, to, RS_OTHER);
		} else if (usable) {
			rr->map = set;
			rr->map_field = reg->field;
			rr->map_mask = reg->mask;
			return;
		}
		(void)rs_cond_add(&rr->rule, RS_OTHER);
		return;
	}
	c = cond_on(rr, usable ? reg : NULL);
	if (c->field == RS_OTHER)
		return;
	c->not = nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_FLAGS) &&
		 (nftnl_expr_get_u32(e, NFTNL_EXPR_LOOKUP_FLAGS) &
		  NFT_LOOKUP_F_INV);
	for (size_t i = 0; i < set->len; i++) {
		struct rs_span s;

		if (rs_elem_span(set, i, c->field, &s))
			span_add(rr, c, s.lo, s.hi);
	}
}

bool ruleset_match_read(struct rule_reader *rr, const struct nftnl_expr *e,
			const char *name)
{
	static const struct {
		const char *name;
		void (*read)(struct rule_reader *rr,
			     const struct nftnl_expr *e);
	} known[] = {
		{ "meta", read_meta },	     { "ct", read_ct },
		{ "payload", read_payload }, { "bitwise", read_bitwise },
		{ "cmp", read_cmp },	     { "range", read_range },
		{ "lookup", read_lookup },   { "fib", read_fib },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0) {
			known[i].read(rr, e);
			return true;
		}
	}
	return false;
}
