/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conntrack entry tells of a session.
 */
#ifndef HAUNT_NAT_CT_SIGHT_H
#define HAUNT_NAT_CT_SIGHT_H

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <stdbool.h>

#include "nat/fw.h"

/* The timeouts that an entry begins anew with each packet, in seconds. */
struct ct_timeouts {
	uint32_t established;
	uint32_t unacknowledged; /* instead, while an answer is owed */
	uint32_t fin_wait;
	uint32_t close_wait;
	uint32_t close; /* the shortest of those of what is over */
	uint32_t udp;
	uint32_t udp_stream;
};

/* The kernel's defaults where it does not say. */
void ct_timeouts_read(struct ct_timeouts *out);

/* False for what did not begin under a grant, and for protocols that none is
 * for. */
bool ct_sight(const struct nf_conntrack *ct, const struct ct_timeouts *t,
	      struct sight *out);

#endif
