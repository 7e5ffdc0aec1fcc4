/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer: what happens, who decides it, and where it leads.
 */
#ifndef HAUNT_EXPLAIN_ANSWER_H
#define HAUNT_EXPLAIN_ANSWER_H

#include "explain/ours.h"
#include "explain/path.h"
#include "explain/question.h"
#include "explain/world.h"

#define ANSWER_TEXT_MAX 1024

enum answer_verdict {
	ANSWER_ACCEPTED,
	ANSWER_FORWARDED,
	ANSWER_DROPPED,
	ANSWER_REJECTED,
	ANSWER_CLOSED, /* let through, and nobody listens */
	ANSWER_UNROUTED,
	ANSWER_UNKNOWN,
};

enum answer_by {
	ANSWER_BY_GRANT,
	ANSWER_BY_CLOAK,
	ANSWER_BY_HAUNT, /* another of haunt's rules */
	ANSWER_BY_RULE,
	ANSWER_BY_POLICY,
	ANSWER_BY_ROUTING,
	ANSWER_BY_NONE,
};

struct answer {
	struct question question;
	struct path path;
	enum answer_verdict verdict;
	enum answer_by by;
	size_t step; /* that decides; path.len: none */
	struct ours_grant grant;
	char text[ANSWER_TEXT_MAX];    /* the verdict in words */
	char decided[ANSWER_TEXT_MAX]; /* and who decides it */
	struct endpoint leads_to;
	struct ip_addr source; /* as the target sees the client */
	char out[IF_NAMESIZE]; /* of what is forwarded */
	struct notes missing;  /* what could not be copied */
	struct notes remarks;
};

/* What the answer is found with: sockets of the copy, and one of the host. */
struct answer_means {
	struct nl *copy_nf;
	struct nl *copy_route;
	struct nl *host_diag;
	const struct ruleset *set;
	const struct world_link *in;
};

/* From the path, which is in the answer, all that follows. ESYS: the kernel
 * did not answer a question. */
enum haunt_err answer_find(const struct answer_means *with,
			   struct answer *a) HAUNT_MUST_CHECK;
/* "accepted"..., "grant"...: stable words for programs. */
const char *answer_verdict_name(enum answer_verdict verdict);
const char *answer_by_name(enum answer_by by);

#endif
