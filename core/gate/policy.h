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
	/* "command": it asks for a command that no command of this client is
	 * asked for by. */
	POLICY_COMMAND,
	/* "unbound": it asks for 0.0.0.0, whoever sends the packet, without
	 * allow-unbound-address. */
	POLICY_UNBOUND,
	/* "address": it asks for another address than its source without
	 * may-open-for-others, or for one that no client can have. */
	POLICY_ADDRESS,
	/* "unknown-service": no service of this client has that target, and
	 * none leads on from that port. */
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
	/* "several-targets": it asks for a port from which several services of
	 * this client lead on, and does not say whereto. */
	POLICY_SEVERAL_TARGETS,
	/* "too-many-ports": more than one batch to nat can hold. */
	POLICY_TOO_MANY_PORTS,
	/* "untrusted-proxy": it asks for 0.0.0.0 by HTTP, and a header says for
	 * whom, but its source is no trusted proxy. */
	POLICY_PROXY_UNTRUSTED,
	/* "proxy": likewise, through a trusted proxy, without
	 * allow-forwarded-for. */
	POLICY_PROXY_CLIENT,
	/* "forwarded-for": likewise, and the proxy says for nobody whom one
	 * could believe in. */
	POLICY_PROXY_SAYS,
	/* "expired": the client's time is over. */
	POLICY_EXPIRED,
	/* "username": the packet names another user than require-username. */
	POLICY_USERNAME,
	/* "destination": it was sent to an address that is not in the client's
	 * destination. */
	POLICY_DESTINATION,
	POLICY_REASON_COUNT
};

/* "from", "address" and so on; static. */
const char *policy_reason_text(enum policy_reason reason);

struct policy_result {
	enum policy_reason reason;
	bool is_command; /* the batch is empty, and a command is to be run: */
	uint16_t command;
	struct ip_addr address; /* ... for this address */
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

/* What the client's conditions say to a packet, apart from what it asks for.
 * now_s is the wall clock. */
enum policy_reason policy_terms(const struct client *client,
				const struct haunt_request *request,
				const struct ip_addr *destination,
				int64_t now_s);
/* No grant lasts longer than its client. */
void policy_clamp(const struct client *client, int64_t now_s,
		  struct grant_batch *batch);
/* True if the client's packets may come from this address. */
bool policy_from(const struct client *client, const struct ip_addr *source);

#endif
