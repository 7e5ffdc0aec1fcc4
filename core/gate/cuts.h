/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions that are to end: the ids under which they began, until nat has said
 * that nothing of them passes any more. What nat could not do is asked for
 * again.
 */
#ifndef HAUNT_GATE_CUTS_H
#define HAUNT_GATE_CUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "nat/grant.h"

#define CUTS_AGAIN_MS 1000 /* after a failure */

struct cuts;

enum haunt_err cuts_new(struct cuts **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void cuts_free(struct cuts *c);

/* One more; logs that there is no memory. */
void cuts_add(struct cuts *c, uint32_t id);
/* When there is something to send; UINT64_MAX while there is not. */
uint64_t cuts_next_ms(const struct cuts *c);
/* The message that is due, which keeps its seq; false if none is. */
bool cuts_next(struct cuts *c, uint32_t seq, uint64_t now_ms,
	       struct grant_survey *out);
/* It could not be sent: it is due again after a pause. */
void cuts_unsend(struct cuts *c, uint64_t now_ms);
/* Nat's answer. ENOENT: no message has this seq. */
enum haunt_err cuts_result(struct cuts *c, const struct nat_result *result,
			   uint64_t now_ms) HAUNT_MUST_CHECK;

#endif
