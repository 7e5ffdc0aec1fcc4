/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides nothing: this is the gate's judgement in one place. Time is the
 * gate's own, not the one that capture noted, since capture is not trusted.
 */
#include "core/gate/admit_in.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/log.h"

#define TRIES_MAX   3
#define ECHO_NS	    (5 * 1000 * 1000)
#define TAKEOVER_NS (UINT64_C(3) * 1000 * 1000 * 1000)

void admit_verdict(struct admit *a, const struct verdict *v)
{
	a->counts.verdicts[v->result]++;
	verdict_log(a->config, v);
}

const char *admit_contents_text(enum haunt_err contents)
{
	if (contents == HAUNT_EAUTH)
		return "cipher-key";
	return contents == HAUNT_EDIGEST ? "digest" : "malformed";
}

void admit_stranger(struct admit *a, const struct datagram *d,
		    enum haunt_err err)
{
	a->counts.strangers++;
	if (err != HAUNT_EAUTH)
		a->counts.malformed++;
	a->stranger = d->source.addr;
}

void admit_maker(struct admit *a, const struct datagram *d, size_t client,
		 struct verdict *v)
{
	v->client = client;
	a->sender = sender_of(&a->config->clients[client], d,
			      sender_is_proxy(a->config, d));
	v->address = a->sender.source;
	v->arrival = a->sender.arrival;
}

static enum haunt_err open_packet(struct admit *a, const struct datagram *d,
				  struct verdict *v)
{
	enum haunt_err err = clients_open(a->clients, d,
					  clock_mono_ms(a->clock), &a->opened);

	a->counts.seen++;
	if (err && err != HAUNT_ENOMEM)
		return admit_signed(a, d, v, err);
	if (err)
		return err;
	a->counts.authentic++;
	admit_maker(a, d, a->opened.client, v);
	if (!a->opened.contents) {
		v->request = &a->opened.request;
		return HAUNT_OK;
	}
	return admit_refuse(a, v, VERDICT_ERROR,
			    admit_contents_text(a->opened.contents));
}

static bool is_within(uint64_t a, uint64_t b, uint64_t ns)
{
	return (a > b ? a - b : b - a) <= ns;
}

/* Two captures hear the same, for as long as one takes over from the other. */
bool admit_is_echo(const struct admit *a, const struct datagram *d,
		   uint64_t first_ns)
{
	return a->takeover_ns &&
	       is_within(d->when_ns, a->takeover_ns, TAKEOVER_NS) &&
	       is_within(d->when_ns, first_ns, ECHO_NS);
}

/* OK, too, for the very datagram that was claimed by a gate that did not live
 * to see it through. A replay was heard at another time. */
static enum haunt_err claim_packet(struct admit *a, const struct datagram *d,
				   uint64_t *first_ns)
{
	struct replay_packet p = { .time_s = a->opened.request.time_s,
				   .heard_ns = d->when_ns };
	enum haunt_err err;

	memcpy(p.id, a->opened.id, sizeof(p.id));
	err = replay_claim(a->replay, &p, clock_wall_s(a->clock), first_ns);
	if (!err)
		a->again = false;
	a->in_hand = err == HAUNT_EREPLAY && a->again && d->when_ns &&
		     *first_ns == d->when_ns;
	return a->in_hand ? HAUNT_OK : err;
}

static enum haunt_err claim(struct admit *a, const struct datagram *d,
			    struct verdict *v)
{
	uint64_t first_ns = 0;
	enum haunt_err err = claim_packet(a, d, &first_ns);

	if (!err)
		return HAUNT_OK;
	if (err == HAUNT_EREPLAY && admit_is_echo(a, d, first_ns)) {
		log_event(LOG_LEVEL_DEBUG, "echo", "dropped=1");
		return err;
	}
	if (err == HAUNT_EREPLAY) {
		v->result = VERDICT_REPLAY;
		v->reason = "seen-before";
	} else if (err == HAUNT_ESTALE) {
		v->result = VERDICT_STALE;
		v->reason = "age";
	} else if (err == HAUNT_EBUSY) {
		v->result = VERDICT_BUSY;
		v->reason = "replay-store-full";
	} else {
		v->result = VERDICT_ERROR;
		v->reason = "replay-store";
		v->error = err == HAUNT_ESYS ? errno : 0;
	}
	admit_verdict(a, v);
	return err;
}

/* What no proxy can say, whatever else is allowed. */
static enum haunt_err decide_sender(struct admit *a)
{
	struct ip_addr asked = addr_from_v6(a->opened.request.allow);

	if (!a->sender.nobody || !addr_is_any(&asked))
		return HAUNT_OK;
	a->policy.reason = a->sender.nobody;
	a->policy.batch.len = 0;
	return HAUNT_EDENIED;
}

/* The client's conditions, then what it asks for. */
static enum haunt_err decide_all(struct admit *a, const struct datagram *d)
{
	const struct client *client = &a->config->clients[a->opened.client];
	int64_t now_s = clock_wall_s(a->clock);
	enum haunt_err err =
		policy_decide(a->config, a->opened.client, &a->opened.request,
			      &a->sender.source, &a->policy);
	enum policy_reason reason;

	/* From elsewhere is from elsewhere, whatever the rest. */
	if (a->policy.reason == POLICY_FROM)
		return err;
	if (!err)
		err = decide_sender(a);
	reason = policy_terms(client, &a->opened.request, &d->destination.addr,
			      now_s);
	if (reason) {
		a->policy.reason = reason;
		return HAUNT_EDENIED;
	}
	policy_clamp(client, now_s, &a->policy.batch);
	return err;
}

/* A gate before this one may have handed it on already: a command is run once
 * or not at all. */
static enum haunt_err decide_command(struct admit *a, struct verdict *v)
{
	v->address = a->policy.address;
	v->command = &a->config->commands[a->policy.command];
	if (!a->in_hand)
		return HAUNT_OK;
	v->result = VERDICT_REPLAY;
	v->reason = "gate-restarted";
	admit_verdict(a, v);
	return HAUNT_EREPLAY;
}

static enum haunt_err decide(struct admit *a, const struct datagram *d,
			     struct verdict *v)
{
	enum haunt_err err = decide_all(a, d);

	if (!err && a->policy.is_command)
		return decide_command(a, v);
	if (!err) {
		v->address = a->policy.batch.grants[0].address;
		v->batch = &a->policy.batch;
		v->request = NULL;
		return HAUNT_OK;
	}
	v->result = VERDICT_DENIED;
	v->reason = policy_reason_text(a->policy.reason);
	admit_verdict(a, v);
	return err;
}

static enum haunt_err reserve(struct admit *a, uint32_t seq, struct verdict *v)
{
	enum grants_refusal why = GRANTS_FITS;
	enum haunt_err err;

	a->policy.batch.seq = seq;
	err = grants_reserve(a->grants, &a->policy.batch,
			     clock_mono_ms(a->clock), clock_wall_s(a->clock),
			     &why);
	if (!err) {
		grants_note(a->grants, a->policy.batch.len, &v->arrival);
		return HAUNT_OK;
	}
	v->result = VERDICT_BUSY;
	v->reason = grants_refusal_text(why);
	admit_verdict(a, v);
	return err;
}

enum haunt_err admit_opened(struct admit *a, const struct datagram *d,
			    uint32_t seq, struct verdict *v,
			    const struct grant_batch **out)
{
	enum haunt_err err = claim(a, d, v);

	if (!err)
		err = decide(a, d, v);
	*out = NULL;
	if (err || a->policy.is_command)
		return err;
	err = reserve(a, seq, v);
	if (!err)
		*out = &a->policy.batch;
	return err;
}

enum haunt_err admit_packet(struct admit *a, const struct datagram *d,
			    uint32_t seq, const struct grant_batch **out)
{
	struct verdict v = { .address = d->source.addr };
	enum haunt_err err = open_packet(a, d, &v);

	if (err)
		return err == HAUNT_EFORMAT ? HAUNT_EAUTH : err;
	return admit_opened(a, d, seq, &v, out);
}

void admit_command(struct admit *a, enum haunt_err err)
{
	const struct verdict v = {
		.result = err ? VERDICT_BUSY : VERDICT_RUN,
		.reason = err ? "run-queue-full" : NULL,
		.client = a->opened.client,
		.arrival = a->sender.arrival,
		.address = a->policy.address,
		.command = &a->config->commands[a->policy.command],
	};

	admit_verdict(a, &v);
}

/* Plans it once more, now that the gate knows better. */
static enum haunt_err settled_again(struct admit *a,
				    const struct grants_settled *s,
				    uint32_t seq,
				    const struct grant_batch **out)
{
	struct grant_batch *batch = &a->policy.batch;
	struct verdict v = { .result = VERDICT_BUSY,
			     .arrival = s->arrival,
			     .batch = &s->batch };
	enum grants_refusal why;
	enum haunt_err err;

	*batch = s->batch;
	batch->seq = seq;
	err = grants_again(a->grants, batch, (uint8_t)(s->tries + 1),
			   clock_mono_ms(a->clock), clock_wall_s(a->clock),
			   &why);
	*out = batch;
	if (!err) {
		grants_note(a->grants, batch->len, &s->arrival);
		return HAUNT_ESTALE;
	}
	v.reason = grants_refusal_text(why);
	v.client = s->batch.grants[0].client;
	v.address = s->batch.grants[0].address;
	admit_verdict(a, &v);
	return HAUNT_OK;
}

enum haunt_err admit_settled(struct admit *a, const struct grants_settled *s,
			     const struct nat_result *r, uint32_t seq,
			     const struct grant_batch **out)
{
	struct verdict v = { .result = s->renewed ? VERDICT_RENEWED
						  : VERDICT_GRANTED,
			     .client = s->batch.grants[0].client,
			     .arrival = s->arrival,
			     .address = s->batch.grants[0].address,
			     .batch = &s->batch };

	/* Nat tells all doors at once: once is enough, unless time is up for
	 * somebody just then. */
	if (r->err == HAUNT_ESTALE && s->tries < TRIES_MAX)
		return settled_again(a, s, seq, out);
	if (r->err)
		verdict_of_nat(r, &v);
	admit_verdict(a, &v);
	return HAUNT_OK;
}

bool admit_has_strangers(const struct admit *a)
{
	return a->counts.strangers != a->told.strangers;
}

void admit_tell_strangers(struct admit *a)
{
	char last[ADDR_TEXT_MAX];

	if (!admit_has_strangers(a))
		return;
	log_event(LOG_LEVEL_INFO, "strangers",
		  "packets=%" PRIu64 " malformed=%" PRIu64 " last=%s",
		  a->counts.strangers - a->told.strangers,
		  a->counts.malformed - a->told.malformed,
		  addr_format(&a->stranger, last));
	if (a->counts.unlooked != a->told.unlooked)
		log_event(LOG_LEVEL_INFO, "gpg",
			  "dropped=%" PRIu64 " reason=too-many-without-an-hmac",
			  a->counts.unlooked - a->told.unlooked);
	a->told = a->counts;
}
