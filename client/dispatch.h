/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One packet handed to its carrier, and what became of it in words.
 */
#ifndef HAUNT_CLIENT_DISPATCH_H
#define HAUNT_CLIENT_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "client/cmd.h"
#include "conf/client_conf.h"
#include "core/proto/haunt.h"

struct dispatch {
	const struct client_gateway *gateway; /* settled */
	const struct haunt_route *route;
	const struct haunt_route *proxy; /* HTTP; NULL: none */
	bool quiet;			 /* doubts are not told */
};

/* Told. */
enum cmd_status dispatch_packet(const struct dispatch *d, const char *packet,
				size_t len);

/* What can be said of a proxy's answer. */
enum verdict {
	VERDICT_NOTHING, /* the packet went on, or nothing speaks against it */
	VERDICT_DOUBT,	 /* it may not have */
	VERDICT_LOST,	 /* it was not passed on */
};
enum verdict dispatch_judge(const struct haunt_answer *answer);

#endif
