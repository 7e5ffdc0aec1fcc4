/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a ruleset is made in one transaction, again without what was
 * refused until nothing is, and how the copy's handles are found out.
 */
#include "explain/ruleset.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "explain/expr.h"
#include "nat/nft_batch.h"

#define ROUNDS_MAX 32 /* one for each step that depends on another */
#define FRAME	   2  /* begin and end of a batch */
#define HEAD	   sizeof(struct nfgenmsg)

#define ATTRS_MAX 20 /* of types that are looked for */

static const struct nlattr *attr_of(const struct nlmsghdr *h, uint16_t type)
{
	const struct nlattr *at[ATTRS_MAX];

	nl_attrs(h, HEAD, at, ATTRS_MAX);
	return at[type];
}

static const char *text_of(const struct nlmsghdr *h, uint16_t type)
{
	const struct nlattr *a = attr_of(h, type);
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;
	const char *text = a ? mnl_attr_get_payload(a) : NULL;

	return len && text[len - 1] == '\0' ? text : "";
}

enum ruleset_part ruleset_part(const struct ruleset *set, size_t i)
{
	int part = RULESET_RULES;

	while (part > 0 && i < set->from[part])
		part--;
	return (enum ruleset_part)part;
}

static struct ruleset_place place_of(const struct nlmsghdr *h,
				     enum ruleset_part part)
{
	/* All name their table first, and most themselves second. */
	static const uint16_t names[RULESET_PARTS] = {
		[RULESET_TABLES] = NFTA_TABLE_NAME,
		[RULESET_CHAINS] = NFTA_CHAIN_NAME,
		[RULESET_SETS] = NFTA_SET_NAME,
		[RULESET_OBJECTS] = NFTA_OBJ_NAME,
		[RULESET_FLOWTABLES] = NFTA_FLOWTABLE_NAME,
		[RULESET_ELEMENTS] = NFTA_SET_ELEM_LIST_SET,
		[RULESET_RULES] = NFTA_RULE_CHAIN,
	};
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(h);

	return (struct ruleset_place){ .family = head->nfgen_family,
				       .table = text_of(h, NFTA_TABLE_NAME),
				       .name = text_of(h, names[part]) };
}

struct ruleset_place ruleset_place(const struct ruleset *set, size_t i)
{
	return place_of(bag_at(&set->bag, i), ruleset_part(set, i));
}

static bool place_equal(const struct ruleset_place *a,
			const struct ruleset_place *b)
{
	return a->family == b->family && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->table, b->table) == 0;
}

size_t ruleset_find(const struct ruleset *set, uint64_t copy,
		    const struct ruleset_place *place)
{
	for (size_t i = set->from[RULESET_RULES]; i < set->bag.len; i++) {
		struct ruleset_place p;

		if (ruleset_rule(set, i)->copy != copy)
			continue;
		/* Handles are unique in a table only. */
		p = ruleset_place(set, i);
		if (place_equal(&p, place))
			return i;
	}
	return set->bag.len;
}

const struct ruleset_rule *ruleset_rule(const struct ruleset *set, size_t i)
{
	return &set->rules[i - set->from[RULESET_RULES]];
}

struct ruleset_hook ruleset_hook(const struct ruleset *set,
				 const struct ruleset_place *chain)
{
	struct ruleset_hook hook = { .base = false };

	for (size_t i = set->from[RULESET_CHAINS];
	     i < set->from[RULESET_CHAINS + 1]; i++) {
		const struct nlattr *at[NFTA_HOOK_PRIORITY + 1];
		struct ruleset_place p = ruleset_place(set, i);
		const struct nlattr *nest;

		if (!place_equal(&p, chain))
			continue;
		nest = attr_of(bag_at(&set->bag, i), NFTA_CHAIN_HOOK);
		if (!nest)
			break;
		nl_attrs_nested(nest, at, NFTA_HOOK_PRIORITY + 1);
		hook.base = true;
		hook.hook = nl_attr_be32(at[NFTA_HOOK_HOOKNUM]);
		hook.priority = (int32_t)nl_attr_be32(at[NFTA_HOOK_PRIORITY]);
		break;
	}
	return hook;
}

bool ruleset_set_counts(const struct ruleset *set, uint16_t family,
			const char *table, const char *name)
{
	const struct ruleset_place wanted = { .family = family,
					      .table = table,
					      .name = name };

	for (size_t i = set->from[RULESET_SETS];
	     i < set->from[RULESET_SETS + 1]; i++) {
		const struct nlmsghdr *h = bag_at(&set->bag, i);
		struct ruleset_place p = ruleset_place(set, i);

		if (place_equal(&p, &wanted))
			return expr_counts(attr_of(h, NFTA_SET_EXPR)) ||
			       expr_list_counts(
				       attr_of(h, NFTA_SET_EXPRESSIONS));
	}
	return false;
}

static void missing_note(const struct ruleset *set, size_t i, int error,
			 struct notes *missing)
{
	static const char *const kinds[RULESET_PARTS] = {
		[RULESET_CHAINS] = "chain",
		[RULESET_SETS] = "set",
		[RULESET_OBJECTS] = "object",
		[RULESET_FLOWTABLES] = "flowtable",
		[RULESET_ELEMENTS] = "elements of set",
	};
	struct ruleset_place p = ruleset_place(set, i);
	const char *family = nl_family_name(p.family);
	const char *why = nl_errno_name(error);

	switch (ruleset_part(set, i)) {
	case RULESET_TABLES:
		notes_add(missing, "table %s %s: %s", family, p.table, why);
		break;
	case RULESET_RULES:
		notes_add(missing,
			  "rule handle %llu of chain %s of table %s %s: %s",
			  (unsigned long long)ruleset_rule(set, i)->handle,
			  p.name, family, p.table, why);
		break;
	case RULESET_CHAINS:
	case RULESET_SETS:
	case RULESET_OBJECTS:
	case RULESET_FLOWTABLES:
	case RULESET_ELEMENTS:
	case RULESET_PARTS:
		notes_add(missing, "%s %s of table %s %s: %s",
			  kinds[ruleset_part(set, i)], p.name, family, p.table,
			  why);
		break;
	}
}

struct making {
	struct nl *nl;
	struct ruleset *set;
	struct nft_batch *batch;
	int *errors; /* of each message; 0: none so far */
	size_t refused;
	int error; /* of the batch as a whole */
};

static void batch_fill(struct making *m)
{
	const struct bag *bag = &m->set->bag;

	nft_batch_begin(m->batch);
	for (size_t i = 0; i < bag->len; i++) {
		const struct nlmsghdr *from = bag_at(bag, i);
		const struct nfgenmsg *head = mnl_nlmsg_get_payload(from);
		struct nlmsghdr *to;

		if (m->errors[i])
			continue;
		nft_batch_at(m->batch, i);
		to = nft_batch_add(m->batch, from->nlmsg_type,
				   head->nfgen_family, from->nlmsg_flags);
		memcpy(mnl_nlmsg_get_payload_tail(to),
		       (const char *)mnl_nlmsg_get_payload(from) + HEAD,
		       mnl_nlmsg_get_payload_len(from) - HEAD);
		to->nlmsg_len +=
			(uint32_t)(mnl_nlmsg_get_payload_len(from) - HEAD);
	}
}

static bool answer_take(struct making *m, const struct nlmsghdr *h)
{
	struct fw_error why = { .at = FW_AT_NONE };
	bool last = nft_batch_answer(m->batch, h, &why);

	if (!why.error)
		return last;
	if (why.at == FW_AT_NONE) {
		m->error = why.error;
	} else if (!m->errors[why.at]) {
		m->errors[why.at] = why.error;
		m->refused++;
	}
	return last;
}

/* Sends what is left of the ruleset and notes each refusal. */
static enum haunt_err round_do(struct making *m)
{
	const struct nlmsghdr *h;
	enum haunt_err err;
	bool last = false;
	const void *data;
	size_t len;

	batch_fill(m);
	m->refused = 0;
	m->error = 0;
	if (nft_batch_failed(m->batch))
		return HAUNT_ENOMEM;
	if (nft_batch_len(m->batch) == 0)
		return HAUNT_OK;
	data = nft_batch_seal(
		m->batch,
		nl_seq(m->nl, (uint32_t)nft_batch_len(m->batch) + FRAME), &len);
	err = nl_send(m->nl, data, len);
	while (!err && !last) {
		int left;

		err = nl_recv(m->nl, &h, &len);
		left = err ? 0 : (int)len;
		for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
			last = answer_take(m, h) || last;
	}
	if (err || !m->error)
		return err;
	errno = m->error;
	return HAUNT_ESYS;
}

struct pairing {
	struct ruleset *set;
	const int *errors;
	size_t next;
	bool astray;
};

static void pairing_begin(void *arg)
{
	struct pairing *p = arg;

	p->next = p->set->from[RULESET_RULES];
	p->astray = false;
}

/* The copy lists its rules in the order in which they were made. */
static enum haunt_err pairing_item(void *arg, const struct nlmsghdr *h)
{
	struct pairing *p = arg;
	struct ruleset *set = p->set;
	struct ruleset_place got = place_of(h, RULESET_RULES);
	struct ruleset_place want;

	while (p->next < set->bag.len && p->errors[p->next])
		p->next++;
	if (p->next == set->bag.len) {
		p->astray = true;
		return HAUNT_OK;
	}
	want = ruleset_place(set, p->next);
	if (!place_equal(&got, &want))
		p->astray = true;
	set->rules[p->next - set->from[RULESET_RULES]].copy =
		nl_attr_be64(attr_of(h, NFTA_RULE_HANDLE));
	p->next++;
	return HAUNT_OK;
}

static enum haunt_err rules_pair(struct making *m)
{
	struct pairing p = { .set = m->set, .errors = m->errors };
	struct nl_sink sink = { .begin = pairing_begin,
				.item = pairing_item,
				.arg = &p };
	char buf[NL_REQUEST_MAX];
	enum haunt_err err =
		nl_dump(m->nl,
			nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE,
					      NFPROTO_UNSPEC, 0, 0),
			&sink);

	return !err && p.astray ? HAUNT_EFORMAT : err;
}

enum haunt_err ruleset_make(struct nl *nl, struct ruleset *set,
			    struct notes *missing)
{
	struct making m = { .nl = nl, .set = set };
	enum haunt_err err = nft_batch_new(nl, &m.batch);
	int rounds = 0;

	if (err)
		return err;
	m.errors = calloc(set->bag.len + 1, sizeof(m.errors[0]));
	err = m.errors ? HAUNT_OK : HAUNT_ENOMEM;
	do {
		if (!err)
			err = round_do(&m);
	} while (!err && m.refused && ++rounds < ROUNDS_MAX);
	if (!err && m.refused)
		err = HAUNT_EUNSUPPORTED;
	for (size_t i = 0; !err && i < set->bag.len; i++)
		if (m.errors[i])
			missing_note(set, i, m.errors[i], missing);
	if (!err)
		err = rules_pair(&m);
	free(m.errors);
	nft_batch_free(m.batch);
	return err;
}
