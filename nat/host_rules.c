/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how rules are read. A packet that nothing names is led through them:
 * past rules with a condition, along unconditional jumps and back, until a
 * verdict falls; where none does, the policy speaks.
 */
#include "nat/host_rules.h"

#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"

#define JUMPS_MAX 16  /* within each other; the kernel follows no more */
#define READS_MAX 256 /* of chains, for one base chain */

/* What a rule does with such a packet. */
enum step_kind {
	STEP_NOTHING,
	STEP_END,
	STEP_RESET, /* resets TCP as a whole, and nothing else */
	STEP_RETURN,
	STEP_JUMP,
	STEP_GOTO,
};

struct step {
	enum step_kind kind;
	enum host_end end;
	struct host_words words;
	char next[HOST_NAME_MAX];
};

/* A rule under examination. */
struct judgement {
	struct step step;
	uint32_t family;
	bool input;
	bool conditional;
	bool narrow; /* the condition is more than a protocol */
	bool tagged;
	bool fib; /* what is compared next is the destination's type */
};

static bool text_is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static void verdict_judge(const struct nftnl_expr *e, struct step *step)
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
		j->conditional = true;
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

/* The rules of one chain, without those that do nothing to us. */
struct reading {
	uint32_t family;
	bool input;
	struct step *steps;
	size_t len;
	size_t cap;
	uint64_t tagged; /* handle of the last tagged rule */
	size_t tags;
};

static void rules_begin(void *arg)
{
	struct reading *reading = arg;

	reading->len = 0;
	reading->tagged = 0;
	reading->tags = 0;
}

static enum haunt_err step_add(struct reading *reading, const struct step *step)
{
	if (reading->len == reading->cap) {
		size_t cap = reading->cap ? reading->cap * 2 : 8;
		struct step *more =
			reallocarray(reading->steps, cap, sizeof(*more));

		if (!more)
			return HAUNT_ENOMEM;
		reading->steps = more;
		reading->cap = cap;
	}
	reading->steps[reading->len++] = *step;
	return HAUNT_OK;
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
	else
		j->step.kind = STEP_NOTHING;
}

static enum haunt_err rule_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *reading = arg;
	struct judgement j = { .family = reading->family,
			       .input = reading->input };
	struct nftnl_rule *r = nftnl_rule_alloc();
	enum haunt_err err = HAUNT_OK;

	if (!r)
		return HAUNT_ENOMEM;
	if (nftnl_rule_nlmsg_parse(h, r) == 0) {
		rule_judge(r, &j);
		if (j.tagged) {
			reading->tagged =
				nftnl_rule_get_u64(r, NFTNL_RULE_HANDLE);
			reading->tags++;
		}
		if (j.step.kind != STEP_NOTHING)
			err = step_add(reading, &j.step);
	}
	nftnl_rule_free(r);
	return err;
}

struct walk {
	struct nl *nl;
	const char *table;
	uint32_t family;
	bool input;
	unsigned int reads;
	bool ended;
	enum host_end end;
	struct host_words words;
	bool reset; /* TCP was reset before */
};

static enum haunt_err chain_read(struct walk *w, const char *chain,
				 struct reading *reading)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = rules_begin,
				.item = rule_item,
				.arg = reading };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE,
						   (uint16_t)w->family, 0, 0);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, w->table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	return nl_dump(w->nl, h, &sink);
}

static enum haunt_err chain_walk(struct walk *w, const char *chain,
				 unsigned int depth);

/* True where the chain is left. */
static bool step_walk(struct walk *w, const struct step *step,
		      unsigned int depth, enum haunt_err *err)
{
	switch (step->kind) {
	case STEP_END:
		w->ended = true;
		w->end = step->end;
		w->words = step->words;
		return true;
	case STEP_RESET:
		w->reset = true;
		return false;
	case STEP_RETURN:
		return true;
	case STEP_JUMP:
	case STEP_GOTO:
		*err = chain_walk(w, step->next, depth + 1);
		return *err != HAUNT_OK || w->ended || step->kind == STEP_GOTO;
	case STEP_NOTHING:
		break;
	}
	return false;
}

static enum haunt_err steps_walk(struct walk *w, const struct reading *reading,
				 unsigned int depth)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < reading->len; i++) {
		if (step_walk(w, &reading->steps[i], depth, &err))
			break;
	}
	return err;
}

static enum haunt_err chain_walk(struct walk *w, const char *chain,
				 unsigned int depth)
{
	struct reading reading = { .family = w->family, .input = w->input };
	enum haunt_err err;

	if (depth > JUMPS_MAX || ++w->reads > READS_MAX)
		return HAUNT_OK;
	err = chain_read(w, chain, &reading);
	if (err == HAUNT_OK)
		err = steps_walk(w, &reading, depth);
	free(reading.steps);
	return err;
}

enum haunt_err host_rules_look(struct nl *nl, struct host_chain *c)
{
	struct walk w = { .nl = nl,
			  .table = c->table,
			  .family = c->family,
			  .input = c->input,
			  .end = c->end };
	struct reading reading = { .family = c->family, .input = c->input };
	enum haunt_err err = chain_read(&w, c->chain, &reading);

	if (err == HAUNT_OK) {
		c->tagged = reading.tagged;
		c->tags = reading.tags;
		err = steps_walk(&w, &reading, 0);
	}
	free(reading.steps);
	if (err != HAUNT_OK)
		return err;
	host_end_set(c, w.end, &w.words, w.reset);
	return HAUNT_OK;
}
