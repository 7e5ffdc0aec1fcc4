/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides in which order a ruleset is asked for, and what of each answer may be
 * said to a kernel: handles, uses and owners are for it alone.
 */
#include "explain/ruleset.h"

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "explain/expr.h"

#define REDO_MAX 8
#define HEAD	 sizeof(struct nfgenmsg)
/* Attributes of sets that older headers do not know: type, count. */
#define SET_TYPE  19
#define SET_COUNT 20
/* Of flags, what a copy may have. */
#define TABLE_FLAGS	NFT_TABLE_F_DORMANT
#define SET_FLAGS	(~(uint32_t)NFT_SET_ANONYMOUS)
#define FLOWTABLE_FLAGS (~1u) /* not in hardware */
#define COMPAT_NOT	2u    /* NFT_RULE_COMPAT_F_INV */

struct part_spec {
	uint16_t get;
	struct bag_form form;
	uint16_t flags_attr; /* 0: it has none that matter */
	uint32_t flags_keep;
};

static const struct part_spec specs[RULESET_PARTS] = {
	[RULESET_TABLES] = { NFT_MSG_GETTABLE,
			     { NFT_MSG_NEWTABLE, NLM_F_CREATE, HEAD,
			       BAG_DROP(NFTA_TABLE_USE) |
				       BAG_DROP(NFTA_TABLE_HANDLE) |
				       BAG_DROP(NFTA_TABLE_OWNER) |
				       BAG_DROP(NFTA_TABLE_FLAGS) |
				       BAG_DROP(NFTA_TABLE_PAD) },
			     NFTA_TABLE_FLAGS,
			     TABLE_FLAGS },
	/* A chain that belongs to one rule becomes one with a name: the rule
	 * asks for it by that. Hardware is left out of it. */
	[RULESET_CHAINS] = { NFT_MSG_GETCHAIN,
			     { NFT_MSG_NEWCHAIN, NLM_F_CREATE, HEAD,
			       BAG_DROP(NFTA_CHAIN_USE) |
				       BAG_DROP(NFTA_CHAIN_HANDLE) |
				       BAG_DROP(NFTA_CHAIN_COUNTERS) |
				       BAG_DROP(NFTA_CHAIN_FLAGS) |
				       BAG_DROP(NFTA_CHAIN_ID) |
				       BAG_DROP(NFTA_CHAIN_PAD) },
			     0,
			     0 },
	/* Anonymous sets become sets with a name, likewise. */
	[RULESET_SETS] = { NFT_MSG_GETSET,
			   { NFT_MSG_NEWSET, NLM_F_CREATE, HEAD,
			     BAG_DROP(NFTA_SET_HANDLE) |
				     BAG_DROP(NFTA_SET_FLAGS) |
				     BAG_DROP(NFTA_SET_ID) |
				     BAG_DROP(NFTA_SET_PAD) |
				     BAG_DROP(SET_TYPE) | BAG_DROP(SET_COUNT) },
			   NFTA_SET_FLAGS,
			   SET_FLAGS },
	[RULESET_OBJECTS] = { NFT_MSG_GETOBJ,
			      { NFT_MSG_NEWOBJ, NLM_F_CREATE, HEAD,
				BAG_DROP(NFTA_OBJ_USE) |
					BAG_DROP(NFTA_OBJ_HANDLE) |
					BAG_DROP(NFTA_OBJ_PAD) },
			      0,
			      0 },
	[RULESET_FLOWTABLES] = { NFT_MSG_GETFLOWTABLE,
				 { NFT_MSG_NEWFLOWTABLE, NLM_F_CREATE, HEAD,
				   BAG_DROP(NFTA_FLOWTABLE_USE) |
					   BAG_DROP(NFTA_FLOWTABLE_HANDLE) |
					   BAG_DROP(NFTA_FLOWTABLE_FLAGS) |
					   BAG_DROP(NFTA_FLOWTABLE_PAD) },
				 NFTA_FLOWTABLE_FLAGS,
				 FLOWTABLE_FLAGS },
	[RULESET_ELEMENTS] = { NFT_MSG_GETSETELEM,
			       { NFT_MSG_NEWSETELEM, NLM_F_CREATE, HEAD, 0 },
			       0,
			       0 },
	[RULESET_RULES] = { NFT_MSG_GETRULE,
			    { NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
			      HEAD,
			      BAG_DROP(NFTA_RULE_HANDLE) |
				      BAG_DROP(NFTA_RULE_POSITION) |
				      BAG_DROP(NFTA_RULE_COMPAT) |
				      BAG_DROP(NFTA_RULE_PAD) },
			    0,
			    0 },
};

struct reading {
	struct ruleset *set;
	enum ruleset_part part;
	size_t start; /* of this answer's messages */
};

static void reading_begin(void *arg)
{
	struct reading *r = arg;

	bag_cut(&r->set->bag, r->start);
}

/* The protocol of the rule, which extensions insist on. */
static enum haunt_err compat_put(struct bag *bag)
{
	struct expr_facts facts;
	uint32_t parts[2][2];
	static const uint16_t types[2] = { NFTA_RULE_COMPAT_PROTO,
					   NFTA_RULE_COMPAT_FLAGS };

	expr_read(bag_last(bag), &facts);
	if (!facts.xt || !facts.proto_known)
		return HAUNT_OK;
	for (size_t i = 0; i < 2; i++) {
		struct nlattr a = { .nla_len = sizeof(parts[i]),
				    .nla_type = types[i] };

		memcpy(&parts[i][0], &a, sizeof(a));
	}
	parts[0][1] = htonl(facts.proto);
	parts[1][1] = htonl(facts.proto_not ? COMPAT_NOT : 0);
	return bag_put(bag, NFTA_RULE_COMPAT | NLA_F_NESTED, parts,
		       sizeof(parts));
}

/* A quota that is used up is not to be told so: it will see for itself. */
static void quota_clean(struct nlmsghdr *h)
{
	const struct nlattr *at[NFTA_OBJ_DATA + 1];
	const struct nlattr *in[NFTA_QUOTA_FLAGS + 1];
	uint32_t flags;

	nl_attrs(h, HEAD, at, NFTA_OBJ_DATA + 1);
	if (nl_attr_be32(at[NFTA_OBJ_TYPE]) != NFT_OBJECT_QUOTA)
		return;
	nl_attrs_nested(at[NFTA_OBJ_DATA], in, NFTA_QUOTA_FLAGS + 1);
	if (!in[NFTA_QUOTA_FLAGS] ||
	    mnl_attr_get_payload_len(in[NFTA_QUOTA_FLAGS]) != sizeof(flags))
		return;
	flags = htonl(nl_attr_be32(in[NFTA_QUOTA_FLAGS]) &
		      ~(uint32_t)NFT_QUOTA_F_DEPLETED);
	memcpy(mnl_attr_get_payload(in[NFTA_QUOTA_FLAGS]), &flags,
	       sizeof(flags));
}

static enum haunt_err rule_note(struct ruleset *set, uint64_t handle)
{
	size_t i = set->bag.len - 1 - set->from[RULESET_RULES];

	if (i == set->rules_cap) {
		size_t cap = i ? i * 2 : 256;
		struct ruleset_rule *more =
			reallocarray(set->rules, cap, sizeof(set->rules[0]));

		if (!more)
			return HAUNT_ENOMEM;
		set->rules = more;
		set->rules_cap = cap;
	}
	set->rules[i] = (struct ruleset_rule){ .handle = handle };
	return compat_put(&set->bag);
}

static enum haunt_err reading_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *r = arg;
	struct bag *bag = &r->set->bag;
	const struct part_spec *spec = &specs[r->part];
	const struct nlattr *at[NFTA_SET_EXPRESSIONS + 1];
	enum haunt_err err;

	nl_attrs(h, HEAD, at, NFTA_SET_EXPRESSIONS + 1);
	/* A set without an element answers with an empty list. */
	if (r->part == RULESET_ELEMENTS && !at[NFTA_SET_ELEM_LIST_ELEMENTS])
		return HAUNT_OK;
	err = bag_copy(bag, h, &spec->form);
	if (!err && spec->flags_attr && at[spec->flags_attr])
		err = bag_put_be32(bag, spec->flags_attr,
				   nl_attr_be32(at[spec->flags_attr]) &
					   spec->flags_keep);
	if (!err && r->part == RULESET_SETS)
		err = bag_put_be32(bag, NFTA_SET_ID, (uint32_t)bag->len);
	if (!err && r->part == RULESET_OBJECTS)
		quota_clean(bag_last(bag));
	if (!err && r->part == RULESET_RULES)
		err = rule_note(r->set, nl_attr_be64(at[NFTA_RULE_HANDLE]));
	return err;
}

/* Elements are asked for set by set. */
static enum haunt_err elements_read(struct nl *nl, struct reading *r,
				    const struct nl_sink *sink)
{
	struct ruleset *set = r->set;
	enum haunt_err err = HAUNT_OK;

	for (size_t i = set->from[RULESET_SETS];
	     !err && i < set->from[RULESET_SETS + 1]; i++) {
		struct ruleset_place p = ruleset_place(set, i);
		char buf[NL_REQUEST_MAX];
		struct nlmsghdr *h = nftnl_nlmsg_build_hdr(
			buf, NFT_MSG_GETSETELEM, p.family, 0, 0);

		mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, p.table);
		mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, p.name);
		r->start = set->bag.len;
		err = nl_dump(nl, h, sink);
	}
	return err;
}

static enum haunt_err parts_read(struct nl *nl, struct ruleset *set)
{
	struct reading r = { .set = set };
	struct nl_sink sink = { .begin = reading_begin,
				.item = reading_item,
				.arg = &r };
	enum haunt_err err = HAUNT_OK;
	char buf[NL_REQUEST_MAX];

	bag_cut(&set->bag, 0);
	for (int part = 0; !err && part < RULESET_PARTS; part++) {
		r.part = (enum ruleset_part)part;
		r.start = set->from[part] = set->bag.len;
		if (r.part == RULESET_ELEMENTS)
			err = elements_read(nl, &r, &sink);
		else
			err = nl_dump(
				nl,
				nftnl_nlmsg_build_hdr(buf, specs[part].get,
						      NFPROTO_UNSPEC, 0, 0),
				&sink);
		set->from[part + 1] = set->bag.len;
	}
	return err;
}

static enum haunt_err generation_item(void *arg, const struct nlmsghdr *h)
{
	const struct nlattr *at[NFTA_GEN_ID + 1];

	nl_attrs(h, HEAD, at, NFTA_GEN_ID + 1);
	*(uint32_t *)arg = nl_attr_be32(at[NFTA_GEN_ID]);
	return HAUNT_OK;
}

static enum haunt_err generation_read(struct nl *nl, uint32_t *out)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .item = generation_item, .arg = out };

	return nl_request(nl,
			  nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETGEN,
						NFPROTO_UNSPEC, 0, 0),
			  &sink);
}

static void rules_number(struct ruleset *set)
{
	struct ruleset_place before = { .table = "", .name = "" };
	uint32_t number = 0;

	for (size_t i = set->from[RULESET_RULES]; i < set->bag.len; i++) {
		struct ruleset_place p = ruleset_place(set, i);

		if (p.family != before.family || strcmp(p.name, before.name) ||
		    strcmp(p.table, before.table))
			number = 0;
		set->rules[i - set->from[RULESET_RULES]].number = ++number;
		before = p;
	}
}

enum haunt_err ruleset_read(struct nl *nl, struct ruleset *out)
{
	struct ruleset set = { .rules = NULL };
	uint32_t before = 0, after = 1;
	enum haunt_err err = HAUNT_OK;

	for (int i = 0; !err && before != after; i++) {
		if (i == REDO_MAX) {
			err = HAUNT_EBUSY;
			break;
		}
		err = generation_read(nl, &before);
		if (!err)
			err = parts_read(nl, &set);
		if (!err)
			err = generation_read(nl, &after);
	}
	if (err) {
		ruleset_free(&set);
		return err;
	}
	rules_number(&set);
	*out = set;
	return HAUNT_OK;
}

void ruleset_free(struct ruleset *set)
{
	bag_free(&set->bag);
	free(set->rules);
	*set = (struct ruleset){ .rules = NULL };
}
