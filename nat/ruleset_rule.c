/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a rule does: its verdict, where it translates to, what it writes
 * into the conntrack mark.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <stdio.h> /* which the next one needs */

#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "core/base/wire.h"
#include "nat/ruleset_read.h"

static void lead(struct rule_reader *rr, enum rs_verdict verdict,
		 const struct nftnl_expr *e)
{
	const char *to = nftnl_expr_is_set(e, NFTNL_EXPR_IMM_CHAIN)
				 ? nftnl_expr_get_str(e, NFTNL_EXPR_IMM_CHAIN)
				 : NULL;

	rr->rule.verdict = verdict;
	rr->rule.to = to ? rs_chain_find(rr->r->rs, rr->chain->family,
					 rr->chain->table, to)
			 : SIZE_MAX;
}

static void read_verdict(struct rule_reader *rr, const struct nftnl_expr *e)
{
	switch ((int)nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT)) {
	case NF_ACCEPT:
		rr->rule.verdict = RS_ACCEPT;
		break;
	case NF_DROP:
		rr->rule.verdict = RS_DROP;
		break;
	case NFT_RETURN:
		rr->rule.verdict = RS_RETURN;
		break;
	case NFT_JUMP:
		lead(rr, RS_JUMP, e);
		break;
	case NFT_GOTO:
		lead(rr, RS_GOTO, e);
		break;
	default:
		break;
	}
}

static void read_immediate(struct rule_reader *rr, const struct nftnl_expr *e)
{
	struct rs_reg *reg;
	uint32_t len = 0;
	const void *data;

	if (nftnl_expr_is_set(e, NFTNL_EXPR_IMM_VERDICT)) {
		read_verdict(rr, e);
		return;
	}
	reg = rs_reg_at(rr, nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_DREG));
	data = nftnl_expr_get(e, NFTNL_EXPR_IMM_DATA, &len);
	if (!reg || !data || len > sizeof(reg->data))
		return;
	*reg = (struct rs_reg){ .immediate = true, .len = len };
	memcpy(reg->data, data, len);
}

static void read_reject(struct rule_reader *rr, const struct nftnl_expr *e)
{
	(void)e;
	rr->rule.verdict = RS_REJECT;
}

static const struct rs_reg *reg_given(struct rule_reader *rr,
				      const struct nftnl_expr *e, uint16_t attr)
{
	const struct rs_reg *reg =
		nftnl_expr_is_set(e, attr)
			? rs_reg_at(rr, nftnl_expr_get_u32(e, attr))
			: NULL;

	return reg && reg->immediate ? reg : NULL;
}

static void port_take(struct rule_reader *rr, const struct rs_reg *reg)
{
	struct rd r = rd_of(reg->data, reg->len);

	rr->rule.nat_port = rd_u16(&r);
}

static void read_nat(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *address =
		reg_given(rr, e, NFTNL_EXPR_NAT_REG_ADDR_MIN);
	const struct rs_reg *port =
		reg_given(rr, e, NFTNL_EXPR_NAT_REG_PROTO_MIN);

	if (nftnl_expr_get_u32(e, NFTNL_EXPR_NAT_TYPE) != NFT_NAT_DNAT)
		return;
	/* A target out of a map is any target. */
	if (nftnl_expr_is_set(e, NFTNL_EXPR_NAT_REG_ADDR_MIN) && !address)
		return;
	rr->rule.dnat = true;
	if (address && address->len == 4)
		rr->rule.nat_addr = addr_from_v4(address->data);
	else if (address && address->len == 16)
		rr->rule.nat_addr = addr_from_v6(address->data);
	if (port)
		port_take(rr, port);
}

static void read_redir(struct rule_reader *rr, const struct nftnl_expr *e)
{
	const struct rs_reg *port =
		reg_given(rr, e, NFTNL_EXPR_REDIR_REG_PROTO_MIN);

	rr->rule.dnat = true;
	if (port)
		port_take(rr, port);
}

static void read_match(struct rule_reader *rr, const struct nftnl_expr *e)
{
	if (rr->err == HAUNT_OK)
		rr->err = ruleset_xt_match(rr->r->rs, &rr->rule, e);
}

static void read_target(struct rule_reader *rr, const struct nftnl_expr *e)
{
	ruleset_xt_target(&rr->rule, e, rr->chain->family);
}

/* Expressions that decide nothing. */
static void read_nothing(struct rule_reader *rr, const struct nftnl_expr *e)
{
	(void)rr;
	(void)e;
}

static int expr_read(struct nftnl_expr *e, void *arg)
{
	static const struct {
		const char *name;
		void (*read)(struct rule_reader *rr,
			     const struct nftnl_expr *e);
	} known[] = {
		{ "immediate", read_immediate },
		{ "reject", read_reject },
		{ "nat", read_nat },
		{ "redir", read_redir },
		{ "match", read_match },
		{ "target", read_target },
		{ "counter", read_nothing },
		{ "log", read_nothing },
		{ "notrack", read_nothing },
		{ "masq", read_nothing },
	};
	struct rule_reader *rr = arg;
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);

	if (!name)
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0) {
			known[i].read(rr, e);
			return 0;
		}
	}
	if (!ruleset_match_read(rr, e, name))
		(void)rs_cond_add(&rr->rule, RS_OTHER);
	return 0;
}

static enum haunt_err rule_append(struct rule_reader *rr)
{
	struct rs_rule *out = rs_rule_new(rr->r->rs);

	if (!out)
		return HAUNT_ENOMEM;
	*out = rr->rule;
	return HAUNT_OK;
}

/* One rule for each element of a verdict map. */
static enum haunt_err map_append(struct rule_reader *rr)
{
	const struct rs_rule whole = rr->rule;
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < rr->map->len; i++) {
		const struct rs_elem *e = &rr->map->elems[i];
		struct rs_span s;
		struct rs_cond *c;

		if (!rs_elem_span(rr->map, i, rr->map_field, &s))
			continue;
		rr->rule = whole;
		rr->rule.verdict = e->verdict;
		rr->rule.to = e->to;
		c = rs_cond_add(&rr->rule, rr->map_field);
		c->mask = rr->map_mask;
		err = rs_cond_span(rr->r->rs, c, s.lo, s.hi);
		if (err == HAUNT_OK)
			err = rule_append(rr);
	}
	return err;
}

enum haunt_err ruleset_rule_read(struct reading *r, struct nftnl_rule *rule)
{
	struct rule_reader rr = { .r = r };
	uint16_t family = (uint16_t)nftnl_rule_get_u32(rule, NFTNL_RULE_FAMILY);
	size_t chain = rs_chain_find(
		r->rs, family, nftnl_rule_get_str(rule, NFTNL_RULE_TABLE),
		nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));

	/* Ours are judged by their number; a chain may have come since. */
	if (chain == SIZE_MAX || r->rs->chains[chain].ours)
		return HAUNT_OK;
	rr.chain = &r->rs->chains[chain];
	rr.rule.chain = chain;
	rr.rule.handle = nftnl_rule_get_u64(rule, NFTNL_RULE_HANDLE);
	rr.rule.to = SIZE_MAX;
	(void)nftnl_expr_foreach(rule, expr_read, &rr);
	if (rr.err != HAUNT_OK)
		return rr.err;
	return rr.map ? map_append(&rr) : rule_append(&rr);
}
