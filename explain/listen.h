/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a socket of this host waits at a port.
 */
#ifndef HAUNT_EXPLAIN_LISTEN_H
#define HAUNT_EXPLAIN_LISTEN_H

#include <stdbool.h>

#include "core/base/addr.h"
#include "nat/nl.h"

struct listen_found {
	bool here;	/* it would get the packet */
	bool elsewhere; /* one waits, at another address */
	struct ip_addr elsewhere_at;
};

/* nl is a socket of NETLINK_SOCK_DIAG. in: by which interface. */
enum haunt_err listen_find(struct nl *nl, uint8_t proto,
			   const struct endpoint *at, uint32_t in,
			   struct listen_found *out) HAUNT_MUST_CHECK;

#endif
