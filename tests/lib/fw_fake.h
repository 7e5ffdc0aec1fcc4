/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A firewall in memory: elements with timeouts on a clock that the test
 * turns, sessions that the test makes up, and failures on order. It keeps
 * the kernel's rules: a transaction is all or nothing, an element that is
 * there cannot be added with other contents, time ends elements by itself.
 */
#ifndef HAUNT_TESTS_FW_FAKE_H
#define HAUNT_TESTS_FW_FAKE_H

#include "core/base/clock.h"
#include "nat/fw.h"

#define FW_FAKE_ELEMENTS 64
#define FW_FAKE_SESSIONS 150

struct fw_fake_element {
	struct rule rule;
	uint64_t ends_ms;
};

/* What the test may look at and change. Lives outside of the firewall that is
 * opened on it, as the kernel's state does. */
struct fw_fake {
	const struct clock *clock;
	struct fw_fake_element elements[FW_FAKE_ELEMENTS];
	size_t len;
	size_t max;				   /* elements that fit */
	struct session sessions[FW_FAKE_SESSIONS]; /* in whatever state */
	size_t sessions_len;
	struct origin origins[FW_FAKE_SESSIONS];
	size_t origins_len;
	bool accounting;
	bool at_risk;
	bool events;	      /* somebody listens */
	int fail_errno;	      /* of the next apply or revoke; 0: none */
	bool fail_unknown;    /* ... and nobody knows whether it is in force */
	bool fail_list;	      /* the next scan fails */
	bool fail_sessions;   /* the next look at sessions fails */
	size_t blind;	      /* so many of the first sessions are not seen by
				 the next look, though they are there */
	size_t sessions_cut;  /* one by one */
	unsigned int stopped; /* ids that nothing may pass under any more */
	unsigned int cuts;    /* rules whose stale entries were cut */
	size_t part;	      /* elements that a scan tells at a time; 0: all */
	size_t scanned;	      /* by the scan under way */
	unsigned int scans;   /* that were begun */
	bool uncounted;	      /* does not tell how many there are */
};

/* The one that fw_fake.open() takes hold of. */
void fw_fake_use(struct fw_fake *f);
/* The element at a door; NULL if it is shut. */
const struct fw_fake_element *fw_fake_find(struct fw_fake *f,
					   const struct ip_addr *address,
					   uint8_t proto, uint16_t port);
/* How many doors are open. */
size_t fw_fake_count(struct fw_fake *f);

extern const struct fw_ops fw_fake;

#endif
