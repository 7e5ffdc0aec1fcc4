/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind core/gate/core.h share.
 */
#ifndef HAUNT_GATE_CORE_STATE_H
#define HAUNT_GATE_CORE_STATE_H

#include "core/base/ipc.h"
#include "core/gate/core.h"
#include "core/gate/ends.h"

struct gate_core {
	struct gate_parts parts;
	struct admit admit;
	struct grants *grants;
	struct ends *ends;
	struct cuts *cuts;
	struct revoke_queue revokes;
	struct confirm confirm;
	struct capture_stats capture;
	int64_t since_s;
	uint32_t seq;	/* of the last message */
	uint32_t waits; /* see gate_core_waits() */
	struct adoption adoption;
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

/* Nat has answered the confirmation. */
void core_confirmed(struct gate_core *g, const struct nat_result *r);

#endif
