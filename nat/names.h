/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where named targets lead. The answers come from the network, through a
 * process that has no rights; here is decided which of them is believed, for a
 * name must not lead a client to the gateway itself.
 */
#ifndef HAUNT_NAT_NAMES_H
#define HAUNT_NAT_NAMES_H

#include "conf/config.h"
#include "core/base/clock.h"
#include "nat/lookup.h"

/* An address that answers no longer give is kept as long as that. */
#define NAMES_KEEP_MS (UINT64_C(24) * 3600 * 1000)

/* Why an address is not believed; the texts are stable. */
enum names_refusal {
	NAMES_FITS,
	NAMES_UNUSABLE, /* "unusable": unspecified, multicast, broadcast */
	NAMES_LOOPBACK, /* "loopback" */
	NAMES_LINK,	/* "link-local" */
	NAMES_GATEWAY,	/* "gateway": one of this host's own */
	NAMES_UNKNOWN,	/* "route-unknown": the kernel does not tell */
	NAMES_REFUSAL_COUNT
};

const char *names_refusal_text(enum names_refusal refusal);

struct names_setup {
	const struct config *config; /* its services' `named` are written to */
	const struct clock *clock;
	/* Whether an address is this host's own, or nobody's. */
	enum names_refusal (*look)(void *arg, const struct ip_addr *a);
	void *arg;
};

struct names;

/* Copies setup. ENOMEM. */
enum haunt_err names_new(const struct names_setup *setup,
			 struct names **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void names_free(struct names *n);

/* Takes an answer; logs what changes. True: where the service leads has
 * changed, *out is what it is now. EFORMAT: no service of that index is named.
 */
enum haunt_err names_answer(struct names *n, const struct lookup *l,
			    bool *changed, struct lead *out) HAUNT_MUST_CHECK;

struct nl;
/* The look of a setup: arg is a socket of NETLINK_ROUTE. */
enum names_refusal names_look(void *arg, const struct ip_addr *a);

#endif
