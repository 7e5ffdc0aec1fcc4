/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address that others see of this host: resolvers are asked in their
 * order, and the first that gives a usable one is believed.
 */
#ifndef HAUNT_CLIENT_RESOLVE_H
#define HAUNT_CLIENT_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"

#define RESOLVERS_DEFAULT                                         \
	"https://ipv4.icanhazip.com,https://api.ipify.org,"       \
	"https://checkip.amazonaws.com,stun:stun.cloudflare.com," \
	"stun:stun.l.google.com:19302"

struct resolve_ask {
	const char *resolvers;	/* as in struct plan */
	struct ip_addr gateway; /* who will see the address */
	bool quiet;		/* who told it is not told */
};

/* ENOENT: none of them knows; told, like who did. */
enum haunt_err resolve_external(const struct resolve_ask *ask,
				struct ip_addr *out) HAUNT_MUST_CHECK;

/* An IPv4 address alone, with white space around it. EFORMAT. */
enum haunt_err resolve_text(const char *text, size_t len,
			    struct ip_addr *out) HAUNT_MUST_CHECK;

/* What speaks against this address of a client, as a clause; NULL: nothing. A
 * private one is only seen by a gateway that has such a one. */
const char *resolve_objection(const struct ip_addr *a,
			      const struct ip_addr *gateway);

#endif
