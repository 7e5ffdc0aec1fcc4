/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the gate learns what is in force from before it was there. nat tells it
 * grant by grant while knocks are served, so that for a while the gate may be
 * wrong about who stands at a door; nat notices, says who it is, and the
 * request is planned anew. This ends once nat knows that nothing that was
 * planned in ignorance is still on its way.
 */
#ifndef HAUNT_GATE_ADOPTION_H
#define HAUNT_GATE_ADOPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/gate/grants.h"
#include "nat/grant.h"

/* Somebody who waits until everything is known. */
struct adoption_wait {
	struct adoption_wait *next;
	/* Called once, when it is. */
	void (*tell)(void *arg);
	void *arg;
};

enum adoption_phase {
	ADOPTION_ASKED, /* nat tells */
	ADOPTION_KNOWN, /* everything is known, nat has not heard so */
	ADOPTION_OVER,
};

/* Zero-initialised but for grants and config. */
struct adoption {
	struct grants *grants;
	const struct config *config;
	enum adoption_phase phase;
	uint32_t list_seq; /* of the question */
	uint32_t over_seq; /* of the message that all is known; 0: not sent */
	uint32_t rules;	   /* adopted */
	struct adoption_wait *waits;
};

/* Nat tells of a grant. EFORMAT: it must not, or not this one. */
enum haunt_err adoption_rule(struct adoption *a, const struct grant *grant,
			     uint64_t now_ms, int64_t wall_s) HAUNT_MUST_CHECK;
/* An answer of nat. ENOENT: it is not one to the adoption's questions. ESYS:
 * what is in force cannot be known. */
enum haunt_err adoption_result(struct adoption *a,
			       const struct nat_result *r) HAUNT_MUST_CHECK;

void adoption_wait(struct adoption *a, struct adoption_wait *wait);
/* No longer, if it still waits. */
void adoption_unwait(struct adoption *a, struct adoption_wait *wait);

#endif
