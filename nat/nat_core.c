/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the way from a message to a transaction and back: each grant is
 * resolved against our own configuration before anything is applied, and a
 * batch is refused whole.
 */
#include "nat/nat_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "nat/adopt.h"
#include "nat/nl.h"

struct nat {
	const struct config *config;
	struct nat_port port;
	struct jobs *jobs;
	struct adopt *adopt;
	struct names *names;		    /* NULL: nothing is named */
	struct rule rules[GRANT_BATCH_MAX]; /* of the batch at hand */
};

enum haunt_err nat_new(const struct config *config, const struct nat_port *port,
		       struct nat **out)
{
	struct nat *nat = calloc(1, sizeof(*nat));
	enum haunt_err err;

	if (!nat)
		return HAUNT_ENOMEM;
	nat->config = config;
	nat->port = *port;
	nat->port.config = config;
	err = jobs_new(&nat->port, &nat->jobs);
	if (err == HAUNT_OK)
		err = adopt_new(&nat->port, &nat->adopt);
	if (err != HAUNT_OK) {
		nat_free(nat);
		return err;
	}
	*out = nat;
	return HAUNT_OK;
}

void nat_free(struct nat *nat)
{
	if (!nat)
		return;
	jobs_free(nat->jobs);
	adopt_free(nat->adopt);
	free(nat);
}

struct jobs *nat_jobs(struct nat *nat)
{
	return nat->jobs;
}

bool nat_busy(const struct nat *nat)
{
	return adopt_busy(nat->adopt);
}

enum haunt_err nat_step(struct nat *nat)
{
	return adopt_step(nat->adopt);
}

static enum haunt_err batch_resolve(struct nat *nat,
				    const struct grant_batch *b,
				    struct fw_error *why)
{
	for (size_t i = 0; i < b->len; i++) {
		enum haunt_err err = rule_resolve(nat->config, &b->grants[i],
						  &nat->rules[i]);

		if (err != HAUNT_OK) {
			why->at = i;
			return err;
		}
	}
	return HAUNT_OK;
}

static void failure_log(const char *what, enum haunt_err err,
			const struct fw_error *why)
{
	const char *name = err == HAUNT_EDENIED	 ? "denied"
			   : err == HAUNT_EBUSY	 ? "table-full"
			   : err == HAUNT_ENOMEM ? "no-memory"
						 : nl_errno_name(why->error);

	if (err == HAUNT_ESTALE)
		log_event(LOG_LEVEL_ERROR, what, "error=%s result=unknown",
			  name);
	else if (why->at == FW_AT_NONE)
		log_event(LOG_LEVEL_ERROR, what, "error=%s", name);
	else
		log_event(LOG_LEVEL_ERROR, what, "error=%s at=%zu", name,
			  why->at);
}

static enum haunt_err batch_tell(struct nat *nat, uint32_t seq,
				 enum haunt_err err, const struct fw_error *why)
{
	struct nat_result result = {
		.seq = seq,
		.err = (uint8_t)err,
		.error = err == HAUNT_ESYS ? (uint32_t)why->error : 0,
		.at = why->at < GRANT_BATCH_MAX ? (uint8_t)why->at
						: NAT_RESULT_AT_NONE,
	};

	return nat_answer(&nat->port, &result);
}

/* ESTALE: what is in force cannot be known. No answer would be true. */
static enum haunt_err batch_answer(struct nat *nat, uint32_t seq,
				   enum haunt_err err,
				   const struct fw_error *why)
{
	return err == HAUNT_ESTALE ? err : batch_tell(nat, seq, err, why);
}

/* What is new must say of its sessions what its service says. */
static enum haunt_err batch_judge(const struct nat *nat,
				  const struct grant_batch *b,
				  struct fw_error *why)
{
	for (size_t i = 0; i < b->len; i++) {
		const struct rule *r = &nat->rules[i];

		if (rule_may_begin(nat->config, r))
			continue;
		why->at = i;
		return HAUNT_EDENIED;
	}
	return HAUNT_OK;
}

/* Nothing of the id's sessions passes any more; the rest can wait. */
static void cut_later(struct nat *nat, uint32_t id)
{
	if (jobs_cut(nat->jobs, id) != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack",
			  "step=cut grant=%u error=queue-full", id);
}

/* ESTALE: the gate is wrong about a door, and has been told. */
static enum haunt_err doors_check(struct nat *nat, size_t n,
				  struct fw_error *why)
{
	size_t at = FW_AT_NONE;
	enum haunt_err err = adopt_check(nat->adopt, nat->rules, n, &at);

	if (err != HAUNT_OK)
		*why = (struct fw_error){ .error = errno, .at = at };
	return err;
}

/* What follows a grant off the packet path. */
static void batch_follow(struct nat *nat, const struct grant_batch *b)
{
	jobs_expect(nat->jobs);
	jobs_room(nat->jobs);
	for (size_t i = 0; i < b->len; i++) {
		if (!rule_has_stale(&nat->rules[i]))
			continue;
		if (jobs_cut_stale(nat->jobs, &nat->rules[i]) != HAUNT_OK)
			log_event(LOG_LEVEL_WARNING, "conntrack",
				  "step=cut-stale grant=%u error=queue-full",
				  nat->rules[i].id);
	}
}

static enum haunt_err handle_grant(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct grant_batch b;
	enum haunt_err err = grant_batch_get(body, &b);
	enum haunt_err sent;

	if (err != HAUNT_OK)
		return err;
	err = batch_resolve(nat, &b, &why);
	if (err == HAUNT_OK)
		err = batch_judge(nat, &b, &why);
	if (err == HAUNT_OK)
		err = doors_check(nat, b.len, &why);
	/* It knows now, and asks again. */
	if (err == HAUNT_ESTALE)
		return batch_tell(nat, b.seq, err, &why);
	if (err == HAUNT_OK)
		err = nat->port.ops->apply(nat->port.fw, nat->rules, b.len,
					   &why);
	if (err == HAUNT_OK)
		adopt_applied(nat->adopt, nat->rules, b.len);
	else
		failure_log("grant", err, &why);
	sent = batch_answer(nat, b.seq, err, &why);
	if (err == HAUNT_OK)
		batch_follow(nat, &b);
	return sent;
}

static enum haunt_err handle_revoke(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct grant_batch b;
	enum haunt_err err = grant_batch_get(body, &b);

	if (err != HAUNT_OK)
		return err;
	err = batch_resolve(nat, &b, &why);
	if (err == HAUNT_OK)
		err = nat->port.ops->revoke(nat->port.fw, nat->rules, b.len,
					    b.cut, &why);
	if (err != HAUNT_OK)
		failure_log("revoke", err, &why);
	for (size_t i = 0; err == HAUNT_OK && i < b.len; i++) {
		if (b.cut || rule_tied(&nat->rules[i]))
			cut_later(nat, nat->rules[i].id);
	}
	return batch_answer(nat, b.seq, err, &why);
}

static enum haunt_err handle_cut(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct grant_survey s;
	enum haunt_err err = grant_survey_get(body, &s);

	if (err != HAUNT_OK)
		return err;
	err = nat->port.ops->stop(nat->port.fw, s.ids, s.len, &why);
	if (err != HAUNT_OK)
		failure_log("cut", err, &why);
	for (size_t i = 0; err == HAUNT_OK && i < s.len; i++)
		cut_later(nat, s.ids[i]);
	return batch_answer(nat, s.seq, err, &why);
}

static enum haunt_err origin_tell(void *arg, const struct origin *o)
{
	struct nat *nat = arg;
	uint8_t buf[ORIGIN_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	enum haunt_err err = jobs_origin(nat->jobs, o);

	if (err != HAUNT_OK)
		return err;
	origin_put(&w, o);
	return nat->port.send(nat->port.arg, NAT_ORIGIN, &w);
}

static enum haunt_err handle_list(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct nat_query q;
	enum haunt_err err = nat_query_get(body, &q);

	if (err != HAUNT_OK)
		return err;
	err = nat->port.ops->origins(nat->port.fw, origin_tell, nat);
	why.error = errno;
	if (err != HAUNT_OK) {
		failure_log("list", err, &why);
		return batch_answer(nat, q.seq, err, &why);
	}
	err = nat_risk_tell(nat);
	return err == HAUNT_OK ? adopt_begin(nat->adopt, q.seq) : err;
}

static enum haunt_err handle_adopted(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct nat_query q;
	enum haunt_err err = nat_query_get(body, &q);

	if (err != HAUNT_OK)
		return err;
	/* It cannot know what it has not been told. */
	if (adopt_busy(nat->adopt))
		return HAUNT_EFORMAT;
	adopt_end(nat->adopt);
	jobs_begin(nat->jobs);
	return batch_answer(nat, q.seq, HAUNT_OK, &why);
}

enum haunt_err nat_risk_tell(struct nat *nat)
{
	return nat_tell_fact(&nat->port, FACT_AT_RISK,
			     nat->port.ops->at_risk(nat->port.fw));
}

/* It matters for the log after a restart, not for what is in force. */
static enum haunt_err handle_origin(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct origin o;
	enum haunt_err err = origin_get(body, &o);

	if (err != HAUNT_OK)
		return err;
	err = nat->port.ops->origin(nat->port.fw, &o);
	if (err == HAUNT_OK)
		err = jobs_origin(nat->jobs, &o);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "origin", "grant=%u error=%s",
			  o.id, nat_error_name(err));
	return HAUNT_OK;
}

static enum haunt_err handle_sessions(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct sessions_ask ask;
	enum haunt_err err = sessions_ask_get(body, &ask);

	if (err != HAUNT_OK)
		return err;
	err = jobs_ask(nat->jobs, &ask);
	return err == HAUNT_OK ? HAUNT_OK
			       : batch_answer(nat, ask.seq, err, &why);
}

static enum haunt_err handle_watch(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct nat_watch watch;
	enum haunt_err err = nat_watch_get(body, &watch);

	if (err == HAUNT_OK)
		jobs_watch(nat->jobs, watch.on);
	return err;
}

static enum haunt_err handle_survey(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	struct fw_error why = { .at = FW_AT_NONE };
	struct grant_survey s;
	enum haunt_err err = grant_survey_get(body, &s);

	if (err != HAUNT_OK)
		return err;
	err = jobs_survey(nat->jobs, &s);
	return err == HAUNT_OK ? HAUNT_OK : batch_answer(nat, s.seq, err, &why);
}

static enum haunt_err handle_confirm(void *arg, struct rd *body)
{
	struct nat *nat = arg;
	const struct fw_ops *ops = nat->port.ops;
	struct fw_error why = { .at = FW_AT_NONE };
	struct nat_confirm c;
	enum haunt_err err = nat_confirm_get(body, &c);

	if (err != HAUNT_OK)
		return err;
	if (!c.here && ops->seen)
		err = ops->seen(nat->port.fw, &c.client, &c.server);
	if (err == HAUNT_OK && ops->keep)
		err = ops->keep(nat->port.fw);
	why.error = errno;
	if (err != HAUNT_OK && err != HAUNT_ENOENT)
		failure_log("confirm", err, &why);
	return batch_answer(nat, c.seq, err, &why);
}

#define BATCH_HEAD  6
#define SURVEY_HEAD 6

const struct ipc_permit nat_permits[] = {
	{ NAT_GRANT, BATCH_HEAD + GRANT_SIZE,
	  BATCH_HEAD + GRANT_BATCH_MAX *GRANT_SIZE, handle_grant },
	{ NAT_REVOKE, BATCH_HEAD + GRANT_SIZE,
	  BATCH_HEAD + GRANT_BATCH_MAX *GRANT_SIZE, handle_revoke },
	{ NAT_CUT, SURVEY_HEAD + 4, SURVEY_HEAD + GRANT_SURVEY_MAX * 4,
	  handle_cut },
	{ NAT_CONFIRM, NAT_CONFIRM_SIZE, NAT_CONFIRM_SIZE, handle_confirm },
	{ NAT_LIST, 4, 4, handle_list },
	{ NAT_ADOPTED, 4, 4, handle_adopted },
	{ NAT_SURVEY, SURVEY_HEAD + 4, SURVEY_HEAD + GRANT_SURVEY_MAX * 4,
	  handle_survey },
	{ NAT_ORIGIN, ORIGIN_MIN, ORIGIN_MAX, handle_origin },
	{ NAT_SESSIONS, SESSIONS_ASK_SIZE, SESSIONS_ASK_SIZE, handle_sessions },
	{ NAT_WATCH, 1, 1, handle_watch },
};

const size_t nat_permits_len = sizeof(nat_permits) / sizeof(nat_permits[0]);
