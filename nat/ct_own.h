/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind ct.h share.
 */
#ifndef HAUNT_NAT_CT_OWN_H
#define HAUNT_NAT_CT_OWN_H

#include "nat/ct.h"
#include "nat/ct_sight.h"
#include "nat/nl.h"

struct ct {
	struct nl *nl;	    /* conntrack's entries */
	struct nl *route;   /* which addresses are ours */
	struct nl *sockets; /* of this host */
	struct nl *events;  /* NULL while nobody wants any */
	bool filter;
	struct ct_timeouts timeouts; /* as of the last look */
	bool full;		     /* it was, when last looked at */
};

/* The head of a message to ctnetlink: IPCTNL_MSG_CT_*, AF_*. */
struct nlmsghdr *ct_request(char buf[NL_REQUEST_MAX], uint16_t type,
			    uint8_t family);

#endif
