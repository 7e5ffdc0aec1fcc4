/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conversation with pgp: jobs go out one by one, answers take packets on
 * their way to nat. */
#include "core/gate/core_state.h"

/* Sends the next job, if there is one and none is at work. */
static enum haunt_err job_send(struct gate_core *g)
{
	const struct desk_job *job = desk_next(g->desk);
	struct wr w = gate_body(g);
	struct pgp_job out;
	enum haunt_err err;

	if (!job || !g->parts.pgp_send)
		return HAUNT_OK;
	out.id = job->id;
	out.len = job->message.len;
	memcpy(out.message, job->message.bytes, job->message.len);
	pgp_job_put(&w, &out);
	err = g->parts.pgp_send(g->parts.arg, PGP_JOB, &w);
	/* Nobody has read for so long that the queue is full. */
	if (err && err != HAUNT_EBUSY)
		return err;
	desk_sent(g->desk, gate_now_ms(g));
	return HAUNT_OK;
}

enum haunt_err core_pgp_take(struct gate_core *g, const struct datagram *d,
			     uint32_t seq)
{
	const struct signers_message *m = &g->admit.message;
	struct verdict v = { .result = VERDICT_BUSY,
			     .reason = "gpg-queue-full",
			     .client = m->client,
			     .address = d->source.addr };

	if (g->parts.pgp_send && desk_add(g->desk, d, m, seq) == HAUNT_OK) {
		g->waits = seq;
		return job_send(g);
	}
	if (m->client != SIGNERS_NONE)
		admit_verdict(&g->admit, &v);
	else
		g->admit.counts.unlooked++;
	return HAUNT_OK;
}

enum haunt_err gate_core_decrypted(struct gate_core *g,
				   const struct pgp_answer *answer)
{
	const struct desk_job *job = desk_answered(g->desk, answer->id);
	const struct grant_batch *batch = NULL;
	enum haunt_err err;

	g->waits = 0;
	g->answered = job ? job->seq : 0;
	if (!job)
		return HAUNT_OK;
	err = admit_decrypted(&g->admit, job, answer, ++g->seq, &batch);
	err = core_admitted(g, err, batch);
	return err ? err : job_send(g);
}

enum haunt_err gate_core_pgp_hello(struct gate_core *g)
{
	g->waits = 0;
	g->answered = 0;
	desk_hello(g->desk, gate_now_ms(g));
	return job_send(g);
}

/* One at a time: the gate lets go of one datagram after each tick. */
enum haunt_err core_pgp_tick(struct gate_core *g, uint64_t now_ms)
{
	const struct desk_job *job = desk_lost(g->desk, now_ms);

	if (job) {
		g->waits = 0;
		g->answered = job->seq;
		(void)admit_unheard(&g->admit, job, VERDICT_ERROR,
				    "gpg-timeout");
		/* There may be another. */
		g->retry_ms = now_ms;
	}
	return job_send(g);
}

uint32_t gate_core_pgp_waits(const struct gate_core *g, size_t i)
{
	return i < desk_len(g->desk) ? desk_seq(g->desk, i) : 0;
}
