/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an authentic request may have: request x client x configuration ->
 * grants, or the reason why not. A pure function of its arguments.
 */
#ifndef HAUNT_GATE_POLICY_H
#define HAUNT_GATE_POLICY_H

#include <stddef.h>

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/proto/haunt.h"
#include "nat/grant.h"

/* The texts of policy_reason_text() are part of the log's format: stable. */
enum policy_reason {
	POLICY_GRANTED,
	/* "from": the packet came from where the client's `from` does not
	 * reach. */
	POLICY_FROM,
	/* "command": it asks to run a command; haunt runs none. */
	POLICY_COMMAND,
	/* "unbound": it asks for 0.0.0.0, whoever sends the packet, without
	 * allow-unbound-address. */
	POLICY_UNBOUND,
	/* "address": it asks for another address than its source without
	 * may-open-for-others, or for one that no client can have. */
	POLICY_ADDRESS,
	/* "unknown-service": no service of this client has that target. */
	POLICY_UNKNOWN_SERVICE,
	/* "outer-port": a service of this client has that target, but is not
	 * offered at that port. */
	POLICY_OUTER_PORT,
	/* "nat-several-ports": a NAT request names more than one port, and
	 * they are not of one service that leads to a range. */
	POLICY_NAT_SEVERAL_PORTS,
	/* "nat-target": no service of this client leads to the NAT target, by
	 * that name or address. */
	POLICY_NAT_TARGET,
	/* "family": the target and the address are not both IPv4 or both
	 * IPv6. */
	POLICY_FAMILY,
	/* "target-unresolved": the target is a name of which nobody knows
	 * where it leads. */
	POLICY_TARGET_UNRESOLVED,
	/* "too-many-ports": more than one batch to nat can hold. */
	POLICY_TOO_MANY_PORTS,
	POLICY_REASON_COUNT
};

/* "from", "address" and so on; static. */
const char *policy_reason_text(enum policy_reason reason);

struct policy_result {
	enum policy_reason reason;
	/* Ids and seq are 0. Each door is named once. */
	struct grant_batch batch;
};

/*
 * Decides on a request that client (an index) made in a packet from source.
 * EDENIED: out->reason says why, and the batch is empty. Of several services
 * that fit, the first of the client's list is taken.
 */
enum haunt_err policy_decide(const struct config *config, size_t client,
			     const struct haunt_request *request,
			     const struct ip_addr *source,
			     struct policy_result *out) HAUNT_MUST_CHECK;

/* True if the client's packets may come from this address. */
bool policy_from(const struct client *client, const struct ip_addr *source);

#endif
