/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets that are sent through the copy: a client's first one, and one
 * that says that it has passed. A pure function of what it is to be.
 */
#ifndef HAUNT_EXPLAIN_PROBE_H
#define HAUNT_EXPLAIN_PROBE_H

#include <stdbool.h>

#include "core/base/addr.h"

#define PROBE_MAX 128
/* A protocol for experiments, which nobody's rule names. */
#define PROBE_FENCE 253
/* Where clients' connections come from. */
#define PROBE_SOURCE_PORT 50000

struct probe {
	struct endpoint from;
	struct endpoint to;
	uint8_t proto; /* IPPROTO_TCP: a SYN; IPPROTO_UDP; or PROBE_FENCE */
	bool ether;
	uint8_t to_mac[6];
	uint8_t from_mac[6];
};

/* Writes the whole frame; returns its length. */
size_t probe_write(const struct probe *p, uint8_t out[PROBE_MAX]);

#endif
