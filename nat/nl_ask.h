/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions that more than one room asks the kernel: for a route, and for the
 * sockets that wait. What is made of the answer is each room's own.
 */
#ifndef HAUNT_NAT_NL_ASK_H
#define HAUNT_NAT_NL_ASK_H

#include "core/base/addr.h"
#include "nat/nl.h"

/* Puts an address of its own length: 4 bytes for IPv4, else 16. */
void nl_addr_put(struct nlmsghdr *h, uint16_t type, const struct ip_addr *a);

/* Begins an RTM_GETROUTE towards an address, for a socket of NETLINK_ROUTE;
 * attributes may follow. The message's header is at the front of buf. */
struct rtmsg *nl_route_begin(char buf[NL_REQUEST_MAX],
			     const struct ip_addr *to);

/* Gives the sink each socket that listens (TCP) or is not connected (UDP), as
 * inet_diag tells it, on a socket of NETLINK_SOCK_DIAG. family is AF_INET or
 * AF_INET6. Fails as nl_dump() does. */
enum haunt_err nl_waiting_sockets(struct nl *nl, uint8_t family, uint8_t proto,
				  const struct nl_sink *sink) HAUNT_MUST_CHECK;

#endif
