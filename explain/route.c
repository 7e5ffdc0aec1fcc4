/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the messages of a route lookup.
 */
#include "explain/route.h"

#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "nat/nl_ask.h"

struct ip_addr route_addr_get(const struct nlattr *a)
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	if (len == 4)
		return addr_from_v4(mnl_attr_get_payload(a));
	if (len == 16)
		return addr_from_v6(mnl_attr_get_payload(a));
	return (struct ip_addr){ .b = { 0 } };
}

static enum haunt_err route_item(void *arg, const struct nlmsghdr *h)
{
	struct route *out = arg;
	const struct nlattr *at[RTA_MAX + 1];
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(h);

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*rtm))
		return HAUNT_ELENGTH;
	nl_attrs(h, sizeof(*rtm), at, RTA_MAX + 1);
	*out = (struct route){
		.type = rtm->rtm_type,
		.out = at[RTA_OIF] ? mnl_attr_get_u32(at[RTA_OIF]) : 0,
		.source = route_addr_get(at[RTA_PREFSRC]),
		.gateway = route_addr_get(at[RTA_GATEWAY]),
	};
	return HAUNT_OK;
}

static void ports_put(struct nlmsghdr *h, const struct route_ask *ask)
{
	mnl_attr_put_u8(h, RTA_IP_PROTO, ask->proto);
	mnl_attr_put_u16(h, RTA_SPORT, htons(ask->source_port));
	mnl_attr_put_u16(h, RTA_DPORT, htons(ask->port));
}

enum haunt_err route_find(struct nl *nl, const struct route_ask *ask,
			  struct route *out)
{
	char buf[NL_REQUEST_MAX];
	struct route found = { .out = 0 };
	struct nl_sink sink = { .item = route_item, .arg = &found };
	struct nlmsghdr *h = (struct nlmsghdr *)buf;
	struct rtmsg *rtm = nl_route_begin(buf, &ask->to);
	enum haunt_err err;

	if (!addr_is_any(&ask->from)) {
		rtm->rtm_src_len = rtm->rtm_dst_len;
		nl_addr_put(h, RTA_SRC, &ask->from);
	}
	if (ask->in)
		mnl_attr_put_u32(h, RTA_IIF, ask->in);
	if (ask->out)
		mnl_attr_put_u32(h, RTA_OIF, ask->out);
	if (ask->mark)
		mnl_attr_put_u32(h, RTA_MARK, ask->mark);
	if (ask->proto)
		ports_put(h, ask);
	err = nl_request(nl, h, &sink);
	if (!err)
		*out = found;
	return err;
}

struct neighbour {
	const struct ip_addr *a;
	uint32_t link;
	uint8_t *mac;
	bool known;
};

static enum haunt_err neighbour_item(void *arg, const struct nlmsghdr *h)
{
	struct neighbour *n = arg;
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(h);
	const struct nlattr *at[NDA_LLADDR + 1];
	struct ip_addr a;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*ndm))
		return HAUNT_ELENGTH;
	nl_attrs(h, sizeof(*ndm), at, NDA_LLADDR + 1);
	a = route_addr_get(at[NDA_DST]);
	if ((uint32_t)ndm->ndm_ifindex != n->link || !addr_equal(&a, n->a) ||
	    !at[NDA_LLADDR] || mnl_attr_get_payload_len(at[NDA_LLADDR]) != 6)
		return HAUNT_OK;
	memcpy(n->mac, mnl_attr_get_payload(at[NDA_LLADDR]), 6);
	n->known = true;
	return HAUNT_OK;
}

bool route_neighbour(struct nl *nl, const struct ip_addr *a, uint32_t link,
		     uint8_t mac[6])
{
	char buf[NL_REQUEST_MAX];
	struct neighbour n = { .a = a, .link = link, .mac = mac };
	struct nl_sink sink = { .item = neighbour_item, .arg = &n };
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm;

	h->nlmsg_type = RTM_GETNEIGH;
	ndm = mnl_nlmsg_put_extra_header(h, sizeof(*ndm));
	ndm->ndm_family = addr_is_v4(a) ? AF_INET : AF_INET6;
	return nl_dump(nl, h, &sink) == HAUNT_OK && n.known;
}
