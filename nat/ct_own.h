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

/* Deletes one entry, by its whole tuple and its id. It must have a tuple. One
 * that is gone is a success. */
enum haunt_err ct_delete(struct ct *ct, const struct nf_conntrack *entry,
			 bool v4) HAUNT_MUST_CHECK;
/* Deletes what is left, by a cut, of a client's flows through the gateway, so
 * that they can begin anew under a new grant (ct_way.c). */
enum haunt_err ct_way_free(struct ct *ct,
			   const struct ip_addr *client) HAUNT_MUST_CHECK;

/* The head of a message to ctnetlink: IPCTNL_MSG_CT_*, AF_*. */
struct nlmsghdr *ct_request(char buf[NL_REQUEST_MAX], uint16_t type,
			    uint8_t family);

#endif
