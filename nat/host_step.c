/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides expressions, nft's and iptables-nft's, and which of their conditions
 * are none.
 */
#include "nat/host_step.h"

#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "core/base/wire.h"

/* A rule under examination. */
struct judgement {
	struct host_step step;
	uint32_t family;
	bool input;
	bool conditional;
	bool narrow; /* the condition is more than a protocol */
	bool tagged;
	bool fib;   /* what is compared next is the destination's type */
	bool state; /* a condition is that conntrack calls it invalid */
	bool other; /* and there is another one */
};

static bool text_is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static void verdict_judge(const struct nftnl_expr *e, struct host_step *step)
{
	uint32_t verdict = nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT);

	switch ((int)verdict) {
	case NF_DROP:
		step->kind = STEP_END;
		step->end = HOST_END_DROP;
		break;
	case NFT_RETURN:
		step->kind = STEP_RETURN;
		break;
	case NFT_JUMP:
	case NFT_GOTO:
		if (!nftnl_expr_is_set(e, NFTNL_EXPR_IMM_CHAIN))
			break;
		step->kind = (int)verdict == NFT_JUMP ? STEP_JUMP : STEP_GOTO;
		snprintf(step->next, sizeof(step->next), "%s",
			 nftnl_expr_get_str(e, NFTNL_EXPR_IMM_CHAIN));
		break;
	case NFT_CONTINUE:
	case NFT_BREAK:
		break;
	default:
		/* Accepted, or left to a program to judge. */
		step->kind = STEP_END;
		step->end = HOST_END_ACCEPT;
	}
}

/* iptables-nft's comment, which can be ours after a save and a restore. */
static bool comment_judge(const struct nftnl_expr *e, struct judgement *j)
{
	uint32_t len = 0;
	const char *text;

	if (!text_is(nftnl_expr_get_str(e, NFTNL_EXPR_NAME), "match") ||
	    !text_is(nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME), "comment"))
		return false;
	if (!nftnl_expr_is_set(e, NFTNL_EXPR_MT_INFO))
		return true;
	text = nftnl_expr_get(e, NFTNL_EXPR_MT_INFO, &len);
	if (text && len >= sizeof(HOST_TAG) &&
	    memcmp(text, HOST_TAG, sizeof(HOST_TAG)) == 0)
		j->tagged = true;
	return true;
}

/* At input every packet is for this host: no condition there. ufw's chains
 * return on it, and drop behind it. */
static bool local_judge(const struct nftnl_expr *e, struct judgement *j)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);
	const void *data;
	uint32_t type, len = 0;
	bool fib = j->fib;

	j->fib = false;
	if (!j->input)
		return false;
	if (text_is(name, "fib")) {
		j->fib = nftnl_expr_get_u32(e, NFTNL_EXPR_FIB_RESULT) ==
				 NFT_FIB_RESULT_ADDRTYPE &&
			 nftnl_expr_get_u32(e, NFTNL_EXPR_FIB_FLAGS) ==
				 NFTA_FIB_F_DADDR;
		return j->fib;
	}
	if (fib && text_is(name, "cmp") &&
	    nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_OP) == NFT_CMP_EQ) {
		data = nftnl_expr_get(e, NFTNL_EXPR_CMP_DATA, &len);
		return len == sizeof(type) && memcpy(&type, data, len) &&
		       type == RTN_LOCAL;
	}
	if (!text_is(name, "match") ||
	    !text_is(nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME), "addrtype") ||
	    nftnl_expr_get_u32(e, NFTNL_EXPR_MT_REV) != 1 ||
	    !nftnl_expr_is_set(e, NFTNL_EXPR_MT_INFO))
		return false;
	data = nftnl_expr_get(e, NFTNL_EXPR_MT_INFO, &len);
	return host_match_local(data, len);
}

/* A load of the packet's protocol, or a comparison of what was loaded. */
static bool expr_protocol(const struct nftnl_expr *e)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);
	uint32_t key;

	if (!text_is(name, "meta"))
		return text_is(name, "cmp");
	key = nftnl_expr_get_u32(e, NFTNL_EXPR_META_KEY);
	return key == NFT_META_L4PROTO || key == NFT_META_NFPROTO;
}

/* "ct state invalid", in nft's words or in iptables's. */
static bool state_judge(const struct nftnl_expr *e, struct judgement *j)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);
	const void *data;
	uint32_t mask, len = 0;

	if (text_is(name, "ct"))
		return nftnl_expr_get_u32(e, NFTNL_EXPR_CT_KEY) == NFT_CT_STATE;
	if (text_is(name, "bitwise")) {
		data = nftnl_expr_get(e, NFTNL_EXPR_BITWISE_MASK, &len);
		if (!data || len != sizeof(mask))
			return false;
		memcpy(&mask, data, sizeof(mask));
		j->state = mask == NF_CT_STATE_INVALID_BIT;
		return j->state;
	}
	if (text_is(name, "cmp"))
		return j->state &&
		       nftnl_expr_get_u32(e, NFTNL_EXPR_CMP_OP) == NFT_CMP_NEQ;
	if (!text_is(name, "match") ||
	    !text_is(nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME), "conntrack") ||
	    nftnl_expr_get_u32(e, NFTNL_EXPR_MT_REV) != 3)
		return false;
	data = nftnl_expr_get(e, NFTNL_EXPR_MT_INFO, &len);
	j->state = host_match_invalid(data, len);
	return j->state;
}

static int expr_judge(struct nftnl_expr *e, void *arg)
{
	struct judgement *j = arg;
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);

	if (text_is(name, "counter") || text_is(name, "log") ||
	    comment_judge(e, j) || local_judge(e, j))
		return 0;
	if (text_is(name, "immediate") &&
	    nftnl_expr_is_set(e, NFTNL_EXPR_IMM_VERDICT)) {
		verdict_judge(e, &j->step);
	} else if (host_words_read(e, j->family, &j->step.words)) {
		j->step.kind = STEP_END;
		j->step.end = HOST_END_REJECT;
	} else {
		bool state = state_judge(e, j);

		j->conditional = true;
		j->other = j->other || !state;
		j->narrow = j->narrow || !expr_protocol(e);
	}
	return 0;
}

static bool rule_tagged(const struct nftnl_rule *r)
{
	uint32_t len = 0;
	const void *data;
	struct rd rd;

	if (!nftnl_rule_is_set(r, NFTNL_RULE_USERDATA))
		return false;
	data = nftnl_rule_get_data(r, NFTNL_RULE_USERDATA, &len);
	rd = rd_of(data, len);
	while (!rd.failed && rd.left) {
		uint8_t type = rd_u8(&rd);
		uint8_t size = rd_u8(&rd);
		const uint8_t *text = rd_bytes(&rd, size);

		if (type == NFTNL_UDATA_RULE_COMMENT && text &&
		    size == sizeof(HOST_TAG) &&
		    memcmp(text, HOST_TAG, size) == 0)
			return true;
	}
	return false;
}

static void rule_judge(struct nftnl_rule *r, struct judgement *j)
{
	(void)nftnl_expr_foreach(r, expr_judge, j);
	j->tagged = j->tagged || rule_tagged(r);
	if (!j->conditional)
		return;
	if (!j->narrow && j->step.kind == STEP_END &&
	    j->step.end == HOST_END_REJECT && j->step.words.reset)
		j->step.kind = STEP_RESET;
	else if (j->state && !j->other && j->step.kind == STEP_END &&
		 j->step.end == HOST_END_DROP)
		j->step.kind = STEP_STRICT;
	else
		j->step.kind = STEP_NOTHING;
}

struct host_step host_step_read(struct nftnl_rule *r, uint32_t family,
				bool input, bool *tagged)
{
	struct judgement j = { .family = family, .input = input };

	rule_judge(r, &j);
	*tagged = j.tagged;
	return j.step;
}
