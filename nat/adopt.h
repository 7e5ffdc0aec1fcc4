/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the gate what an earlier process left in force, while the gate's
 * transactions go on. What is in force is read in parts, and again until
 * nothing can have slipped through; and until the gate says that it knows all
 * of it, each of its grants is compared with who stands at its doors.
 */
#ifndef HAUNT_NAT_ADOPT_H
#define HAUNT_NAT_ADOPT_H

#include "nat/jobs.h"

struct adopt;

/* Keeps port. */
enum haunt_err adopt_new(const struct nat_port *port,
			 struct adopt **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void adopt_free(struct adopt *a);

/* The gate's question; its result has this seq. */
enum haunt_err adopt_begin(struct adopt *a, uint32_t seq) HAUNT_MUST_CHECK;
/* True while there are parts to be told. */
bool adopt_busy(const struct adopt *a);
/* Tells one part. Fails as send does: all else is the gate's to know. */
enum haunt_err adopt_step(struct adopt *a) HAUNT_MUST_CHECK;

/*
 * Before n rules are applied: ESTALE, the gate is wrong about who stands at
 * the door of rules[*at] and perhaps at others, and has been told; it must
 * not be applied.
 */
enum haunt_err adopt_check(struct adopt *a, const struct rule *rules, size_t n,
			   size_t *at) HAUNT_MUST_CHECK;
/* After they were: the rules that adopt_check() has seen last. */
void adopt_applied(struct adopt *a, const struct rule *rules, size_t n);
/* The gate knows everything. */
void adopt_end(struct adopt *a);

#endif
