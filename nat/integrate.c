/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides in which words the rule is written: nft's own, or iptables-nft's,
 * which would refuse to list a chain that holds any but its own.
 */
#include "nat/integrate.h"

#include <errno.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/xt_connmark.h>
#include <string.h>

#include "nat/nft_line.h"
#include "nat/nl.h"

#define XT_ALIGN_BYTES 8

/* What the kernel expects of an extension: padded to 8 bytes. */
union connmark_info {
	struct xt_connmark_mtinfo1 info;
	uint8_t padded[(sizeof(struct xt_connmark_mtinfo1) + XT_ALIGN_BYTES -
			1) &
		       ~(size_t)(XT_ALIGN_BYTES - 1)];
};

static void chain_log(const struct host_chain *c, enum log_level level,
		      const char *result)
{
	char table[HOST_NAME_MAX * 4], chain[HOST_NAME_MAX * 4];

	log_text(c->table, strlen(c->table), table, sizeof(table));
	log_text(c->chain, strlen(c->chain), chain, sizeof(chain));
	log_event(level, "integrate", "family=%s table=%s chain=%s result=%s",
		  nl_family_name(c->family), table, chain, result);
}

static void rule_add(struct nft_batch *b, const struct host_chain *c)
{
	union connmark_info mark;
	struct line l;

	line_begin(&l, b, c->family, c->table, c->chain);
	if (c->xt) {
		memset(&mark, 0, sizeof(mark));
		mark.info.mark = RULE_MARK_BASE;
		mark.info.mask = RULE_MARK_MASK;
		line_xt_match(&l, "connmark", 1, &mark, sizeof(mark));
		line_counter(&l);
	} else {
		line_ct_bits(&l, NFT_CT_MARK, RULE_MARK_MASK, NFT_CMP_EQ,
			     RULE_MARK_BASE);
	}
	line_verdict(&l, NF_ACCEPT, NULL);
	line_comment(&l, HOST_TAG);
	line_insert(&l);
}

static void rule_delete(struct nft_batch *b, const struct host_chain *c)
{
	struct nftnl_rule *r = nftnl_rule_alloc();
	struct nlmsghdr *h;

	if (!r) {
		nft_batch_fail(b, HAUNT_ENOMEM);
		return;
	}
	nftnl_rule_set_u32(r, NFTNL_RULE_FAMILY, c->family);
	nftnl_rule_set_str(r, NFTNL_RULE_TABLE, c->table);
	nftnl_rule_set_str(r, NFTNL_RULE_CHAIN, c->chain);
	nftnl_rule_set_u64(r, NFTNL_RULE_HANDLE, c->tagged);
	h = nft_batch_add(b, NFT_MSG_DELRULE, c->family, 0);
	nftnl_rule_nlmsg_build_payload(h, r);
	nftnl_rule_free(r);
}

/* One transaction for each chain: what one owner refuses must not hold up
 * the others. */
static enum haunt_err chain_change(struct nft_batch *b,
				   const struct host_chain *c, bool add)
{
	struct fw_error why;
	enum haunt_err err;

	nft_batch_begin(b);
	if (add)
		rule_add(b, c);
	else
		rule_delete(b, c);
	err = nft_batch_commit(b, &why);
	if (err == HAUNT_OK) {
		chain_log(c, LOG_LEVEL_INFO, add ? "added" : "removed");
		return HAUNT_OK;
	}
	if (err != HAUNT_ESYS || why.unknown || nl_is_passing(why.error))
		return err;
	/* It went away as we looked: there will be news of it. */
	if (why.error == ENOENT)
		return HAUNT_OK;
	/* A table with an owner. */
	chain_log(c, LOG_LEVEL_WARNING, nl_errno_name(why.error));
	return HAUNT_OK;
}

/* "ip6tables-legacy -I INPUT ... -j ACCEPT": the rule in iptables's words. */
static void xt_log(const char *found, bool v4, const char *kind,
		   const char *chain)
{
	log_event(LOG_LEVEL_WARNING, "integrate",
		  "%scommand=\"%s%s -I %s -m connmark --mark 0x%x/0x%x -j "
		  "ACCEPT\"",
		  found, v4 ? "iptables" : "ip6tables", kind, chain,
		  RULE_MARK_BASE, RULE_MARK_MASK);
}

static void manual_log(const struct host_chain *c)
{
	chain_log(c, LOG_LEVEL_WARNING, "add-by-hand");
	if (c->xt)
		xt_log("", c->family != NFPROTO_IPV6, "", c->chain);
	else
		log_event(LOG_LEVEL_WARNING, "integrate",
			  "command=\"nft insert rule %s %s %s ct mark and 0x%x "
			  "== 0x%x accept\"",
			  nl_family_name(c->family), c->table, c->chain,
			  RULE_MARK_MASK, RULE_MARK_BASE);
}

enum haunt_err integrate(struct nft_batch *b, const struct host *host,
			 enum integration how)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < host->len; i++) {
		const struct host_chain *c = &host->chains[i];
		bool needed = c->end != HOST_END_ACCEPT;
		bool wanted = needed && how == INTEGRATION_AUTO;

		if (wanted != (c->tagged != 0))
			err = chain_change(b, c, wanted);
		if (needed && !wanted)
			manual_log(c);
	}
	return err;
}

enum haunt_err integrate_again(struct nft_batch *b, const struct host *host)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < host->len; i++) {
		const struct host_chain *c = &host->chains[i];

		if (c->end != HOST_END_ACCEPT && !c->tagged)
			err = chain_change(b, c, true);
	}
	return err;
}

void integrate_tell_legacy(const struct host_legacy *legacy)
{
	if (legacy->unread)
		log_event(LOG_LEVEL_WARNING, "integrate",
			  "found=iptables-legacy error=unreadable "
			  "hint=see-docs-coexistence");
	for (size_t i = 0; i < legacy->len; i++) {
		const struct host_chain *c = &legacy->chains[i];

		if (c->end != HOST_END_ACCEPT && !c->tagged)
			xt_log("found=iptables-legacy result=add-by-hand ",
			       c->family != NFPROTO_IPV6, "-legacy", c->chain);
	}
}

enum haunt_err integrate_undo(struct nft_batch *b, const struct host *host)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < host->len; i++) {
		if (host->chains[i].tagged)
			err = chain_change(b, &host->chains[i], false);
	}
	return err;
}
