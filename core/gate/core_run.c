/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides what run is told, and when there is nothing to tell. */
#include <inttypes.h>

#include "core/base/log.h"
#include "core/gate/core_state.h"
#include "core/run/job.h"

void gate_run_command(struct gate_core *g)
{
	const struct run_job job = { .what = g->admit.policy.command,
				     .client = (uint16_t)g->admit.opened.client,
				     .address = g->admit.policy.address };
	struct wr w = gate_body(g);
	enum haunt_err err = HAUNT_ECLOSED;

	run_command_put(&w, &job);
	if (g->parts.run)
		err = g->parts.run(g->parts.arg, RUN_COMMAND, &w);
	admit_command(&g->admit, err);
}

static void hook_send(struct gate_core *g, struct run_job *job,
		      const struct grant *grant)
{
	const struct service *s = &g->parts.config->services[grant->service];
	struct wr w = gate_body(g);

	if (!g->parts.run || !s->hooks[job->hook].len)
		return;
	job->is_hook = true;
	job->what = grant->service;
	job->client = grant->client;
	job->address = grant->address;
	job->proto = grant->proto;
	job->port = grant->port;
	job->lifetime_s = (grant->lifetime_ms + 999) / 1000;
	job->grant = grant->id;
	run_hook_put(&w, job);
	if (g->parts.run(g->parts.arg, RUN_HOOK, &w) == HAUNT_OK)
		return;
	log_event(LOG_LEVEL_WARNING, "hook",
		  "service=%s grant=%" PRIu32 " result=lost "
		  "reason=run-queue-full",
		  s->name, grant->id);
}

/* One that was renewed has been told of. */
static bool is_new(const struct grants_settled *s, const struct grant *grant)
{
	for (size_t i = 0; i < s->kept_len; i++) {
		if (s->kept[i] == grant->id)
			return false;
	}
	return true;
}

void gate_run_granted(struct gate_core *g, const struct grants_settled *s)
{
	for (size_t i = 0; i < s->batch.len; i++) {
		struct run_job job = { .hook = HOOK_GRANT };

		if (is_new(s, &s->batch.grants[i]))
			hook_send(g, &job, &s->batch.grants[i]);
	}
}

void gate_run_ended(void *arg, const struct grant *grant,
		    enum ends_reason reason, uint32_t sessions)
{
	static const uint8_t reasons[] = {
		[ENDS_EXPIRED] = RUN_REASON_EXPIRED,
		[ENDS_REVOKED] = RUN_REASON_REVOKED,
		[ENDS_CUT] = RUN_REASON_REVOKED,
		[ENDS_USED] = RUN_REASON_USED,
		[ENDS_REPLACED] = RUN_REASON_REPLACED,
	};
	struct run_job job = { .hook = HOOK_END,
			       .reason = reasons[reason],
			       .sessions = sessions };

	hook_send(arg, &job, grant);
}
