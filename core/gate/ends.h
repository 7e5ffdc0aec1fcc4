/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Grants that have ended, until the log has told which of their sessions live
 * on. Those that end close together are asked about together.
 */
#ifndef HAUNT_GATE_ENDS_H
#define HAUNT_GATE_ENDS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/gate/cuts.h"
#include "nat/grant.h"

/* How long the first waits for others; it also lets the kernel's own timeout
 * pass before sessions are counted. */
#define ENDS_GATHER_MS	  200
#define ENDS_SESSIONS_MAX 16 /* sessions of one grant that get a line each */

enum ends_reason {
	ENDS_EXPIRED,
	ENDS_REVOKED,
	ENDS_CUT,      /* revoked, and its sessions with it */
	ENDS_USED,     /* a session has shut the door behind itself */
	ENDS_REPLACED, /* by another grant at the same door */
};

/* "expired" and so on; static. */
const char *ends_reason_text(enum ends_reason reason);

struct ends;

/* Room for as many as can be in force; config must outlive it. What ends with
 * sessions that must not live on goes to cuts. */
enum haunt_err ends_new(const struct config *config, struct cuts *cuts,
			struct ends **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void ends_free(struct ends *e);

/* Who is told of each end when it is known which sessions live on; UINT32_MAX:
 * that is not known. */
typedef void ends_told_fn(void *arg, const struct grant *grant,
			  enum ends_reason reason, uint32_t sessions);
void ends_listen(struct ends *e, ends_told_fn *fn, void *arg);

/* Notes the end of a grant. When there is no room its line is written at
 * once, without its sessions. */
void ends_add(struct ends *e, const struct grant *grant,
	      enum ends_reason reason, uint64_t now_ms);

/* When the next survey is due; UINT64_MAX while one is under way or none is
 * needed. */
uint64_t ends_next_ms(const struct ends *e);
/* Makes the survey that is due and keeps its seq; false if none is. */
bool ends_survey(struct ends *e, uint32_t seq, uint64_t now_ms,
		 struct grant_survey *out);
/* The survey could not be sent: it is due again after a pause. */
void ends_unsend(struct ends *e, uint64_t now_ms);

/* A session found by the survey: a line in the log. */
void ends_session(struct ends *e, const struct session *session);
/* A session of a grant that has ended was lost: its end is to say so. */
void ends_lost(struct ends *e, uint32_t id);
/* From now on sessions that outlive their grant are at risk, or no more. */
void ends_risk(struct ends *e, bool at_risk);
/* The grant, if it is still waiting to be told of; false if not. */
bool ends_find(struct ends *e, uint32_t id, struct grant *out);
/* Nat's answer: one line for each grant of the survey. ENOENT: there is no
 * survey with this seq. */
enum haunt_err ends_result(struct ends *e,
			   const struct nat_result *result) HAUNT_MUST_CHECK;

#endif
