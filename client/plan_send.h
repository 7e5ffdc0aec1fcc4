/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of a plan that says how packets travel. */
#ifndef HAUNT_CLIENT_PLAN_SEND_H
#define HAUNT_CLIENT_PLAN_SEND_H

#include "client/plan.h"
#include "core/base/err.h"

/* The words over what is in the plan already. EFORMAT: told. */
enum haunt_err plan_send_apply(struct plan *p,
			       const struct plan_words *words) HAUNT_MUST_CHECK;

/* Says what does not go together, as a clause, or NULL; and which family the
 * gateway's address must be of. */
const char *plan_send_settle(struct plan *p, const struct plan_words *words);

#endif
