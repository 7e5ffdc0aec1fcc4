/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how expressions are nested, and which loads are of the protocol.
 */
#include "explain/expr.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>

#include "nat/nl.h"

#define UDATA_COMMENT 0

struct walk {
	struct expr_facts *facts;
	uint16_t family;
	bool at_proto; /* the expression before loaded the protocol */
};

/* An attribute that is a text, cut to size. */
static void text_copy(const struct nlattr *a, char *out, size_t size)
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	if (len > size - 1)
		len = size - 1;
	if (len)
		memcpy(out, mnl_attr_get_payload(a), len);
	out[len] = '\0';
}

static bool text_is(const struct nlattr *a, const char *text)
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;
	size_t wanted = strlen(text);

	return len >= wanted && len <= wanted + 1 &&
	       memcmp(mnl_attr_get_payload(a), text, wanted) == 0;
}

static bool loads_proto(const struct walk *w, const struct nlattr *name,
			const struct nlattr *data)
{
	const struct nlattr *at[NFTA_PAYLOAD_LEN + 1];
	uint32_t offset = w->family == NFPROTO_IPV6 ? 6 : 9;

	nl_attrs_nested(data, at, NFTA_PAYLOAD_LEN + 1);
	if (text_is(name, "meta"))
		return at[NFTA_META_DREG] &&
		       nl_attr_be32(at[NFTA_META_KEY]) == NFT_META_L4PROTO;
	return text_is(name, "payload") &&
	       nl_attr_be32(at[NFTA_PAYLOAD_BASE]) ==
		       NFT_PAYLOAD_NETWORK_HEADER &&
	       nl_attr_be32(at[NFTA_PAYLOAD_OFFSET]) == offset &&
	       nl_attr_be32(at[NFTA_PAYLOAD_LEN]) == 1;
}

static void cmp_read(struct walk *w, const struct nlattr *data)
{
	const struct nlattr *at[NFTA_CMP_DATA + 1];
	const struct nlattr *value[NFTA_DATA_VALUE + 1];

	nl_attrs_nested(data, at, NFTA_CMP_DATA + 1);
	nl_attrs_nested(at[NFTA_CMP_DATA], value, NFTA_DATA_VALUE + 1);
	if (!value[NFTA_DATA_VALUE] ||
	    mnl_attr_get_payload_len(value[NFTA_DATA_VALUE]) != 1)
		return;
	w->facts->proto_known = true;
	w->facts->proto_not = nl_attr_be32(at[NFTA_CMP_OP]) == NFT_CMP_NEQ;
	w->facts->proto =
		*(uint8_t *)mnl_attr_get_payload(value[NFTA_DATA_VALUE]);
}

static void xt_read(struct walk *w, bool target, const struct nlattr *data)
{
	const struct nlattr *at[NFTA_TARGET_INFO + 1];
	struct expr_facts *f = w->facts;

	/* Matches number their attributes as targets do. */
	nl_attrs_nested(data, at, NFTA_TARGET_INFO + 1);
	f->xt = true;
	if (target && text_is(at[NFTA_TARGET_NAME], "REJECT"))
		f->rejects = true;
	if (!target && text_is(at[NFTA_MATCH_NAME], "comment") &&
	    !f->comment[0])
		text_copy(at[NFTA_MATCH_INFO], f->comment, EXPR_COMMENT_MAX);
	if (!target && (text_is(at[NFTA_MATCH_NAME], "limit") ||
			text_is(at[NFTA_MATCH_NAME], "hashlimit") ||
			text_is(at[NFTA_MATCH_NAME], "connlimit") ||
			text_is(at[NFTA_MATCH_NAME], "recent") ||
			text_is(at[NFTA_MATCH_NAME], "quota")))
		f->counts = true;
}

bool expr_counts(const struct nlattr *expr)
{
	const struct nlattr *at[NFTA_EXPR_DATA + 1];
	const struct nlattr *name;

	nl_attrs_nested(expr, at, NFTA_EXPR_DATA + 1);
	name = at[NFTA_EXPR_NAME];
	return text_is(name, "limit") || text_is(name, "connlimit") ||
	       text_is(name, "quota");
}

static int list_item(const struct nlattr *expr, void *arg)
{
	bool *counts = arg;

	*counts = *counts || expr_counts(expr);
	return MNL_CB_OK;
}

bool expr_list_counts(const struct nlattr *list)
{
	bool counts = false;

	if (list)
		(void)mnl_attr_parse_nested(list, list_item, &counts);
	return counts;
}

static int one_read(const struct nlattr *expr, void *arg)
{
	struct walk *w = arg;
	const struct nlattr *at[NFTA_EXPR_DATA + 1];
	const struct nlattr *in[NFTA_LOOKUP_SET + 1];
	struct expr_facts *f = w->facts;
	const struct nlattr *name;
	bool at_proto = w->at_proto;

	nl_attrs_nested(expr, at, NFTA_EXPR_DATA + 1);
	name = at[NFTA_EXPR_NAME];
	w->at_proto = loads_proto(w, name, at[NFTA_EXPR_DATA]);
	if (text_is(name, "cmp") && at_proto)
		cmp_read(w, at[NFTA_EXPR_DATA]);
	else if (text_is(name, "match"))
		xt_read(w, false, at[NFTA_EXPR_DATA]);
	else if (text_is(name, "target"))
		xt_read(w, true, at[NFTA_EXPR_DATA]);
	else if (text_is(name, "reject"))
		f->rejects = true;
	else if (expr_counts(expr) || text_is(name, "dynset"))
		f->counts = true;
	if (text_is(name, "lookup") && !f->set[0]) {
		nl_attrs_nested(at[NFTA_EXPR_DATA], in, NFTA_LOOKUP_SET + 1);
		text_copy(in[NFTA_LOOKUP_SET], f->set, EXPR_SET_MAX);
	}
	return MNL_CB_OK;
}

void expr_comment(struct rd r, char out[EXPR_COMMENT_MAX])
{
	out[0] = '\0';
	while (!r.failed && r.left) {
		uint8_t type = rd_u8(&r);
		uint8_t len = rd_u8(&r);
		const uint8_t *text = rd_bytes(&r, len);

		if (type != UDATA_COMMENT || !text)
			continue;
		memcpy(out, text, len);
		out[len] = '\0';
		return;
	}
}

void expr_read(const struct nlmsghdr *rule, struct expr_facts *out)
{
	const struct nlattr *at[NFTA_RULE_USERDATA + 1];
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(rule);
	struct walk w = { .facts = out };
	const struct nlattr *a;

	*out = (struct expr_facts){ .xt = false };
	if (mnl_nlmsg_get_payload_len(rule) < sizeof(*head))
		return;
	w.family = head->nfgen_family;
	nl_attrs(rule, sizeof(*head), at, NFTA_RULE_USERDATA + 1);
	a = at[NFTA_RULE_USERDATA];
	if (a)
		expr_comment(rd_of(mnl_attr_get_payload(a),
				   mnl_attr_get_payload_len(a)),
			     out->comment);
	if (at[NFTA_RULE_EXPRESSIONS])
		(void)mnl_attr_parse_nested(at[NFTA_RULE_EXPRESSIONS], one_read,
					    &w);
}
