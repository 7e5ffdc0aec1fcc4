/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel tells of a packet that is traced: every rule that matched
 * it, every policy that spoke, in order.
 */
#ifndef HAUNT_EXPLAIN_TRACE_H
#define HAUNT_EXPLAIN_TRACE_H

#include <stdbool.h>

#include "core/base/addr.h"
#include "nat/nl.h"

#define TRACE_NAME_MAX 256
#define TRACE_MAX      4096 /* events of one packet */

enum trace_kind {
	TRACE_RULE,
	TRACE_POLICY,
	TRACE_RETURN,
};

/* The packet as a chain saw it first. */
struct trace_packet {
	bool known;
	uint8_t proto;
	struct endpoint from;
	struct endpoint to;
};

struct trace_event {
	enum trace_kind kind;
	uint16_t family;
	char table[TRACE_NAME_MAX];
	char chain[TRACE_NAME_MAX];
	char target[TRACE_NAME_MAX]; /* of a jump or goto */
	uint64_t handle;	     /* of the rule */
	int32_t verdict;	     /* NF_* or NFT_* */
	uint32_t mark;
	uint32_t out; /* index of the interface; 0: none yet */
	struct trace_packet packet;
};

struct trace {
	struct trace_event *at;
	size_t len;
	size_t cap;
};

/* EFORMAT: it is no trace event. */
enum haunt_err trace_read(const struct nlmsghdr *h,
			  struct trace_event *out) HAUNT_MUST_CHECK;
/* Opens the socket that events come from. */
enum haunt_err trace_open(struct nl **out) HAUNT_MUST_CHECK;
/* Reads until the fence has come. ECLOSED: it did not in time. */
enum haunt_err trace_collect(struct nl *nl, struct trace *out) HAUNT_MUST_CHECK;
void trace_free(struct trace *t);

#endif
