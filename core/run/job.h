/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate may say to the role `run`: which command or hook of the
 * configuration is due, and facts about why. Indexes and values only: what is
 * started, as whom and with which words, the role takes from its own copy of
 * the configuration.
 */
#ifndef HAUNT_RUN_JOB_H
#define HAUNT_RUN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

enum run_message {
	RUN_COMMAND = 0x0501, /* run_job: a client has asked for a command */
	RUN_HOOK = 0x0502,    /* run_job: a grant has begun or ended */
};

/* Why a grant ended. */
enum run_reason {
	RUN_REASON_NONE, /* it has not */
	RUN_REASON_EXPIRED,
	RUN_REASON_REVOKED,
	RUN_REASON_USED,
	RUN_REASON_REPLACED,
	RUN_REASON_COUNT
};

#define RUN_SESSIONS_UNKNOWN UINT32_MAX

#define RUN_COMMAND_SIZE (2 + 2 + 16)
#define RUN_HOOK_SIZE	 (1 + 1 + 2 + 2 + 16 + 1 + 2 + 4 + 4 + 4)

/* Indexes are not checked here: only the role knows how many there are. */
struct run_job {
	bool is_hook;
	uint16_t what;	 /* index into config->commands; hooks: ->services */
	uint16_t client; /* index into config->clients */
	struct ip_addr address;
	/* Hooks only. */
	uint8_t hook;	/* enum hook */
	uint8_t reason; /* enum run_reason; NONE exactly for HOOK_GRANT */
	uint8_t proto;	/* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port;	/* outer, host order, not 0 */
	uint32_t lifetime_s;
	uint32_t grant;	   /* id, not 0 */
	uint32_t sessions; /* that live on; RUN_SESSIONS_UNKNOWN; of HOOK_GRANT
			      0 */
};

/* For RUN_COMMAND and RUN_HOOK. A get reads a whole body: ESHORT, EFORMAT for
 * what no put wrote. */
void run_command_put(struct wr *w, const struct run_job *job);
enum haunt_err run_command_get(struct rd *r,
			       struct run_job *out) HAUNT_MUST_CHECK;
void run_hook_put(struct wr *w, const struct run_job *job);
enum haunt_err run_hook_get(struct rd *r, struct run_job *out) HAUNT_MUST_CHECK;

#endif
