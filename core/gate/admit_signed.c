/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the two halves of the way of a packet that is signed: up to the
 * process that decrypts it, and from there on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/gate/admit_in.h"
#include "core/gate/signers.h"

enum haunt_err admit_refuse(struct admit *a, struct verdict *v,
			    enum verdict_result result, const char *reason)
{
	v->result = result;
	v->reason = reason;
	admit_verdict(a, v);
	return HAUNT_EDENIED;
}

/* The maker is proven by the HMAC: it may have been here before, or be where
 * it may not. */
static enum haunt_err proven(struct admit *a, const struct datagram *d,
			     struct verdict *v, enum haunt_err match,
			     uint64_t first_ns)
{
	const struct client *client = &a->config->clients[a->message.client];

	admit_maker(a, d, a->message.client, v);
	if (match == HAUNT_EREPLAY && admit_is_echo(a, d, first_ns)) {
		log_event(LOG_LEVEL_DEBUG, "echo", "dropped=1");
		return HAUNT_EREPLAY;
	}
	if (match && match != HAUNT_EREPLAY)
		return admit_refuse(a, v, VERDICT_ERROR, "malformed");
	if (!policy_from(client, &a->sender.source))
		return admit_refuse(a, v, VERDICT_DENIED,
				    policy_reason_text(POLICY_FROM));
	if (match)
		return admit_refuse(a, v, VERDICT_REPLAY, "seen-before");
	return HAUNT_ESHORT;
}

enum haunt_err admit_signed(struct admit *a, const struct datagram *d,
			    struct verdict *v, enum haunt_err err)
{
	struct signers *signers = clients_signers(a->clients);
	uint64_t first_ns = 0;
	enum haunt_err match;

	if (!signers) {
		admit_stranger(a, d, err);
		return err;
	}
	a->message.client = SIGNERS_NONE;
	match = signers_match(signers, d, clock_mono_ms(a->clock), &a->message,
			      &first_ns);
	if (a->message.client != SIGNERS_NONE) {
		a->counts.authentic++;
		return proven(a, d, v, match, first_ns);
	}
	if (match == HAUNT_OK)
		return HAUNT_ESHORT;
	if (match == HAUNT_EBUSY)
		a->counts.unlooked++;
	/* It is a packet if it is one of either kind. */
	if (match == HAUNT_EAUTH || match == HAUNT_EBUSY)
		err = HAUNT_EAUTH;
	admit_stranger(a, d, err);
	return err;
}

enum haunt_err admit_unheard(struct admit *a, const struct desk_job *job,
			     enum verdict_result result, const char *reason)
{
	struct verdict v = { .address = job->datagram.source.addr };

	if (job->message.client == SIGNERS_NONE) {
		admit_stranger(a, &job->datagram, HAUNT_EAUTH);
		return HAUNT_EAUTH;
	}
	admit_maker(a, &job->datagram, job->message.client, &v);
	return admit_refuse(a, &v, result, reason);
}

static const char *signature_text(enum haunt_pgp_signature signature)
{
	static const char *const texts[HAUNT_PGP_SIGNATURE_COUNT] = {
		[HAUNT_PGP_GOOD] = "signer",
		[HAUNT_PGP_UNSIGNED] = "signature-unsigned",
		[HAUNT_PGP_BAD] = "signature-bad",
		[HAUNT_PGP_NO_KEY] = "signature-key-unknown",
		[HAUNT_PGP_EXPIRED] = "signature-expired",
		[HAUNT_PGP_KEY_EXPIRED] = "signature-key-expired",
		[HAUNT_PGP_KEY_REVOKED] = "signature-key-revoked",
		[HAUNT_PGP_SEVERAL] = "signature-several",
		[HAUNT_PGP_UNUSABLE] = "signature-unusable",
	};

	return texts[signature];
}

/* Why there is no text. */
static const char *failure_text(enum haunt_err err)
{
	if (err == HAUNT_EAUTH)
		return "gpg-cannot-decrypt";
	if (err == HAUNT_EFORMAT || err == HAUNT_ELENGTH)
		return "gpg-malformed";
	return "gpg-failed";
}

/* The signature is what counts: whose it is, and whether it is good. */
static enum haunt_err judge(struct admit *a, const struct desk_job *job,
			    const struct pgp_plain *plain, struct verdict *v)
{
	const struct client *client;

	v->client = job->message.client;
	if (v->client == SIGNERS_NONE) {
		v->client = signers_find(clients_signers(a->clients), plain);
		if (v->client == SIGNERS_NONE) {
			admit_stranger(a, &job->datagram, HAUNT_EAUTH);
			return HAUNT_EAUTH;
		}
		a->counts.authentic++;
	}
	admit_maker(a, &job->datagram, v->client, v);
	client = &a->config->clients[v->client];
	if (plain->signature != HAUNT_PGP_GOOD || !signers_may(client, plain))
		return admit_refuse(a, v, VERDICT_DENIED,
				    signature_text(plain->signature));
	return HAUNT_OK;
}

enum haunt_err admit_decrypted(struct admit *a, const struct desk_job *job,
			       const struct pgp_answer *answer, uint32_t seq,
			       const struct grant_batch **out)
{
	struct verdict v = { .address = job->datagram.source.addr };
	enum haunt_err err;

	if (answer->err)
		return admit_unheard(a, job, VERDICT_ERROR,
				     failure_text(answer->err));
	err = judge(a, job, &answer->plain, &v);
	if (err)
		return err;
	a->opened.client = v.client;
	a->opened.contents =
		pgp_request(&answer->plain, &a->opened.request, a->opened.id);
	if (a->opened.contents)
		return admit_refuse(a, &v, VERDICT_ERROR,
				    admit_contents_text(a->opened.contents));
	v.request = &a->opened.request;
	return admit_opened(a, &job->datagram, seq, &v, out);
}
