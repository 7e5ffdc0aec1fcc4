/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would happen now to a new connection of a client, and which rule
 * decides it. The kernel is asked, not the rules read: the ruleset is copied
 * into a network namespace of its own, and a packet is traced through it.
 */
#ifndef HAUNT_EXPLAIN_EXPLAIN_H
#define HAUNT_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/err.h"

#define EXPLAIN_WHY_MAX 256

struct explain_ask {
	const char *address; /* the client's */
	const char *door;    /* "tcp/22" */
	const char *to;	     /* the gateway's address; NULL: by the route */
	const char *in;	     /* the interface; NULL: likewise */
	bool json;
};

enum explain_end {
	EXPLAIN_OPEN = 0,    /* it would get in, and somebody listens */
	EXPLAIN_USAGE = 1,   /* the question has a mistake */
	EXPLAIN_UNKNOWN = 2, /* it could not be found out */
	EXPLAIN_SHUT = 4,    /* it would not get in */
};

/*
 * Answers on out. For USAGE, and for UNKNOWN where there is no answer at all,
 * why says it and out gets nothing; else why is empty. Leaves the process in
 * another network namespace: for programs that end soon.
 */
enum explain_end explain_run(const struct explain_ask *ask, FILE *out,
			     char why[EXPLAIN_WHY_MAX]);

#endif
