/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a client's packets to others are passed on. Which client it is says
 * its address, and that is two questions: which service lets it, and so where
 * to; and which mark it gets. Nothing here is reached by a packet to an address
 * of the gateway itself, so no port and no hidden target of it is opened.
 */
#include "nat/nft_rules.h"

#include <linux/netfilter/nf_conntrack_common.h>

#define WAY_RULES 10 /* those that are always there if any is */

static void saddr_load(struct line *l, bool v4)
{
	line_nfproto(l, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	line_payload(l, NFT_PAYLOAD_NETWORK_HEADER,
		     v4 ? door_from_client.addr4 : door_from_client.addr6,
		     v4 ? 4 : 16, LINE_R0);
}

/* ct mark set ip saddr map @SET goto CHAIN, or accept */
static void map_rule(struct nft_batch *b, const char *chain, enum nft_set set,
		     bool v4, const char *to)
{
	struct line l;

	rules_start(&l, b, chain);
	saddr_load(&l, v4);
	line_lookup(&l, nft_set_specs[set].name, 0, LINE_R0);
	line_ct_set_mark(&l);
	line_verdict(&l, to ? NFT_GOTO : NF_ACCEPT, to);
	line_append(&l);
}

static void routed_rules(struct nft_batch *b)
{
	struct line l;

	/* ct state established ct mark and 0xff000000 != 0x5a000000 accept: a
	 * question of somebody else's connection, asked again. It does not
	 * become ours, and what mark it has is not for us to write over. */
	rules_start(&l, b, "routed");
	line_ct_bits(&l, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_ESTABLISHED),
		     NFT_CMP_NEQ, 0);
	rules_ours(&l, NFT_CMP_NEQ);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
	map_rule(b, "routed", NFT_SET_TO4, true, "within");
	map_rule(b, "routed", NFT_SET_TO6, false, "within");
	/* ct mark and 0xff000000 == 0x5a000000 counter drop: what goes on
	 * with a way that is over, as if it began. */
	rules_start(&l, b, "routed");
	rules_ours(&l, NFT_CMP_EQ);
	line_counter(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
}

/* ct mark CLASS [ip daddr PREFIX] goto passed */
static void within_rule(struct nft_batch *b, size_t service,
			const struct ip_prefix *to)
{
	uint32_t class = NFT_WAY_CLASS(service);
	struct line l;

	rules_start(&l, b, "within");
	line_ct(&l, NFT_CT_MARK);
	line_cmp(&l, NFT_CMP_EQ, &class, sizeof(class));
	if (to && !prefix_is_any(to))
		line_addr(&l, false, to);
	line_verdict(&l, NFT_GOTO, "passed");
	line_append(&l);
}

static size_t within_count(const struct service *s)
{
	if (!s->internet)
		return 0;
	return s->to_len ? s->to_len : 1;
}

static void within_rules(struct nft_batch *b, const struct config *config)
{
	static const uint32_t cut = RULE_MARK_BASE | GRANT_ID_CUT;
	struct line l;

	for (size_t i = 0; i < config->services_len; i++) {
		const struct service *s = &config->services[i];

		for (size_t j = 0; j < within_count(s); j++)
			within_rule(b, i, s->to_len ? &s->to[j] : NULL);
	}
	/* ct state established ct mark set 0x5affffff drop: an old entry, of
	 * another way perhaps, whose mark has just been written over. */
	rules_start(&l, b, "within");
	line_ct_bits(&l, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_ESTABLISHED),
		     NFT_CMP_NEQ, 0);
	line_immediate_u32(&l, cut);
	line_ct_set_mark(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
	/* ct mark set 0x00000000 accept: it is not let through by us. */
	rules_start(&l, b, "within");
	line_immediate_u32(&l, 0);
	line_ct_set_mark(&l);
	line_verdict(&l, NF_ACCEPT, NULL);
	line_append(&l);
}

static void passed_rules(struct nft_batch *b)
{
	struct line l;

	map_rule(b, "passed", NFT_SET_WAY4, true, NULL);
	map_rule(b, "passed", NFT_SET_WAY6, false, NULL);
	/* ct mark set 0x00000000: it ended between the two questions. */
	rules_start(&l, b, "passed");
	line_immediate_u32(&l, 0);
	line_ct_set_mark(&l);
	line_append(&l);
}

/* ct mark @named counter drop: an address that was another host's when the
 * name led there, and is this host's now. No port of it was asked for. */
static void named_rule(struct nft_batch *b)
{
	struct line l;

	rules_start(&l, b, "arrived");
	rules_mark_in(&l, NFT_SET_NAMED, true);
	line_counter(&l);
	line_verdict(&l, NF_DROP, NULL);
	line_append(&l);
}

/* ct state new ct mark @ways ct mark set 0x00000000: somebody else's NAT has
 * led it to this host after all, where the host's own rules are to judge. */
static void in_rule(struct nft_batch *b)
{
	struct line l;

	rules_start(&l, b, "arrived");
	line_ct_bits(&l, NFT_CT_STATE, NF_CT_STATE_BIT(IP_CT_NEW), NFT_CMP_NEQ,
		     0);
	rules_mark_in(&l, NFT_SET_WAYS, true);
	line_immediate_u32(&l, 0);
	line_ct_set_mark(&l);
	line_append(&l);
}

void nft_rules_way(struct nft_batch *b, const struct skeleton *s)
{
	if (s->named)
		named_rule(b);
	if (!s->ways_len)
		return;
	routed_rules(b);
	within_rules(b, s->config);
	passed_rules(b);
	in_rule(b);
}

size_t nft_rules_way_count(const struct skeleton *s)
{
	size_t n = (s->ways_len ? WAY_RULES : 0u) + (s->named ? 1u : 0u);

	for (size_t i = 0; i < s->config->services_len; i++)
		n += within_count(&s->config->services[i]);
	return n;
}
