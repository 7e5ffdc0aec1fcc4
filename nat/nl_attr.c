/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the attributes of a message are walked.
 */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <string.h>

#include "core/base/wire.h"
#include "nat/nl.h"

struct attr_table {
	const struct nlattr **at;
	uint16_t n;
};

static int attr_store(const struct nlattr *a, void *arg)
{
	const struct attr_table *t = arg;
	uint16_t type = mnl_attr_get_type(a);

	if (type < t->n)
		t->at[type] = a;
	return MNL_CB_OK;
}

void nl_attrs(const struct nlmsghdr *h, unsigned int offset,
	      const struct nlattr *at[], uint16_t n)
{
	struct attr_table t = { .at = at, .n = n };

	memset(at, 0, n * sizeof(at[0]));
	if (mnl_nlmsg_get_payload_len(h) >= offset)
		(void)mnl_attr_parse(h, offset, attr_store, &t);
}

void nl_attrs_nested(const struct nlattr *nest, const struct nlattr *at[],
		     uint16_t n)
{
	struct attr_table t = { .at = at, .n = n };

	memset(at, 0, n * sizeof(at[0]));
	if (nest)
		(void)mnl_attr_parse_nested(nest, attr_store, &t);
}

uint32_t nl_attr_be32(const struct nlattr *a)
{
	struct rd r =
		a ? rd_of(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a))
		  : rd_of(NULL, 0);

	return rd_u32(&r);
}

uint64_t nl_attr_be64(const struct nlattr *a)
{
	struct rd r =
		a ? rd_of(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a))
		  : rd_of(NULL, 0);

	return rd_u64(&r);
}

void nl_why(const struct nlmsghdr *h, char why[NL_WHY_MAX])
{
	const struct nlattr *at[NLMSGERR_ATTR_MSG + 1];
	const struct nlattr *a;
	size_t len;

	why[0] = '\0';
	/* With CAP_ACK the request's header follows alone, then attributes. */
	if (h->nlmsg_type != NLMSG_ERROR || !(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	nl_attrs(h, sizeof(struct nlmsgerr), at, NLMSGERR_ATTR_MSG + 1);
	a = at[NLMSGERR_ATTR_MSG];
	if (!a)
		return;
	len = mnl_attr_get_payload_len(a);
	len = strnlen(mnl_attr_get_payload(a),
		      len < NL_WHY_MAX ? len : NL_WHY_MAX - 1);
	memcpy(why, mnl_attr_get_payload(a), len);
	why[len] = '\0';
}

const char *nl_family_name(uint16_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_ARP:
		return "arp";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return "?";
	}
}
