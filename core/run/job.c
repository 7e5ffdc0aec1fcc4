/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the bytes of the two messages from the gate to run. */
#include "core/run/job.h"

#include <netinet/in.h>

#include "conf/config.h"

void run_command_put(struct wr *w, const struct run_job *job)
{
	wr_u16(w, job->what);
	wr_u16(w, job->client);
	addr_put(w, &job->address);
}

enum haunt_err run_command_get(struct rd *r, struct run_job *out)
{
	struct run_job job = { .is_hook = false };
	enum haunt_err err;

	job.what = rd_u16(r);
	job.client = rd_u16(r);
	job.address = addr_get(r);
	err = rd_verdict(r, !addr_is_unusable(&job.address));
	if (err == HAUNT_OK)
		*out = job;
	return err;
}

void run_hook_put(struct wr *w, const struct run_job *job)
{
	wr_u8(w, job->hook);
	wr_u8(w, job->reason);
	wr_u16(w, job->what);
	wr_u16(w, job->client);
	addr_put(w, &job->address);
	wr_u8(w, job->proto);
	wr_u16(w, job->port);
	wr_u32(w, job->lifetime_s);
	wr_u32(w, job->grant);
	wr_u32(w, job->sessions);
}

static bool hook_valid(const struct run_job *job)
{
	bool begins = job->hook == HOOK_GRANT;

	return job->hook < HOOK_COUNT && job->reason < RUN_REASON_COUNT &&
	       begins == (job->reason == RUN_REASON_NONE) &&
	       !(begins && job->sessions) && !addr_is_unusable(&job->address) &&
	       job->port && job->grant &&
	       (job->proto == IPPROTO_TCP || job->proto == IPPROTO_UDP);
}

enum haunt_err run_hook_get(struct rd *r, struct run_job *out)
{
	struct run_job job = { .is_hook = true };
	enum haunt_err err;

	job.hook = rd_u8(r);
	job.reason = rd_u8(r);
	job.what = rd_u16(r);
	job.client = rd_u16(r);
	job.address = addr_get(r);
	job.proto = rd_u8(r);
	job.port = rd_u16(r);
	job.lifetime_s = rd_u32(r);
	job.grant = rd_u32(r);
	job.sessions = rd_u32(r);
	err = rd_verdict(r, hook_valid(&job));
	if (err == HAUNT_OK)
		*out = job;
	return err;
}
