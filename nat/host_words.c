/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that there are two ways to write a reject, nft's and iptables-nft's,
 * with four lists of reasons. What is in none of them is a closed port's.
 */
#include "nat/host_words.h"

#include <stdio.h> /* which the next one needs */

#include <libnftnl/expr.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>
#include <string.h>

static const struct host_words closed = { .code4 = ICMP_PORT_UNREACH,
					  .code6 = ICMPV6_PORT_UNREACH };

static struct host_words icmpx_words(uint8_t code)
{
	switch (code) {
	case NFT_REJECT_ICMPX_NO_ROUTE:
		return (struct host_words){ .code4 = ICMP_NET_UNREACH,
					    .code6 = ICMPV6_NOROUTE };
	case NFT_REJECT_ICMPX_HOST_UNREACH:
		return (struct host_words){ .code4 = ICMP_HOST_UNREACH,
					    .code6 = ICMPV6_ADDR_UNREACH };
	case NFT_REJECT_ICMPX_ADMIN_PROHIBITED:
		return (struct host_words){ .code4 = ICMP_PKT_FILTERED,
					    .code6 = ICMPV6_ADM_PROHIBITED };
	default:
		return closed;
	}
}

static struct host_words native_words(const struct nftnl_expr *e)
{
	uint8_t code = nftnl_expr_is_set(e, NFTNL_EXPR_REJECT_CODE)
			       ? nftnl_expr_get_u8(e, NFTNL_EXPR_REJECT_CODE)
			       : 0;

	switch (nftnl_expr_get_u32(e, NFTNL_EXPR_REJECT_TYPE)) {
	case NFT_REJECT_TCP_RST:
		return (struct host_words){ .reset = true };
	case NFT_REJECT_ICMP_UNREACH:
		return (struct host_words){ .code4 = code, .code6 = code };
	default:
		return icmpx_words(code);
	}
}

static struct host_words xt4_words(uint32_t with)
{
	static const uint8_t codes[] = {
		[IPT_ICMP_NET_UNREACHABLE] = ICMP_NET_UNREACH,
		[IPT_ICMP_HOST_UNREACHABLE] = ICMP_HOST_UNREACH,
		[IPT_ICMP_PROT_UNREACHABLE] = ICMP_PROT_UNREACH,
		[IPT_ICMP_PORT_UNREACHABLE] = ICMP_PORT_UNREACH,
		[IPT_ICMP_ECHOREPLY] = ICMP_PORT_UNREACH,
		[IPT_ICMP_NET_PROHIBITED] = ICMP_NET_ANO,
		[IPT_ICMP_HOST_PROHIBITED] = ICMP_HOST_ANO,
		[IPT_TCP_RESET] = ICMP_PORT_UNREACH,
		[IPT_ICMP_ADMIN_PROHIBITED] = ICMP_PKT_FILTERED,
	};
	struct host_words w = closed;

	w.reset = with == IPT_TCP_RESET;
	if (with < sizeof(codes))
		w.code4 = codes[with];
	return w;
}

static struct host_words xt6_words(uint32_t with)
{
	struct host_words w = closed;

	w.reset = with == IP6T_TCP_RESET;
	if (with == IP6T_ICMP6_NO_ROUTE)
		w.code6 = ICMPV6_NOROUTE;
	else if (with == IP6T_ICMP6_ADM_PROHIBITED)
		w.code6 = ICMPV6_ADM_PROHIBITED;
	else if (with == IP6T_ICMP6_ADDR_UNREACH)
		w.code6 = ICMPV6_ADDR_UNREACH;
	return w;
}

static bool text_is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

struct host_words host_words_xt(uint32_t with, uint32_t family)
{
	return family == NFPROTO_IPV6 ? xt6_words(with) : xt4_words(with);
}

bool host_words_read(const struct nftnl_expr *e, uint32_t family,
		     struct host_words *out)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);
	const void *info = NULL;
	uint32_t with, len = 0;

	if (text_is(name, "reject")) {
		*out = native_words(e);
		return true;
	}
	if (!text_is(name, "target") ||
	    !nftnl_expr_is_set(e, NFTNL_EXPR_TG_NAME) ||
	    !text_is(nftnl_expr_get_str(e, NFTNL_EXPR_TG_NAME), "REJECT"))
		return false;
	*out = closed;
	if (nftnl_expr_is_set(e, NFTNL_EXPR_TG_INFO))
		info = nftnl_expr_get(e, NFTNL_EXPR_TG_INFO, &len);
	if (!info || len < sizeof(with))
		return true;
	memcpy(&with, info, sizeof(with));
	*out = host_words_xt(with, family);
	return true;
}
