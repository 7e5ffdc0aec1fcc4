/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a foreign chain is followed with a packet of a running session in
 * mind. Only conditions that are known to hold for every such packet count:
 * its state, and our mark. A rule with any other condition is passed over, so
 * that in doubt a session is called at risk.
 */
#include "nat/host_survive.h"

#include <netinet/in.h> /* which the kernel's own gives way to */

#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_state.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "nat/nl.h"
#include "nat/rule.h"

#define CHAINS_MAX  256 /* followed for one base chain */
#define DEPTH_MAX   16	/* the kernel follows no more */
#define ESTABLISHED NF_CT_STATE_BIT(IP_CT_ESTABLISHED)

/* What is in the register. */
enum held {
	HELD_NOTHING,
	HELD_STATE,
	HELD_MARK,
};

enum fate {
	FATE_NONE, /* the next rule decides */
	FATE_ACCEPT,
	FATE_DROP,
	FATE_JUMP,
	FATE_GOTO,
	FATE_RETURN,
};

/* What a rule does with our packet. */
struct step {
	bool passed_over; /* it has a condition that may not hold */
	enum held held;
	uint32_t mask;
	enum fate fate;
	char next[HOST_NAME_MAX]; /* FATE_JUMP, FATE_GOTO */
	char set[HOST_NAME_MAX];  /* that the state is looked up in, or none */
	bool map;		  /* of verdicts */
};

struct steps {
	struct step *at;
	size_t len;
	size_t cap;
};

struct walk {
	struct nl *nl;
	uint16_t family;
	const char *table;
	size_t chains; /* followed so far */
};

static bool text_is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static uint32_t expr_u32(struct nftnl_expr *e, uint16_t attr)
{
	uint32_t len = 0, value = 0;
	const void *data = nftnl_expr_is_set(e, attr)
				   ? nftnl_expr_get(e, attr, &len)
				   : NULL;

	if (data && len == sizeof(value))
		memcpy(&value, data, sizeof(value));
	return value;
}

static void ct_judge(struct nftnl_expr *e, struct step *s)
{
	uint32_t key = nftnl_expr_is_set(e, NFTNL_EXPR_CT_DREG)
			       ? nftnl_expr_get_u32(e, NFTNL_EXPR_CT_KEY)
			       : UINT32_MAX;

	s->mask = UINT32_MAX;
	if (key == NFT_CT_STATE)
		s->held = HELD_STATE;
	else if (key == NFT_CT_MARK)
		s->held = HELD_MARK;
	else
		s->passed_over = true;
}

/* True if the comparison holds for every packet of ours. */
static bool cmp_holds(struct nftnl_expr *e, const struct step *s)
{
	uint32_t op = nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_OP);
	uint32_t with = expr_u32(e, NFTNL_EXPR_CMP_DATA);
	uint32_t is = s->held == HELD_STATE ? ESTABLISHED : RULE_MARK_BASE;

	/* The rest of a mark is a grant's number. */
	if (s->held == HELD_NOTHING ||
	    (s->held == HELD_MARK && (s->mask & ~RULE_MARK_MASK)))
		return false;
	if (op == (uint32_t)NFT_CMP_EQ)
		return (is & s->mask) == with;
	return op == (uint32_t)NFT_CMP_NEQ && (is & s->mask) != with;
}

static void lookup_judge(struct nftnl_expr *e, struct step *s)
{
	if (s->held != HELD_STATE || s->mask != UINT32_MAX ||
	    !nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_SET) ||
	    (nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_FLAGS) &&
	     nftnl_expr_get_u32(e, NFTNL_EXPR_LOOKUP_FLAGS))) {
		s->passed_over = true;
		return;
	}
	snprintf(s->set, sizeof(s->set), "%s",
		 nftnl_expr_get_str(e, NFTNL_EXPR_LOOKUP_SET));
	s->map = nftnl_expr_is_set(e, NFTNL_EXPR_LOOKUP_DREG);
}

static enum fate fate_of(uint32_t verdict)
{
	switch ((int)verdict) {
	case NF_ACCEPT:
		return FATE_ACCEPT;
	case NFT_JUMP:
		return FATE_JUMP;
	case NFT_GOTO:
		return FATE_GOTO;
	case NFT_RETURN:
		return FATE_RETURN;
	default:
		return FATE_DROP;
	}
}

static void verdict_judge(struct nftnl_expr *e, struct step *s)
{
	s->fate = fate_of(nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT));
	if (nftnl_expr_is_set(e, NFTNL_EXPR_IMM_CHAIN))
		snprintf(s->next, sizeof(s->next), "%s",
			 nftnl_expr_get_str(e, NFTNL_EXPR_IMM_CHAIN));
}

/* iptables-nft's conditions. */
static bool match_holds(struct nftnl_expr *e)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME);
	uint32_t len = 0;
	const void *info = nftnl_expr_is_set(e, NFTNL_EXPR_MT_INFO)
				   ? nftnl_expr_get(e, NFTNL_EXPR_MT_INFO, &len)
				   : NULL;
	struct xt_conntrack_mtinfo3 ct;
	struct xt_connmark_mtinfo1 mark;
	struct xt_state_info state;

	if (text_is(name, "comment"))
		return true;
	if (text_is(name, "conntrack") && info && len >= sizeof(ct)) {
		memcpy(&ct, info, sizeof(ct));
		ct.match_flags &= (uint16_t)~XT_CONNTRACK_STATE_ALIAS;
		return ct.match_flags == XT_CONNTRACK_STATE &&
		       !(ct.invert_flags & XT_CONNTRACK_STATE) &&
		       (ct.state_mask &
			XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED));
	}
	if (text_is(name, "state") && info && len >= sizeof(state)) {
		memcpy(&state, info, sizeof(state));
		return state.statemask & XT_STATE_BIT(IP_CT_ESTABLISHED);
	}
	if (!text_is(name, "connmark") || !info || len < sizeof(mark))
		return false;
	memcpy(&mark, info, sizeof(mark));
	return !mark.invert && !(mark.mask & ~RULE_MARK_MASK) &&
	       (RULE_MARK_BASE & mark.mask) == mark.mark;
}

static int expr_judge(struct nftnl_expr *e, void *arg)
{
	struct step *s = arg;
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);

	if (text_is(name, "counter") || text_is(name, "log"))
		return 0;
	if (text_is(name, "ct"))
		ct_judge(e, s);
	else if (text_is(name, "bitwise") && s->held != HELD_NOTHING &&
		 !expr_u32(e, NFTNL_EXPR_BITWISE_XOR))
		s->mask = expr_u32(e, NFTNL_EXPR_BITWISE_MASK);
	else if (text_is(name, "cmp"))
		s->passed_over = s->passed_over || !cmp_holds(e, s);
	else if (text_is(name, "lookup"))
		lookup_judge(e, s);
	else if (text_is(name, "immediate") &&
		 nftnl_expr_is_set(e, NFTNL_EXPR_IMM_VERDICT))
		verdict_judge(e, s);
	else if (text_is(name, "reject") ||
		 (text_is(name, "target") &&
		  text_is(nftnl_expr_get_str(e, NFTNL_EXPR_TG_NAME), "REJECT")))
		s->fate = FATE_DROP;
	else
		s->passed_over = s->passed_over || !text_is(name, "match") ||
				 !match_holds(e);
	return 0;
}

static void steps_begin(void *arg)
{
	struct steps *steps = arg;

	steps->len = 0;
}

static enum haunt_err step_item(void *arg, const struct nlmsghdr *h)
{
	struct steps *steps = arg;
	struct nftnl_rule *r = nftnl_rule_alloc();
	struct step s = { .fate = FATE_NONE };

	if (!r)
		return HAUNT_ENOMEM;
	if (nftnl_rule_nlmsg_parse(h, r) < 0)
		s.passed_over = true;
	else
		(void)nftnl_expr_foreach(r, expr_judge, &s);
	nftnl_rule_free(r);
	if (steps->len == steps->cap) {
		size_t cap = steps->cap ? steps->cap * 2 : 32;
		struct step *more =
			reallocarray(steps->at, cap, sizeof(steps->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		steps->at = more;
		steps->cap = cap;
	}
	steps->at[steps->len++] = s;
	return HAUNT_OK;
}

/* ---- a set that the state is looked up in ---- */

static int elem_judge(struct nftnl_set_elem *e, void *arg)
{
	struct step *s = arg;
	uint32_t len = 0, key = 0;
	const void *data =
		nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_KEY)
			? nftnl_set_elem_get(e, NFTNL_SET_ELEM_KEY, &len)
			: NULL;

	if (!data || len != sizeof(key))
		return 0;
	memcpy(&key, data, sizeof(key));
	if (key != ESTABLISHED)
		return 0;
	s->passed_over = false;
	if (!s->map || !nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_VERDICT))
		return 0;
	s->fate = fate_of(nftnl_set_elem_get_u32(e, NFTNL_SET_ELEM_VERDICT));
	if (nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_CHAIN))
		snprintf(s->next, sizeof(s->next), "%s",
			 nftnl_set_elem_get_str(e, NFTNL_SET_ELEM_CHAIN));
	return 0;
}

static enum haunt_err set_item(void *arg, const struct nlmsghdr *h)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set)
		return HAUNT_ENOMEM;
	if (nftnl_set_elems_nlmsg_parse(h, set) >= 0)
		(void)nftnl_set_elem_foreach(set, elem_judge, arg);
	nftnl_set_free(set);
	return HAUNT_OK;
}

/* Finds out what the set says of what is established. */
static enum haunt_err set_ask(const struct walk *w, struct step *s)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .item = set_item, .arg = s };
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, w->family, 0, 0);

	s->passed_over = true;
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, w->table);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, s->set);
	return nl_dump(w->nl, h, &sink);
}

/* ---- a chain ---- */

static enum haunt_err steps_read(const struct walk *w, const char *chain,
				 struct steps *out)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = steps_begin,
				.item = step_item,
				.arg = out };
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, w->family, 0, 0);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, w->table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	return nl_dump(w->nl, h, &sink);
}

/* Where the packet ends; FATE_NONE: it falls out of the chain's end. */
static enum haunt_err chain_follow(struct walk *w, const char *chain,
				   unsigned int depth, enum fate *fate)
{
	struct steps steps = { .len = 0 };
	enum haunt_err err = HAUNT_OK;

	*fate = FATE_NONE;
	if (depth < DEPTH_MAX && w->chains++ < CHAINS_MAX)
		err = steps_read(w, chain, &steps);
	for (size_t i = 0; err == HAUNT_OK && i < steps.len; i++) {
		struct step *s = &steps.at[i];

		if (!s->passed_over && s->set[0])
			err = set_ask(w, s);
		if (err != HAUNT_OK || s->passed_over || s->fate == FATE_NONE)
			continue;
		if (s->fate != FATE_JUMP && s->fate != FATE_GOTO) {
			*fate = s->fate == FATE_RETURN ? FATE_NONE : s->fate;
			break;
		}
		err = chain_follow(w, s->next, depth + 1, fate);
		if (*fate != FATE_NONE || s->fate == FATE_GOTO)
			break;
	}
	free(steps.at);
	return err;
}

static void risk_log(const struct host_chain *c)
{
	char table[HOST_NAME_MAX * 4], chain[HOST_NAME_MAX * 4];

	log_text(c->table, strlen(c->table), table, sizeof(table));
	log_text(c->chain, strlen(c->chain), chain, sizeof(chain));
	log_event(LOG_LEVEL_WARNING, "survival",
		  "family=%s table=%s chain=%s result=no-established-accept",
		  nl_family_name(c->family), table, chain);
}

enum haunt_err host_survive(struct nl *nl, bool tell, bool *at_risk)
{
	struct host host;
	enum haunt_err err = host_look(nl, &host);
	bool risk = false;

	if (err != HAUNT_OK)
		return err;
	for (size_t i = 0; err == HAUNT_OK && i < host.len; i++) {
		const struct host_chain *c = &host.chains[i];
		struct walk w = { .nl = nl,
				  .family = c->family,
				  .table = c->table };
		enum fate fate;

		if (c->end == HOST_END_ACCEPT || c->tagged)
			continue;
		err = chain_follow(&w, c->chain, 0, &fate);
		if (err != HAUNT_OK || fate == FATE_ACCEPT)
			continue;
		risk = true;
		if (tell)
			risk_log(c);
	}
	host_forget(&host);
	if (err == HAUNT_OK)
		*at_risk = risk;
	return err;
}
