/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which keys are tried, and the memory of who was where:
 * a table of fixed size in which an address has one place, written only for
 * packets that were authentic.
 */
#include "core/gate/clients.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/secret.h"
#include "core/gate/policy.h"
#include "core/gate/sender.h"
#include "core/gate/signers.h"
#include "core/proto/fwknop3.h"
#include "core/proto/key_text.h"

_Static_assert(CLIENTS_ID == FWKNOP3_ID_LEN, "one id");

#define SEEN_BITS 12
#define SEEN_SIZE (1u << SEEN_BITS)
#define NOBODY	  SIZE_MAX

/* Who made the last packet from an address. */
struct seen {
	struct ip_addr address;
	uint32_t client; /* plus 1; 0: nobody */
};

struct clients {
	const struct config *config;
	struct haunt_key **keys; /* NULL: its packets are all signed */
	struct signers *signers; /* NULL: nobody signs */
	struct seen *seen;
	struct log_limit strays;
	size_t half; /* whose HMAC it is, but not whose cipher key */
	struct fwknop3_packet packet; /* the one being looked at */
};

static const char *load_error(enum haunt_err err, unsigned int line,
			      int hmac_type)
{
	if (err == HAUNT_ESYS)
		return strerrorname_np(errno);
	if (err == HAUNT_EDENIED)
		return "others-can-read-it";
	/* No line is to blame: the keys do not fit, or are not there. */
	if (err == HAUNT_EFORMAT && !line)
		return hmac_type == HAUNT_DIGEST_NONE
			       ? "has-an-hmac-key-but-hmac-is-none"
			       : "no-key-or-both-keys-the-same";
	return err == HAUNT_ELENGTH ? "length" : "format";
}

/* A client that signs need have no key for the cipher. What is wrong with its
 * file is the signers' to say. */
static bool has_cipher_key(const struct client *client)
{
	struct key_pair pair = { .key_len = 0 };
	unsigned int line;
	bool has;

	if (!client->gpg_signers_len)
		return true;
	has = client->key_path &&
	      key_pair_load(client->key_path, &pair, &line) == HAUNT_OK &&
	      pair.key_len;
	secret_wipe(&pair, sizeof(pair));
	return has;
}

static bool key_load(const struct client *client, struct haunt_key **out)
{
	const struct haunt_key_spec spec = {
		.mode = (enum haunt_mode)client->mode,
		.hmac_type = (enum haunt_digest)client->hmac_type,
	};
	unsigned int line = 0;
	enum haunt_err err =
		haunt_key_load(client->key_path, &spec, out, &line);

	if (err) {
		log_event(LOG_LEVEL_ERROR, "key",
			  "client=%s file=%s line=%u error=%s", client->name,
			  client->key_path, line,
			  load_error(err, line, client->hmac_type));
		return false;
	}
	if (haunt_key_hmac_type(*out) || client->allow_without_hmac)
		return true;
	log_event(LOG_LEVEL_ERROR, "key", "client=%s file=%s error=no-hmac-key",
		  client->name, client->key_path);
	return false;
}

enum haunt_err clients_new(const struct config *config, struct clients **out)
{
	struct clients *c = calloc(1, sizeof(*c));
	bool ok = true;

	if (!c)
		return HAUNT_ENOMEM;
	c->config = config;
	c->strays.interval_ms = 1000;
	c->strays.burst = CLIENTS_STRAYS_PER_S;
	c->keys = calloc(config->clients_len + 1, sizeof(struct haunt_key *));
	c->seen = calloc(SEEN_SIZE, sizeof(*c->seen));
	if (!c->keys || !c->seen) {
		clients_free(c);
		return HAUNT_ENOMEM;
	}
	for (size_t i = 0; i < config->clients_len; i++) {
		if (has_cipher_key(&config->clients[i]) &&
		    !key_load(&config->clients[i], &c->keys[i]))
			ok = false;
	}
	if (config_needs_pgp(config) && signers_new(config, &c->signers))
		ok = false;
	if (!ok) {
		clients_free(c);
		return HAUNT_EFORMAT;
	}
	*out = c;
	return HAUNT_OK;
}

void clients_free(struct clients *c)
{
	if (!c)
		return;
	for (size_t i = 0; c->keys && i < c->config->clients_len; i++)
		haunt_key_free(c->keys[i]);
	signers_free(c->signers);
	free(c->keys);
	free(c->seen);
	free(c);
}

struct signers *clients_signers(const struct clients *c)
{
	return c->signers;
}

static struct seen *seen_at(struct clients *c, const struct ip_addr *a)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < sizeof(a->b); i++)
		h = (h ^ a->b[i]) * 16777619u;
	return &c->seen[(h ^ h >> SEEN_BITS) % SEEN_SIZE];
}

static size_t seen_client(struct clients *c, const struct ip_addr *source)
{
	const struct seen *s = seen_at(c, source);

	if (!s->client || !addr_equal(&s->address, source))
		return NOBODY;
	return s->client - 1;
}

/* EAUTH: not this client's. Anything else ends the search. */
static enum haunt_err try_client(struct clients *c, size_t client,
				 struct clients_opened *out)
{
	struct haunt_key *key = c->keys[client];
	bool proven = haunt_key_hmac_type(key) != HAUNT_DIGEST_NONE;
	enum haunt_err err = fwknop3_verify(key, &c->packet);

	if (err)
		return err;
	err = fwknop3_decrypt(key, &c->packet, &out->request, out->id);
	if (err == HAUNT_EAUTH && proven)
		c->half = client;
	if (err == HAUNT_ENOMEM || err == HAUNT_EAUTH)
		return err;
	/* Without an HMAC, noise is more likely than a broken client. */
	if (err && !proven)
		return HAUNT_EAUTH;
	out->client = client;
	out->contents = err;
	return HAUNT_OK;
}

/* Which keys a pass over the clients is about. */
struct pass {
	const struct datagram *d;
	bool proxy;   /* as sender_is_proxy() says */
	size_t tried; /* not this one again */
	bool here;    /* `from` holds the source */
	bool hmac;
};

static bool pass_wants(const struct clients *c, const struct pass *p, size_t i)
{
	const struct haunt_key *key = c->keys[i];
	const struct client *client = &c->config->clients[i];
	const struct sender o = sender_of(client, p->d, p->proxy);

	return key && i != p->tried &&
	       p->hmac == (haunt_key_hmac_type(key) != HAUNT_DIGEST_NONE) &&
	       p->here == policy_from(client, &o.source);
}

static enum haunt_err try_pass(struct clients *c, const struct pass *p,
			       struct clients_opened *out)
{
	for (size_t i = 0; i < c->config->clients_len; i++) {
		enum haunt_err err;

		if (!pass_wants(c, p, i))
			continue;
		err = try_client(c, i, out);
		if (err != HAUNT_EAUTH)
			return err;
	}
	return HAUNT_EAUTH;
}

static enum haunt_err try_both(struct clients *c, struct pass *p,
			       struct clients_opened *out)
{
	enum haunt_err err;

	p->hmac = true;
	err = try_pass(c, p, out);
	if (err != HAUNT_EAUTH)
		return err;
	p->hmac = false;
	return try_pass(c, p, out);
}

/* Who knocks, for the memory of who was where. Whoever lies in a header finds
 * other keys tried first, and that is all. */
static const struct ip_addr *place_of(const struct datagram *d)
{
	return d->forwarding == FORWARDING_NAMED ? &d->forwarded
						 : &d->source.addr;
}

static enum haunt_err search(struct clients *c, const struct datagram *d,
			     uint64_t now_ms, struct clients_opened *out)
{
	struct pass pass = { .d = d,
			     .proxy = sender_is_proxy(c->config, d),
			     .tried = seen_client(c, place_of(d)),
			     .here = true };
	enum haunt_err err;

	if (pass.tried != NOBODY) {
		err = try_client(c, pass.tried, out);
		if (err != HAUNT_EAUTH)
			return err;
	}
	err = try_both(c, &pass, out);
	if (err != HAUNT_EAUTH || !log_limit_pass(&c->strays, now_ms))
		return err;
	pass.here = false;
	return try_both(c, &pass, out);
}

enum haunt_err clients_open(struct clients *c, const struct datagram *d,
			    uint64_t now_ms, struct clients_opened *out)
{
	enum haunt_err err = fwknop3_parse(d->payload, d->len, &c->packet);
	const struct client *client;
	struct sender sender;
	struct seen *seen;

	if (err)
		return err;
	c->half = NOBODY;
	err = search(c, d, now_ms, out);
	if (err == HAUNT_EAUTH && c->half != NOBODY) {
		out->client = c->half;
		out->contents = HAUNT_EAUTH;
		return HAUNT_OK;
	}
	if (err || out->contents)
		return err;
	client = &c->config->clients[out->client];
	sender = sender_of(client, d, sender_is_proxy(c->config, d));
	if (!policy_from(client, &sender.source))
		return HAUNT_OK;
	seen = seen_at(c, place_of(d));
	seen->address = *place_of(d);
	seen->client = (uint32_t)out->client + 1;
	return HAUNT_OK;
}
