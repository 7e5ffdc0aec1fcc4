/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one line that every authentic packet leaves in the log, whatever became
 * of it:
 *
 *	admit client=alice carrier=udp service=ssh address=198.51.100.7
 *	door=tcp/80 lifetime=30s grant=17 result=granted
 *
 * Behind the carrier stands via=PROXY where a proxy was believed. Of a command
 * its name stands in the place of service, door and lifetime.
 *
 * Where a packet asks for several doors, service, door, lifetime and grant
 * are lists in the same order; a list of equal values is written as one.
 */
#ifndef HAUNT_GATE_VERDICT_H
#define HAUNT_GATE_VERDICT_H

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/gate/sender.h"
#include "core/proto/haunt.h"
#include "nat/grant.h"

enum verdict_result {
	VERDICT_GRANTED,
	VERDICT_RENEWED,
	VERDICT_RUN, /* a command is handed to the role that runs it */
	VERDICT_REPLAY,
	VERDICT_STALE,
	VERDICT_DENIED,
	VERDICT_BUSY,
	VERDICT_ERROR,
	VERDICT_COUNT
};

struct verdict {
	enum verdict_result result;
	const char *reason; /* NULL: none */
	int error;	    /* errno that says more; 0: none */
	size_t client;
	struct arrival arrival;
	struct ip_addr address; /* who was to come in, or the source */
	/* One of these, or neither, tells what it was about. */
	const struct grant_batch *batch;
	const struct haunt_request *request;
	const struct run_command *command; /* what is to be run; or NULL */
};

/* "granted", "renewed" and so on; static. */
const char *verdict_text(enum verdict_result result);

void verdict_log(const struct config *config, const struct verdict *v);

/* What nat's answer means for the packet: sets result, reason and error. */
void verdict_of_nat(const struct nat_result *answer, struct verdict *v);

#endif
