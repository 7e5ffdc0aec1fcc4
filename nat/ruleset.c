/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which a ruleset is asked for: chains, then sets with
 * what is in them, then rules, which name both.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include "nat/ruleset.h"

#include <errno.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nat/nft_set.h"
#include "nat/nl.h"
#include "nat/ruleset_read.h"

bool rs_chain_sees(const struct rs_chain *c, bool v4)
{
	return c->family == NFPROTO_INET ||
	       (c->family == NFPROTO_NETDEV && c->early) ||
	       c->family == (v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
}

static void *array_grow(void **array, size_t *len, size_t *cap, size_t size)
{
	char *at;

	if (*len == *cap) {
		size_t more = *cap ? *cap * 2 : 32;
		void *grown = reallocarray(*array, more, size);

		if (!grown)
			return NULL;
		*array = grown;
		*cap = more;
	}
	at = (char *)*array + (*len)++ * size;
	memset(at, 0, size);
	return at;
}

struct rs_chain *rs_chain_new(struct ruleset *rs)
{
	void *array = rs->chains;
	void *at = array_grow(&array, &rs->chains_len, &rs->chains_cap,
			      sizeof(rs->chains[0]));

	rs->chains = array;
	return at;
}

struct rs_rule *rs_rule_new(struct ruleset *rs)
{
	void *array = rs->rules;
	void *at = array_grow(&array, &rs->rules_len, &rs->rules_cap,
			      sizeof(rs->rules[0]));

	rs->rules = array;
	return at;
}

struct rs_span *rs_span_new(struct ruleset *rs)
{
	void *array = rs->spans;
	void *at = array_grow(&array, &rs->spans_len, &rs->spans_cap,
			      sizeof(rs->spans[0]));

	rs->spans = array;
	return at;
}

size_t rs_chain_find(const struct ruleset *rs, uint16_t family,
		     const char *table, const char *name)
{
	for (size_t i = 0; i < rs->chains_len; i++) {
		const struct rs_chain *c = &rs->chains[i];

		if (c->family == family && strcmp(c->table, table) == 0 &&
		    strcmp(c->name, name) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* ---- chains ---- */

static void text_copy(char *to, size_t cap, const struct nftnl_chain *c,
		      uint16_t attr)
{
	const char *text = nftnl_chain_is_set(c, attr)
				   ? nftnl_chain_get_str(c, attr)
				   : NULL;

	snprintf(to, cap, "%s", text ? text : "");
}

static bool name_is_xt(const char *name)
{
	static const char *const names[] = { "INPUT", "FORWARD", "OUTPUT",
					     "PREROUTING", "POSTROUTING" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static enum haunt_err chain_fill(struct ruleset *rs,
				 const struct nftnl_chain *c)
{
	struct rs_chain *out = rs_chain_new(rs);

	if (!out)
		return HAUNT_ENOMEM;
	out->family = (uint16_t)nftnl_chain_get_u32(c, NFTNL_CHAIN_FAMILY);
	text_copy(out->table, sizeof(out->table), c, NFTNL_CHAIN_TABLE);
	text_copy(out->name, sizeof(out->name), c, NFTNL_CHAIN_NAME);
	text_copy(out->type, sizeof(out->type), c, NFTNL_CHAIN_TYPE);
	out->base = nftnl_chain_is_set(c, NFTNL_CHAIN_HOOKNUM);
	if (out->base) {
		out->hook = nftnl_chain_get_u32(c, NFTNL_CHAIN_HOOKNUM);
		out->priority = nftnl_chain_get_s32(c, NFTNL_CHAIN_PRIO);
		out->drop =
			nftnl_chain_is_set(c, NFTNL_CHAIN_POLICY) &&
			nftnl_chain_get_u32(c, NFTNL_CHAIN_POLICY) == NF_DROP;
	}
	if (out->family == NFPROTO_NETDEV)
		out->early = out->base && out->hook == NF_NETDEV_INGRESS;
	else
		out->early = out->base && (out->hook == NF_INET_PRE_ROUTING ||
					   out->hook == NF_INET_INGRESS);
	out->xt =
		(out->family == NFPROTO_IPV4 || out->family == NFPROTO_IPV6) &&
		name_is_xt(out->name);
	out->ours = out->family == NFPROTO_INET &&
		    (strcmp(out->table, NFT_TABLE) == 0 ||
		     strcmp(out->table, NFT_ANCHOR) == 0);
	return HAUNT_OK;
}

static void chains_begin(void *arg)
{
	struct reading *reading = arg;

	reading->rs->chains_len = 0;
}

static enum haunt_err chain_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *reading = arg;
	struct nftnl_chain *c = nftnl_chain_alloc();
	enum haunt_err err = HAUNT_OK;

	if (!c)
		return HAUNT_ENOMEM;
	if (nftnl_chain_nlmsg_parse(h, c) >= 0)
		err = chain_fill(reading->rs, c);
	nftnl_chain_free(c);
	return err;
}

/* ---- rules ---- */

static void rules_begin(void *arg)
{
	struct reading *reading = arg;

	reading->rs->rules_len = 0;
}

static enum haunt_err rule_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *reading = arg;
	struct nftnl_rule *r;
	enum haunt_err err = HAUNT_OK;

	if (reading->rs->rules_len >= RULESET_RULES_MAX) {
		reading->rs->cut = true;
		return HAUNT_OK;
	}
	r = nftnl_rule_alloc();
	if (!r)
		return HAUNT_ENOMEM;
	if (nftnl_rule_nlmsg_parse(h, r) >= 0)
		err = ruleset_rule_read(reading, r);
	nftnl_rule_free(r);
	return err;
}

static enum haunt_err dump(struct nl *nl, uint16_t type,
			   const struct nl_sink *sink)
{
	char buf[NL_REQUEST_MAX];

	return nl_dump(nl,
		       nftnl_nlmsg_build_hdr(buf, type, NFPROTO_UNSPEC, 0, 0),
		       sink);
}

enum haunt_err ruleset_look(struct nl *nl, struct ruleset *out)
{
	struct ruleset rs = { .rules_len = 0 };
	struct reading reading = { .rs = &rs };
	struct nl_sink chains = { .begin = chains_begin,
				  .item = chain_item,
				  .arg = &reading };
	struct nl_sink rules = { .begin = rules_begin,
				 .item = rule_item,
				 .arg = &reading };
	enum haunt_err err = dump(nl, NFT_MSG_GETCHAIN, &chains);

	if (err == HAUNT_OK)
		err = ruleset_sets_read(nl, &reading);
	if (err == HAUNT_OK)
		err = dump(nl, NFT_MSG_GETRULE, &rules);
	ruleset_sets_free(&reading);
	if (err != HAUNT_OK) {
		ruleset_forget(&rs);
		return err;
	}
	*out = rs;
	return HAUNT_OK;
}

void ruleset_forget(struct ruleset *rs)
{
	free(rs->chains);
	free(rs->rules);
	free(rs->spans);
	*rs = (struct ruleset){ .rules_len = 0 };
}
