/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a packet is led through chains of which not everything is known.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include "nat/ruleset.h"

#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define JUMPS_MAX 16 /* the kernel follows no more */

enum truth {
	FALSE,
	UNKNOWN,
	TRUE,
};

static enum truth truth_not(enum truth t)
{
	return t == UNKNOWN ? UNKNOWN : t == TRUE ? FALSE : TRUE;
}

static enum truth in_spans(const struct ruleset *rs, const struct rs_cond *c,
			   uint32_t value)
{
	for (size_t i = 0; i < c->len; i++) {
		const struct rs_span *s = &rs->spans[c->first + i];

		if ((value & c->mask) >= s->lo && (value & c->mask) <= s->hi)
			return TRUE;
	}
	return FALSE;
}

/* Nobody comes in by lo from outside. */
static enum truth iif_holds(const struct rs_cond *c, const char *iif)
{
	char full[RS_IFNAME_MAX] = { 0 };

	if (!iif)
		return strncmp(c->name, "lo", c->name_len) == 0 ? FALSE
								: UNKNOWN;
	memccpy(full, iif, '\0', sizeof(full));
	return memcmp(full, c->name, c->name_len) == 0 ? TRUE : FALSE;
}

static enum truth cond_holds(const struct ruleset *rs, const struct rs_cond *c,
			     const struct rs_packet *p)
{
	switch (c->field) {
	case RS_NFPROTO:
		return in_spans(rs, c, p->v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	case RS_L4PROTO:
		return in_spans(rs, c, p->proto);
	case RS_DPORT:
		return p->dport ? in_spans(rs, c, p->dport) : UNKNOWN;
	case RS_IIFNAME:
		return iif_holds(c, p->iif);
	case RS_CT_STATE:
		return in_spans(rs, c, p->ct_state);
	case RS_CT_MARK:
		return in_spans(rs, c, p->ct_mark);
	case RS_DTYPE:
		return p->dtype ? in_spans(rs, c, p->dtype) : UNKNOWN;
	case RS_OTHER:
	default:
		return UNKNOWN;
	}
}

static enum truth rule_holds(const struct ruleset *rs, const struct rs_rule *r,
			     const struct rs_packet *p)
{
	enum truth all = TRUE;

	for (size_t i = 0; i < r->conds_len; i++) {
		enum truth t = cond_holds(rs, &r->conds[i], p);

		if (r->conds[i].not )
			t = truth_not(t);
		if (t < all)
			all = t;
	}
	return all;
}

bool ruleset_may_match(const struct ruleset *rs, const struct rs_rule *r,
		       const struct rs_packet *p)
{
	return rule_holds(rs, r, p) != FALSE;
}

/* Where a walk goes on after a chain that it was led to. */
struct place {
	size_t chain;
	size_t rule;
};

struct walk {
	struct place stack[JUMPS_MAX];
	size_t depth;
	struct place at;
};

static void walk_return(struct walk *w, size_t base)
{
	if (w->depth)
		w->at = w->stack[--w->depth];
	else
		w->at = (struct place){ base, SIZE_MAX };
}

static void walk_lead(struct walk *w, size_t base, const struct rs_rule *r)
{
	if (r->to == SIZE_MAX)
		return;
	if (r->verdict == RS_JUMP && w->depth < JUMPS_MAX)
		w->stack[w->depth++] = w->at;
	else if (r->verdict == RS_JUMP)
		walk_return(w, base);
	w->at = (struct place){ r->to, 0 };
}

/* One rule, or the end of a chain; true if the packet's fate is known. */
static bool walk_step(const struct ruleset *rs, struct walk *w, size_t base,
		      const struct rs_packet *p, struct rs_end *end)
{
	const struct rs_rule *r;

	while (w->at.rule < rs->rules_len &&
	       rs->rules[w->at.rule].chain != w->at.chain)
		w->at.rule++;
	if (w->at.rule >= rs->rules_len) {
		*end = (struct rs_end){ rs->chains[base].drop ? RS_DROP
							      : RS_ACCEPT,
					SIZE_MAX };
		if (!w->depth)
			return true;
		walk_return(w, base);
		return false;
	}
	r = &rs->rules[w->at.rule++];
	if (r->verdict == RS_NONE || rule_holds(rs, r, p) != TRUE)
		return false;
	if (r->verdict == RS_JUMP || r->verdict == RS_GOTO) {
		walk_lead(w, base, r);
		return false;
	}
	if (r->verdict == RS_RETURN) {
		walk_return(w, base);
		return false;
	}
	*end = (struct rs_end){ r->verdict, w->at.rule - 1 };
	return true;
}

/* What comes in is for us; what goes through or out is for others. */
static uint32_t usual_dtype(const struct rs_chain *c)
{
	return c->early || c->hook == NF_INET_LOCAL_IN ? RTN_LOCAL
						       : RTN_UNICAST;
}

struct rs_end ruleset_walk(const struct ruleset *rs, size_t chain,
			   const struct rs_packet *p)
{
	struct rs_packet whole = *p;
	struct walk w = { .at = { chain, 0 } };
	struct rs_end end = { RS_ACCEPT, SIZE_MAX };
	/* The kernel has no loops; what was read in pieces might. */
	size_t steps = 4 * rs->rules_len + JUMPS_MAX;

	if (!whole.dtype)
		whole.dtype = usual_dtype(&rs->chains[chain]);
	while (steps-- && !walk_step(rs, &w, chain, &whole, &end))
		;
	return end;
}
