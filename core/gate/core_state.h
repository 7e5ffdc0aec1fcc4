/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind core/gate/core.h share.
 */
#ifndef HAUNT_GATE_CORE_STATE_H
#define HAUNT_GATE_CORE_STATE_H

#include "core/base/ipc.h"
#include "core/gate/core.h"
#include "core/gate/ends.h"
#include "core/gate/inquiry.h"
#include "core/gate/sessions.h"
#include "core/gate/watch.h"

/* What could not be sent is tried again after this. */
#define GATE_RETRY_MS 20

struct gate_core {
	struct gate_parts parts;
	struct admit admit;
	struct grants *grants;
	struct ends *ends;
	struct cuts *cuts;
	struct revoke_queue revokes;
	struct confirm confirm;
	struct sessions *sessions;
	struct inquiry_queue inquiries;
	struct inquiry *sweep; /* the gate's own question; NULL: answered */
	struct watchers watchers;
	bool accounting;   /* as nat told */
	bool watch_told;   /* nat knows that somebody watches */
	uint64_t renew_ms; /* when origins are sent anew */
	struct capture_stats capture;
	int64_t since_s;
	uint32_t seq;	/* of the last message */
	uint32_t waits; /* see gate_core_waiting() */
	uint32_t answered;
	struct adoption adoption;
	struct desk *desk;
	uint64_t prune_ms;
	uint64_t strangers_ms;
	uint64_t retry_ms; /* when revocations are tried again */
	struct grants_settled settled;
	struct grant_survey survey;
	uint8_t body[IPC_BODY_MAX];
};

static inline uint64_t gate_now_ms(const struct gate_core *g)
{
	return clock_mono_ms(g->parts.clock);
}

static inline struct wr gate_body(struct gate_core *g)
{
	return wr_of(g->body, sizeof(g->body));
}

static inline enum haunt_err gate_send(struct gate_core *g, uint16_t type,
				       const struct wr *w)
{
	return g->parts.send(g->parts.arg, type, w);
}

/* Sends what admit_packet() and the like have found, if it has. EFORMAT as an
 * argument: the replay store is damaged. */
enum haunt_err core_admitted(struct gate_core *g, enum haunt_err err,
			     const struct grant_batch *batch) HAUNT_MUST_CHECK;
/* A packet is to be decrypted first (core_pgp.c). */
enum haunt_err core_pgp_take(struct gate_core *g, const struct datagram *d,
			     uint32_t seq) HAUNT_MUST_CHECK;
/* Sends and gives up what is due. */
enum haunt_err core_pgp_tick(struct gate_core *g,
			     uint64_t now_ms) HAUNT_MUST_CHECK;
/* Nat has answered the confirmation. */
void core_confirmed(struct gate_core *g, const struct nat_result *r);
/* Tells nat what it has to know about sessions, and asks what is to be asked
 * (core_sessions.c). */
enum haunt_err gate_tick_sessions(struct gate_core *g,
				  uint64_t now_ms) HAUNT_MUST_CHECK;
/* Asks what is left over from an earlier life. */
enum haunt_err gate_sweep_begin(struct gate_core *g) HAUNT_MUST_CHECK;
/* What is to be run (core_run.c). The packet that admit has let through asks
 * for a command. */
void gate_run_command(struct gate_core *g);
/* A grant is in force, or over with so many sessions that live on: the hooks of
 * its service, if it has any. */
void gate_run_granted(struct gate_core *g, const struct grants_settled *s);
void gate_run_ended(void *arg, const struct grant *grant,
		    enum ends_reason reason, uint32_t sessions);
/* Events for those who watch. */
void gate_tell_granted(struct gate_core *g, const struct grant_batch *batch,
		       bool renewed);
void gate_tell_ended(struct gate_core *g, const struct grant *grant,
		     enum ends_reason reason);

#endif
