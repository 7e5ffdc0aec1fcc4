/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how foreign chains and rules are read. A chain is default-drop if its
 * policy is, or if its last rule drops or rejects without a condition, itself
 * or in the chain that it leads to.
 */
#include "nat/host.h"

#include <errno.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"
#include "nat/nft_set.h"

#define JUMPS_MAX 16 /* the kernel follows no more */
#define LOOKS_MAX 16

static const char *const legacy_paths[] = { "/proc/net/ip_tables_names",
					    "/proc/net/ip6_tables_names" };

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

/* What a rule does with every packet; END_ACCEPT if it has a condition. */
struct judgement {
	enum host_end end;
	bool conditional;
	bool narrow; /* the condition is more than a protocol */
	bool rejects;
	uint32_t family;
	struct host_words words;
	char next[HOST_NAME_MAX]; /* the chain that it leads to */
};

static bool expr_jumps(const struct nftnl_expr *e)
{
	uint32_t verdict = nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT);

	return (verdict == (uint32_t)NFT_JUMP ||
		verdict == (uint32_t)NFT_GOTO) &&
	       nftnl_expr_is_set(e, NFTNL_EXPR_IMM_CHAIN);
}

static int expr_judge(struct nftnl_expr *e, void *arg)
{
	struct judgement *j = arg;
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);
	bool verdict = text_is(name, "immediate") &&
		       nftnl_expr_is_set(e, NFTNL_EXPR_IMM_VERDICT);

	if (text_is(name, "counter") || text_is(name, "log"))
		return 0;
	if (verdict && nftnl_expr_get_u32(e, NFTNL_EXPR_IMM_VERDICT) == NF_DROP)
		j->end = HOST_END_DROP;
	else if (verdict && expr_jumps(e))
		snprintf(j->next, sizeof(j->next), "%s",
			 nftnl_expr_get_str(e, NFTNL_EXPR_IMM_CHAIN));
	else if (host_words_read(e, j->family, &j->words))
		j->rejects = true;
	else if (!(text_is(name, "match") &&
		   text_is(nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME),
			   "comment"))) {
		j->conditional = true;
		j->narrow = j->narrow ||
			    !(text_is(name, "meta") || text_is(name, "cmp"));
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

struct reading {
	struct host_chain *chain;
	enum host_end policy;
	char next[HOST_NAME_MAX]; /* where the last rule leads */
};

static void rules_begin(void *arg)
{
	struct reading *reading = arg;

	reading->chain->end = reading->policy;
	reading->chain->tagged = 0;
	reading->chain->rules = 0;
	reading->chain->words = (struct host_words){ .reset = false };
	reading->next[0] = '\0';
}

static enum haunt_err rule_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *reading = arg;
	struct host_chain *c = reading->chain;
	struct judgement j = { .end = HOST_END_ACCEPT, .family = c->family };
	struct nftnl_rule *r = nftnl_rule_alloc();

	if (!r)
		return HAUNT_ENOMEM;
	if (nftnl_rule_nlmsg_parse(h, r) < 0) {
		nftnl_rule_free(r);
		return HAUNT_OK;
	}
	c->rules++;
	if (rule_tagged(r))
		c->tagged = nftnl_rule_get_u64(r, NFTNL_RULE_HANDLE);
	(void)nftnl_expr_foreach(r, expr_judge, &j);
	if (j.rejects) {
		/* A reset for TCP as a whole may come before the rest. */
		j.words.reset = (j.words.reset && !j.narrow) || c->words.reset;
		c->words = j.words;
		j.end = HOST_END_REJECT;
	}
	/* Only the last rule counts: the policy speaks after any other. */
	c->end = j.conditional || j.end == HOST_END_ACCEPT ? reading->policy
							   : j.end;
	strcpy(reading->next, j.conditional ? "" : j.next);
	nftnl_rule_free(r);
	return HAUNT_OK;
}

/* Reads one chain; *next is where its last rule leads, if anywhere. */
static enum haunt_err rules_read(struct nl *nl, struct host_chain *c,
				 char next[HOST_NAME_MAX], bool *torn)
{
	char buf[NL_REQUEST_MAX];
	struct reading reading = { .chain = c, .policy = c->end };
	struct nl_sink sink = { .begin = rules_begin,
				.item = rule_item,
				.arg = &reading };
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, c->family, 0, 0);
	struct nl_pass pass = { .torn = false };
	enum haunt_err err;

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, c->table);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, c->chain);
	err = nl_dump_pass(nl, h, &sink, &pass);
	strcpy(next, reading.next);
	*torn = *torn || pass.torn;
	return err;
}

static enum haunt_err rules_look(struct nl *nl, struct host_chain *c,
				 bool *torn)
{
	char next[HOST_NAME_MAX];
	enum haunt_err err = rules_read(nl, c, next, torn);
	struct host_chain led = *c;

	for (int i = 0; err == HAUNT_OK && next[0] && i < JUMPS_MAX; i++) {
		strcpy(led.chain, next);
		err = rules_read(nl, &led, next, torn);
	}
	c->end = led.end;
	c->words = led.words;
	return err;
}

static bool file_has_bytes(const char *path)
{
	FILE *f = fopen(path, "re");
	bool has;

	if (!f)
		return false;
	has = fgetc(f) != EOF;
	fclose(f);
	return has;
}

bool host_has_legacy(void)
{
	bool has = false;

	for (size_t i = 0; i < sizeof(legacy_paths) / sizeof(legacy_paths[0]);
	     i++)
		has = has || file_has_bytes(legacy_paths[i]);
	return has;
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
		err = rules_look(nl, &host.chains[i], torn);
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
		    x->rules != y->rules ||
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
	before.legacy = host_has_legacy();
	*out = before;
	return HAUNT_OK;
}

void host_forget(struct host *host)
{
	free(host->chains);
	*host = (struct host){ .len = 0 };
}

enum host_end host_input_end(const struct host *host, bool v4,
			     struct host_words *words)
{
	uint16_t family = v4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	enum host_end end = HOST_END_ACCEPT;

	*words = (struct host_words){ .reset = false };
	for (size_t i = 0; i < host->len; i++) {
		const struct host_chain *c = &host->chains[i];

		if (!c->input || c->end == HOST_END_ACCEPT ||
		    (c->family != NFPROTO_INET && c->family != family))
			continue;
		/* A drop anywhere leaves nothing to reject. */
		if (end == HOST_END_DROP)
			continue;
		end = c->end;
		*words = c->words;
	}
	return end;
}
