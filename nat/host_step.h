/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one foreign rule does with a packet that no condition names.
 */
#ifndef HAUNT_NAT_HOST_STEP_H
#define HAUNT_NAT_HOST_STEP_H

#include "nat/host.h"

struct nftnl_rule;

enum host_step_kind {
	STEP_NOTHING,
	STEP_END,
	STEP_RESET,  /* resets TCP as a whole, and nothing else */
	STEP_STRICT, /* drops what is invalid, and nothing else */
	STEP_RETURN,
	STEP_JUMP,
	STEP_GOTO,
};

struct host_step {
	enum host_step_kind kind;
	enum host_end end;
	struct host_words words;
	char next[HOST_NAME_MAX];
};

/* family: NFPROTO_* of the rule's table; input: it stands at input, where all
 * is for this host. *tagged: it is ours. */
struct host_step host_step_read(struct nftnl_rule *r, uint32_t family,
				bool input, bool *tagged);

#endif
