/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the HMAC keys, the memory of messages, and the measure of what
 * strangers may cost.
 */
#include "core/gate/signers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/gate/policy.h"
#include "core/gate/sender.h"
#include "core/proto/key.h"

#define STRAYS_PER_S 20

/* A message that has been handed on. */
struct seen {
	uint8_t id[PGP_ID_LEN];
	uint64_t heard_ns;
};

struct signers {
	const struct config *config;
	struct haunt_key **macs; /* NULL: a client that does not sign */
	bool any_without;	 /* a signer has no HMAC */
	struct log_limit strays;
	uint32_t tokens;    /* for packets without an HMAC */
	uint64_t tokens_ms; /* when the last one came */
	size_t seen_len, seen_next;
	struct seen seen[SIGNERS_SEEN];
	struct pgp_packet packet; /* the one being looked at */
};

/* ---- keys ---- */

static bool mac_refused(const struct client *c, unsigned int line,
			const char *error)
{
	log_event(LOG_LEVEL_ERROR, "key", "client=%s file=%s line=%u error=%s",
		  c->name, c->key_path ? c->key_path : "none", line, error);
	return false;
}

static const char *load_error(enum haunt_err err)
{
	if (err == HAUNT_ESYS)
		return strerrorname_np(errno);
	if (err == HAUNT_EDENIED)
		return "others-can-read-it";
	return err == HAUNT_ELENGTH ? "length" : "format";
}

static bool mac_load(const struct client *c, struct haunt_key **out)
{
	unsigned int line = 0;
	enum haunt_err err = key_mac_load(
		c->key_path, (enum haunt_digest)c->hmac_type, out, &line);

	if (err)
		return mac_refused(c, line,
				   err == HAUNT_EFORMAT && !line
					   ? "has-an-hmac-key-but-hmac-is-none"
					   : load_error(err));
	if (haunt_key_hmac_type(*out) || c->allow_without_hmac)
		return true;
	return mac_refused(c, 0, "no-hmac-key");
}

/* Two clients that cannot be told apart would be one of them. */
static bool mac_is_alone(const struct signers *s, size_t client)
{
	static const char text[] = "whose HMAC key is it?";
	struct haunt_key *mine = s->macs[client];
	uint8_t tag[DIGEST_LEN_MAX];
	size_t len = digest_len(mine->hmac_type);

	if (!mine->hmac)
		return true;
	memcpy(tag, key_hmac(mine, text, sizeof(text)), len);
	for (size_t i = 0; i < client; i++) {
		struct haunt_key *other = s->macs[i];

		if (!other || other->hmac_type != mine->hmac_type ||
		    !secret_memequal(key_hmac(other, text, sizeof(text)), tag,
				     len))
			continue;
		log_event(LOG_LEVEL_ERROR, "key",
			  "client=%s error=same-hmac-key-as-client-%s",
			  s->config->clients[client].name,
			  s->config->clients[i].name);
		return false;
	}
	return true;
}

/* The configuration was checked for what it says; whether there is an HMAC is
 * for the key's file to say. */
static bool signer_is_alone(const struct signers *s, size_t client)
{
	const struct client *c = &s->config->clients[client];

	if (s->macs[client]->hmac)
		return true;
	for (size_t i = 0; i < client; i++) {
		const struct client *other = &s->config->clients[i];

		if (!s->macs[i] || s->macs[i]->hmac)
			continue;
		for (size_t j = 0; j < c->gpg_signers_len; j++) {
			if (!gpg_signs(other, c->gpg_signers[j].fingerprint))
				continue;
			log_event(LOG_LEVEL_ERROR, "key",
				  "client=%s error=same-signer-as-client-%s-"
				  "and-no-hmac-key",
				  c->name, other->name);
			return false;
		}
	}
	return true;
}

static bool macs_load(struct signers *s)
{
	bool ok = true;

	for (size_t i = 0; i < s->config->clients_len; i++) {
		const struct client *c = &s->config->clients[i];

		if (!c->gpg_signers_len)
			continue;
		if (!mac_load(c, &s->macs[i])) {
			ok = false;
			continue;
		}
		s->any_without |= !s->macs[i]->hmac;
		ok &= mac_is_alone(s, i) && signer_is_alone(s, i);
	}
	return ok;
}

enum haunt_err signers_new(const struct config *config, struct signers **out)
{
	struct signers *s = calloc(1, sizeof(*s));

	if (!s)
		return HAUNT_ENOMEM;
	s->config = config;
	s->strays.interval_ms = 1000;
	s->strays.burst = STRAYS_PER_S;
	s->tokens = SIGNERS_UNPROVEN_BURST;
	s->macs = calloc(config->clients_len + 1, sizeof(struct haunt_key *));
	if (!s->macs || !macs_load(s)) {
		enum haunt_err err = s->macs ? HAUNT_EFORMAT : HAUNT_ENOMEM;

		signers_free(s);
		return err;
	}
	*out = s;
	return HAUNT_OK;
}

void signers_free(struct signers *s)
{
	if (!s)
		return;
	for (size_t i = 0; s->macs && i < s->config->clients_len; i++)
		haunt_key_free(s->macs[i]);
	free(s->macs);
	free(s);
}

/* ---- what was there before ---- */

static const struct seen *seen_find(const struct signers *s,
				    const uint8_t id[PGP_ID_LEN])
{
	for (size_t i = 0; i < s->seen_len; i++) {
		if (memcmp(s->seen[i].id, id, PGP_ID_LEN) == 0)
			return &s->seen[i];
	}
	return NULL;
}

static void seen_add(struct signers *s, const uint8_t id[PGP_ID_LEN],
		     uint64_t heard_ns)
{
	struct seen *seen = &s->seen[s->seen_next];

	memcpy(seen->id, id, PGP_ID_LEN);
	seen->heard_ns = heard_ns;
	s->seen_next = (s->seen_next + 1) % SIGNERS_SEEN;
	if (s->seen_len < SIGNERS_SEEN)
		s->seen_len++;
}

/* ---- what strangers may cost ---- */

static bool token_take(struct signers *s, uint64_t now_ms)
{
	const uint64_t more = (now_ms - s->tokens_ms) / SIGNERS_UNPROVEN_MS;

	if (s->tokens + more >= SIGNERS_UNPROVEN_BURST) {
		s->tokens = SIGNERS_UNPROVEN_BURST;
		s->tokens_ms = now_ms;
	} else {
		s->tokens += (uint32_t)more;
		s->tokens_ms += more * SIGNERS_UNPROVEN_MS;
	}
	if (!s->tokens)
		return false;
	s->tokens--;
	return true;
}

/* ---- whose it is ---- */

static bool is_here(const struct signers *s, size_t i, const struct datagram *d)
{
	const struct client *c = &s->config->clients[i];
	const struct sender sender =
		sender_of(c, d, sender_is_proxy(s->config, d));

	return policy_from(c, &sender.source);
}

/* The client whose HMAC the packet has, among those whose `from` holds the
 * source, or among the others. */
static size_t prove(struct signers *s, const struct datagram *d, bool here)
{
	for (size_t i = 0; i < s->config->clients_len; i++) {
		if (s->macs[i] && s->macs[i]->hmac &&
		    is_here(s, i, d) == here &&
		    pgp_verify(s->macs[i], &s->packet) == HAUNT_OK)
			return i;
	}
	return SIGNERS_NONE;
}

/* True if somebody without an HMAC may be there. */
static bool may_be_signer(struct signers *s, const struct datagram *d)
{
	for (size_t i = 0; s->any_without && i < s->config->clients_len; i++) {
		if (s->macs[i] && !s->macs[i]->hmac && is_here(s, i, d))
			return pgp_verify(s->macs[i], &s->packet) == HAUNT_OK;
	}
	return false;
}

static enum haunt_err message_take(struct signers *s,
				   struct signers_message *out)
{
	struct wr w = wr_of(out->bytes, sizeof(out->bytes));
	enum haunt_err err = pgp_message(&s->packet, &w);

	out->len = (uint16_t)w.len;
	return err;
}

static enum haunt_err match_proven(struct signers *s, uint64_t heard_ns,
				   struct signers_message *out,
				   uint64_t *first_ns)
{
	const struct seen *seen;
	uint8_t id[PGP_ID_LEN];
	enum haunt_err err = message_take(s, out);

	if (!err)
		err = pgp_id(out->bytes, out->len, id);
	if (err)
		return err;
	seen = seen_find(s, id);
	if (seen) {
		*first_ns = seen->heard_ns;
		return HAUNT_EREPLAY;
	}
	seen_add(s, id, heard_ns);
	return HAUNT_OK;
}

enum haunt_err signers_match(struct signers *s, const struct datagram *d,
			     uint64_t now_ms, struct signers_message *out,
			     uint64_t *first_ns)
{
	enum haunt_err err = pgp_parse(d->payload, d->len, &s->packet);

	if (err)
		return err;
	out->client = prove(s, d, true);
	if (out->client == SIGNERS_NONE && log_limit_pass(&s->strays, now_ms))
		out->client = prove(s, d, false);
	if (out->client != SIGNERS_NONE)
		return match_proven(s, d->when_ns, out, first_ns);
	if (d->len < PGP_UNPROVEN_MIN || !may_be_signer(s, d))
		return HAUNT_EAUTH;
	err = message_take(s, out);
	if (err)
		return err;
	return token_take(s, now_ms) ? HAUNT_OK : HAUNT_EBUSY;
}

static bool has_signer(const struct client *client, const char *fingerprint)
{
	return fingerprint[0] && gpg_signs(client, fingerprint);
}

bool signers_may(const struct client *client, const struct pgp_plain *plain)
{
	return has_signer(client, plain->signer) ||
	       has_signer(client, plain->primary);
}

/* The client without an HMAC who has this one in the list. */
static size_t unproven_find(const struct signers *s, const char *fingerprint)
{
	for (size_t i = 0; i < s->config->clients_len; i++) {
		if (s->macs[i] && !s->macs[i]->hmac &&
		    has_signer(&s->config->clients[i], fingerprint))
			return i;
	}
	return SIGNERS_NONE;
}

size_t signers_find(const struct signers *s, const struct pgp_plain *plain)
{
	const size_t client = unproven_find(s, plain->signer);

	return client != SIGNERS_NONE ? client
				      : unproven_find(s, plain->primary);
}
