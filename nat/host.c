/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how foreign chains are found, and which of them speaks first.
 */
#include "nat/host.h"

#include <errno.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_conntrack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nat/host_rules.h"
#include "nat/nft_set.h"

#define LOOKS_MAX 16

static bool text_is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static const char *chain_text(const struct nftnl_chain *c, uint16_t attr)
{
	return nftnl_chain_is_set(c, attr) ? nftnl_chain_get_str(c, attr)
					   : NULL;
}

static bool chain_wanted(const struct nftnl_chain *c)
{
	const char *table = chain_text(c, NFTNL_CHAIN_TABLE);
	uint32_t family = nftnl_chain_get_u32(c, NFTNL_CHAIN_FAMILY);
	uint32_t hook;

	if (!table || !nftnl_chain_is_set(c, NFTNL_CHAIN_HOOKNUM) ||
	    !text_is(chain_text(c, NFTNL_CHAIN_TYPE), "filter"))
		return false;
	hook = nftnl_chain_get_u32(c, NFTNL_CHAIN_HOOKNUM);
	return (hook == NF_INET_LOCAL_IN || hook == NF_INET_FORWARD) &&
	       (family == NFPROTO_INET || family == NFPROTO_IPV4 ||
		family == NFPROTO_IPV6) &&
	       !(family == NFPROTO_INET && (strcmp(table, NFT_TABLE) == 0 ||
					    strcmp(table, NFT_ANCHOR) == 0));
}

/* iptables-nft names its chains like this, and no other way. */
static bool chain_is_xt(const struct host_chain *c)
{
	return c->family != NFPROTO_INET &&
	       strcmp(c->chain, c->input ? "INPUT" : "FORWARD") == 0;
}

static void chain_describe(const struct nftnl_chain *c, struct host_chain *out)
{
	uint32_t policy = nftnl_chain_is_set(c, NFTNL_CHAIN_POLICY)
				  ? nftnl_chain_get_u32(c, NFTNL_CHAIN_POLICY)
				  : NF_ACCEPT;

	*out = (struct host_chain){
		.family = (uint16_t)nftnl_chain_get_u32(c, NFTNL_CHAIN_FAMILY),
		.input = nftnl_chain_get_u32(c, NFTNL_CHAIN_HOOKNUM) ==
			 NF_INET_LOCAL_IN,
		.end = policy == NF_DROP ? HOST_END_DROP : HOST_END_ACCEPT,
		.priority = nftnl_chain_get_s32(c, NFTNL_CHAIN_PRIO),
	};
	snprintf(out->table, sizeof(out->table), "%s",
		 chain_text(c, NFTNL_CHAIN_TABLE));
	snprintf(out->chain, sizeof(out->chain), "%s",
		 chain_text(c, NFTNL_CHAIN_NAME));
	out->xt = chain_is_xt(out);
}

static bool chain_is(const struct host_chain *a, const struct host_chain *b)
{
	return a->family == b->family && strcmp(a->table, b->table) == 0 &&
	       strcmp(a->chain, b->chain) == 0;
}

static void chains_begin(void *arg)
{
	struct host *host = arg;

	host->len = 0;
}

static enum haunt_err chain_item(void *arg, const struct nlmsghdr *h)
{
	struct host *host = arg;
	struct nftnl_chain *c = nftnl_chain_alloc();
	struct host_chain found;

	if (!c)
		return HAUNT_ENOMEM;
	if (nftnl_chain_nlmsg_parse(h, c) < 0 || !chain_wanted(c)) {
		nftnl_chain_free(c);
		return HAUNT_OK;
	}
	chain_describe(c, &found);
	nftnl_chain_free(c);
	/* A dump that is interrupted may tell of one twice. */
	for (size_t i = 0; i < host->len; i++) {
		if (chain_is(&host->chains[i], &found))
			return HAUNT_OK;
	}
	if (host->len == host->cap) {
		size_t cap = host->cap ? host->cap * 2 : 8;
		struct host_chain *more = reallocarray(host->chains, cap,
						       sizeof(host->chains[0]));

		if (!more)
			return HAUNT_ENOMEM;
		host->chains = more;
		host->cap = cap;
	}
	host->chains[host->len++] = found;
	return HAUNT_OK;
}

bool host_match_local(const void *info, size_t len)
{
	struct xt_addrtype_info_v1 type;

	if (!info || len < sizeof(type))
		return false;
	memcpy(&type, info, sizeof(type));
	return type.dest == XT_ADDRTYPE_LOCAL && type.source == 0 &&
	       type.flags == 0;
}

bool host_match_invalid(const void *info, size_t len)
{
	struct xt_conntrack_mtinfo3 ct;

	if (!info || len < sizeof(ct))
		return false;
	memcpy(&ct, info, sizeof(ct));
	return ct.match_flags == XT_CONNTRACK_STATE && ct.invert_flags == 0 &&
	       ct.state_mask == XT_CONNTRACK_STATE_INVALID;
}

bool host_match_established(const void *info, size_t len)
{
	struct xt_conntrack_mtinfo3 ct;

	if (!info || len < sizeof(ct))
		return false;
	memcpy(&ct, info, sizeof(ct));
	return (ct.match_flags & ~XT_CONNTRACK_STATE_ALIAS) ==
		       XT_CONNTRACK_STATE &&
	       ct.invert_flags == 0 &&
	       (ct.state_mask & XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED));
}

void host_end_set(struct host_chain *c, enum host_end end,
		  const struct host_words *words,
		  const struct host_words *before)
{
	c->end = end;
	c->words = (struct host_words){ .reset = false };
	if (end == HOST_END_REJECT)
		c->words = *words;
	/* What was reset before the end came is not dropped with the rest. */
	if (before->reset && end == HOST_END_DROP) {
		c->end = HOST_END_REJECT;
		c->words.silent = true;
	}
	if (c->end != HOST_END_REJECT)
		return;
	c->words.reset = c->words.reset || before->reset;
	c->words.strict = before->strict;
}

static enum haunt_err look_once(struct nl *nl, struct host *out, bool *torn)
{
	char buf[NL_REQUEST_MAX];
	struct host host = { .len = 0 };
	struct nl_sink sink = { .begin = chains_begin,
				.item = chain_item,
				.arg = &host };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETCHAIN,
						   NFPROTO_UNSPEC, 0, 0);
	struct nl_pass pass = { .torn = false };
	enum haunt_err err = nl_dump_pass(nl, h, &sink, &pass);

	*torn = pass.torn;
	for (size_t i = 0; err == HAUNT_OK && i < host.len; i++)
		err = host_rules_look(nl, &host.chains[i], torn);
	if (err != HAUNT_OK) {
		host_forget(&host);
		return err;
	}
	*out = host;
	return HAUNT_OK;
}

/* True if two looks saw the same. */
static bool host_same(const struct host *a, const struct host *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct host_chain *x = &a->chains[i];
		const struct host_chain *y = &b->chains[i];

		if (!chain_is(x, y) || x->input != y->input ||
		    x->end != y->end || x->tagged != y->tagged ||
		    x->tags != y->tags ||
		    memcmp(&x->words, &y->words, sizeof(x->words)) != 0)
			return false;
	}
	return true;
}

/* Who changes the ruleset all the time need not change what is looked at:
 * what two looks in a row agree about is so. */
enum haunt_err host_look(struct nl *nl, struct host *out)
{
	struct host host, before = { .len = 0 };
	bool torn = true, same = false;

	for (int i = 0; torn && !same && i < LOOKS_MAX; i++) {
		enum haunt_err err = look_once(nl, &host, &torn);

		same = err == HAUNT_OK && i && host_same(&host, &before);
		host_forget(&before);
		if (err != HAUNT_OK)
			return err;
		before = host;
	}
	if (torn && !same) {
		host_forget(&before);
		errno = EINTR;
		return HAUNT_ESYS;
	}
	*out = before;
	return HAUNT_OK;
}

void host_forget(struct host *host)
{
	free(host->chains);
	*host = (struct host){ .len = 0 };
}

/* Of two that end what nobody named, the one that comes first counts; where
 * nobody knows which does, the one that drops. */
static bool speaks_before(const struct host_chain *a,
			  const struct host_chain *b)
{
	if (!b || a->priority != b->priority)
		return !b || a->priority < b->priority;
	return a->end == HOST_END_DROP && b->end != HOST_END_DROP;
}

static bool speaks(const struct host_chain *c, uint16_t family)
{
	return c->input && c->end != HOST_END_ACCEPT &&
	       (c->family == NFPROTO_INET || c->family == family);
}

enum host_end host_input_end(const struct host *host, bool v4,
			     struct host_words *words)
{
	uint16_t family = v4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	const struct host_chain *first = NULL;

	for (size_t i = 0; i < host->len; i++) {
		const struct host_chain *c = &host->chains[i];

		if (speaks(c, family) && speaks_before(c, first))
			first = c;
	}
	for (size_t i = 0; i < host->legacy.len; i++) {
		const struct host_chain *c = &host->legacy.chains[i];

		if (speaks(c, family) && speaks_before(c, first))
			first = c;
	}
	*words = first ? first->words : (struct host_words){ .reset = false };
	return first ? first->end : HOST_END_ACCEPT;
}
