/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a packet counts as coming from. That is its source, unless a trusted
 * proxy says in X-Forwarded-For whom it speaks for, and the client lets
 * proxies do that. What a header says stands in no packet and is signed by
 * nobody, so in all other cases it changes nothing, but that a packet which
 * says "whoever sends it" then means nobody: not the proxy, in any case.
 */
#ifndef HAUNT_GATE_SENDER_H
#define HAUNT_GATE_SENDER_H

#include <stdbool.h>

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/capture/datagram.h"
#include "core/gate/policy.h"

/* How a packet came, for the log. */
struct arrival {
	enum carrier carrier;
	struct ip_addr via; /* the proxy that was believed; zeros: none */
};

struct sender {
	struct ip_addr source;
	struct arrival arrival;
	/* Why it cannot say "whoever sends it"; POLICY_GRANTED if it can. */
	enum policy_reason nobody;
};

/* True if the datagram comes by HTTP from a trusted proxy. */
bool sender_is_proxy(const struct config *config, const struct datagram *d);
/* proxy: as sender_is_proxy() says. */
struct sender sender_of(const struct client *client, const struct datagram *d,
			bool proxy);

#endif
