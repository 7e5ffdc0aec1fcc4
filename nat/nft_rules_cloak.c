/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a cloaked port answers a stranger: as the host's other closed
 * ports do, family by family.
 */
#include <linux/netfilter/nf_conntrack_common.h>

#include "nat/nft_rules.h"

/* meta nfproto FAMILY drop, or reject in the host's words */
static void cloaked_family(struct nft_batch *b, uint8_t family,
			   const struct cloak_look *look)
{
	struct line l;

	if (look->cloak == CLOAK_REJECT)
		return;
	if (look->cloak == CLOAK_HOST && look->words.strict) {
		rules_start(&l, b, "cloaked");
		line_nfproto(&l, family);
		line_ct_bits(&l, NFT_CT_STATE, NF_CT_STATE_INVALID_BIT,
			     NFT_CMP_NEQ, 0);
		line_verdict(&l, NF_DROP, NULL);
		line_append(&l);
	}
	if (look->cloak == CLOAK_HOST && look->words.reset) {
		rules_start(&l, b, "cloaked");
		line_nfproto(&l, family);
		line_l4proto(&l, IPPROTO_TCP);
		line_reject(&l, NFT_REJECT_TCP_RST, 0);
		line_append(&l);
	}
	rules_start(&l, b, "cloaked");
	line_nfproto(&l, family);
	if (look->cloak == CLOAK_DROP || look->words.silent)
		line_verdict(&l, NF_DROP, NULL);
	else
		line_reject(&l, NFT_REJECT_ICMP_UNREACH,
			    family == NFPROTO_IPV4 ? look->words.code4
						   : look->words.code6);
	line_append(&l);
}

/* How many rules cloaked_family() makes. */
static size_t cloaked_count(const struct cloak_look *look)
{
	if (look->cloak == CLOAK_REJECT)
		return 0;
	if (look->cloak != CLOAK_HOST)
		return 1;
	return (size_t)1 + look->words.reset + look->words.strict;
}

void nft_rules_cloak(struct nft_batch *b, const struct skeleton *s)
{
	struct line l;

	rules_start(&l, b, "cloaked");
	line_counter(&l);
	line_append(&l);
	cloaked_family(b, NFPROTO_IPV4, &s->look4);
	cloaked_family(b, NFPROTO_IPV6, &s->look6);
	/* meta l4proto tcp reject with tcp reset */
	rules_start(&l, b, "cloaked");
	line_l4proto(&l, IPPROTO_TCP);
	line_reject(&l, NFT_REJECT_TCP_RST, 0);
	line_append(&l);
	/* reject with icmpx port-unreachable */
	rules_start(&l, b, "cloaked");
	line_reject(&l, NFT_REJECT_ICMPX_UNREACH,
		    NFT_REJECT_ICMPX_PORT_UNREACH);
	line_append(&l);
}

size_t nft_rules_cloak_count(const struct skeleton *s)
{
	return 3 + cloaked_count(&s->look4) + cloaked_count(&s->look6);
}
