/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the form of these questions.
 */
#include "nat/nl_ask.h"

#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

void nl_addr_put(struct nlmsghdr *h, uint16_t type, const struct ip_addr *a)
{
	if (addr_is_v4(a))
		mnl_attr_put(h, type, 4, addr_v4_bytes(a));
	else
		mnl_attr_put(h, type, sizeof(a->b), a->b);
}

struct rtmsg *nl_route_begin(char buf[NL_REQUEST_MAX], const struct ip_addr *to)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	bool v4 = addr_is_v4(to);
	struct rtmsg *rtm;

	h->nlmsg_type = RTM_GETROUTE;
	rtm = mnl_nlmsg_put_extra_header(h, sizeof(*rtm));
	rtm->rtm_family = v4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = v4 ? 32 : 128;
	nl_addr_put(h, RTA_DST, to);
	return rtm;
}

enum haunt_err nl_waiting_sockets(struct nl *nl, uint8_t family, uint8_t proto,
				  const struct nl_sink *sink)
{
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *r;

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
	r->sdiag_family = family;
	r->sdiag_protocol = proto;
	/* A UDP socket that is not connected is "closed". */
	r->idiag_states = 1u << (proto == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
	return nl_dump(nl, h, sink);
}
