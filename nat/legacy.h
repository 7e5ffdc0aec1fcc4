/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of iptables-legacy as the kernel hands it out: entries of different
 * lengths, one after the other, that point at each other by offsets.
 */
#ifndef HAUNT_NAT_LEGACY_H
#define HAUNT_NAT_LEGACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nat/host.h"

struct legacy_table {
	const uint8_t *entries;
	size_t len;
	bool v4;
};

/* Reads the chain that begins at entry and whose policy is at policy: fills in
 * out's end and words, and tagged with 1 if the rule for our mark is there, and
 * whether what is established is accepted.
 * False: this is no such table. */
bool legacy_chain_read(const struct legacy_table *t, uint32_t entry,
		       uint32_t policy, struct host_chain *out);

#endif
