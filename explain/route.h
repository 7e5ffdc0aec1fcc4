/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One question to the kernel's routing.
 */
#ifndef HAUNT_EXPLAIN_ROUTE_H
#define HAUNT_EXPLAIN_ROUTE_H

#include <stdbool.h>

#include "core/base/addr.h"
#include "nat/nl.h"

struct route_ask {
	struct ip_addr to;
	struct ip_addr from; /* zeros: this host's own choice */
	uint32_t in;	     /* index; 0: a packet of this host's own */
	uint32_t out;	     /* index, for what is said on one wire; 0: any */
	uint32_t mark;
	uint8_t proto; /* with the ports; 0: not told */
	uint16_t source_port;
	uint16_t port;
};

struct route {
	uint8_t type; /* RTN_* */
	uint32_t out; /* index of the interface */
	struct ip_addr source;
	struct ip_addr gateway; /* zeros: it is on the wire */
};

/* ESYS: the kernel's errno, such as ENETUNREACH. */
enum haunt_err route_find(struct nl *nl, const struct route_ask *ask,
			  struct route *out) HAUNT_MUST_CHECK;

/* The hardware address of a neighbour, as far as this host knows it; false:
 * it does not. */
bool route_neighbour(struct nl *nl, const struct ip_addr *a, uint32_t link,
		     uint8_t mac[6]);

/* Takes an address out of an attribute; zeros for one that is absent or of
 * another size. */
struct ip_addr route_addr_get(const struct nlattr *a);

#endif
