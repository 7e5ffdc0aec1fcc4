/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet's way, in terms of the rules that were copied: a pure function of
 * the trace and the ruleset.
 */
#ifndef HAUNT_EXPLAIN_PATH_H
#define HAUNT_EXPLAIN_PATH_H

#include "explain/expr.h"
#include "explain/ruleset.h"
#include "explain/trace.h"

#define PATH_HOOK_NONE UINT32_MAX

struct path_step {
	const struct trace_event *event;
	size_t rule; /* index in the ruleset; its length: none */
	struct expr_facts facts;
	uint32_t hook; /* where the packet was; PATH_HOOK_NONE: not known */
	int32_t priority;
};

enum path_end {
	PATH_DROPPED,	/* by the last step */
	PATH_QUEUED,	/* the last step hands it to a program */
	PATH_TAKEN,	/* the last step keeps it */
	PATH_DELIVERED, /* to this host's sockets */
	PATH_FORWARDED,
	PATH_UNROUTED, /* between prerouting and what follows */
	PATH_LOST,     /* elsewhere */
};

struct path {
	struct path_step *steps; /* our own chains left out */
	size_t len;
	enum path_end end;
	struct trace_packet packet; /* as it was last seen */
	uint32_t mark;
	uint32_t out;
};

/* Keeps pointers into the trace. ENOMEM. */
enum haunt_err path_read(const struct trace *trace, const struct ruleset *set,
			 struct path *out) HAUNT_MUST_CHECK;
void path_free(struct path *path);

/* "prerouting", "input"... */
const char *path_hook_name(const struct path_step *step);
/* The verdict in nft's words, such as "jump check" or "policy drop". */
#define PATH_VERDICT_MAX (TRACE_NAME_MAX + 16)
const char *path_verdict(const struct path_step *step,
			 char buf[PATH_VERDICT_MAX]);
/* The verdict, without what may be in its upper bits. */
int32_t path_code(const struct path_step *step);

#endif
