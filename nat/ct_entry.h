/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a conntrack entry matters here, and what it means for a rule.
 */
#ifndef HAUNT_NAT_CT_ENTRY_H
#define HAUNT_NAT_CT_ENTRY_H

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <stdbool.h>

#include "nat/rule.h"

struct entry {
	uint8_t proto;
	uint32_t mark;
	bool lives;		/* data may still flow */
	struct endpoint source; /* of the original direction */
	struct endpoint dest;
	struct endpoint reply_source;
	struct endpoint reply_dest;
};

/* False for an entry that lacks any part of its tuples. */
bool entry_read(const struct nf_conntrack *ct, struct entry *out);
/* The id of the grant that it began under; 0 for none. */
uint32_t entry_id(const struct entry *e);
/* True if it takes the rule's packets elsewhere than the rule would. */
bool entry_defeats(const struct entry *e, const struct rule *r);

#endif
