/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person wants of a gateway, as a request that can be sealed. Pure.
 */
#ifndef HAUNT_CLIENT_ASK_H
#define HAUNT_CLIENT_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/client_conf.h"
#include "core/base/err.h"
#include "core/proto/haunt.h"

/* Everything but the time. */
struct ask {
	const struct client_gateway *gateway;
	const struct client_service *service; /* settled */
	const struct haunt_route *route;
	const char *login; /* for a gateway without a user */
	uint16_t outer;	   /* from ask_outer() */
};

/* The port to come in by; random ones are drawn here. ESYS. */
enum haunt_err ask_outer(const struct client_service *service,
			 uint16_t *out) HAUNT_MUST_CHECK;

/* The request; haunt_seal() checks it. */
void ask_request(const struct ask *ask, uint64_t now_s,
		 struct haunt_request *out);

/* The request says "whoever this comes from", though a local address was
 * wanted: IPv6 has no place in the format. */
bool ask_is_unbound_by_ipv6(const struct ask *ask);

/* "tcp/80", or "tcp/22,udp/53": where to connect. cap is ASK_DOORS_MAX. */
#define ASK_DOORS_MAX (HAUNT_PORTS_MAX * sizeof("tcp/65535,"))
const char *ask_doors(const struct haunt_request *request,
		      char buf[ASK_DOORS_MAX]);

#endif
