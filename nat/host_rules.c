/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how rules are read. A packet that nothing names is led through them:
 * past rules with a condition, along unconditional jumps and back, until a
 * verdict falls; where none does, the policy speaks.
 */
#include "nat/host_rules.h"

#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

#include "nat/host_step.h"

#define JUMPS_MAX 16  /* within each other; the kernel follows no more */
#define READS_MAX 256 /* of chains, for one base chain */

/* The rules of one chain, without those that do nothing to us. */
struct reading {
	uint32_t family;
	bool input;
	struct host_step *steps;
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

static enum haunt_err step_add(struct reading *reading,
			       const struct host_step *step)
{
	if (reading->len == reading->cap) {
		size_t cap = reading->cap ? reading->cap * 2 : 8;
		struct host_step *more =
			reallocarray(reading->steps, cap, sizeof(*more));

		if (!more)
			return HAUNT_ENOMEM;
		reading->steps = more;
		reading->cap = cap;
	}
	reading->steps[reading->len++] = *step;
	return HAUNT_OK;
}

static enum haunt_err rule_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *reading = arg;
	struct nftnl_rule *r = nftnl_rule_alloc();
	enum haunt_err err = HAUNT_OK;
	struct host_step step;
	bool tagged;

	if (!r)
		return HAUNT_ENOMEM;
	if (nftnl_rule_nlmsg_parse(h, r) == 0) {
		step = host_step_read(r, reading->family, reading->input,
				      &tagged);
		if (tagged) {
			reading->tagged =
				nftnl_rule_get_u64(r, NFTNL_RULE_HANDLE);
			reading->tags++;
		}
		if (step.kind != STEP_NOTHING)
			err = step_add(reading, &step);
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
	bool torn;
	bool ended;
	enum host_end end;
	struct host_words words;
	struct host_words before; /* the end comes */
};

static enum haunt_err chain_read(struct walk *w, const char *chain,
				 struct reading *reading)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = rules_begin,
				.item = rule_item,
				.arg = reading };
	struct nl_pass pass = { .torn = false };
	enum haunt_err err;
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE,
						   (uint16_t)w->family, 0, 0);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, w->table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, chain);
	err = nl_dump_pass(w->nl, h, &sink, &pass);
	w->torn = w->torn || pass.torn;
	return err;
}

static enum haunt_err chain_walk(struct walk *w, const char *chain,
				 unsigned int depth);

/* True where the chain is left. */
static bool step_walk(struct walk *w, const struct host_step *step,
		      unsigned int depth, enum haunt_err *err)
{
	switch (step->kind) {
	case STEP_END:
		w->ended = true;
		w->end = step->end;
		w->words = step->words;
		return true;
	case STEP_RESET:
		w->before.reset = true;
		return false;
	case STEP_STRICT:
		w->before.strict = true;
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

enum haunt_err host_rules_look(struct nl *nl, struct host_chain *c, bool *torn)
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
	*torn = *torn || w.torn;
	if (err != HAUNT_OK)
		return err;
	host_end_set(c, w.end, &w.words, &w.before);
	return HAUNT_OK;
}
