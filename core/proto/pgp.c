/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides in which order a packet with OpenPGP keys is put together and taken
 * apart.
 */
#include "core/proto/pgp.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/fingerprint.h"
#include "core/proto/key.h"
#include "core/proto/key_text.h"
#include "core/proto/request.h"

struct haunt_pgp {
	struct haunt_key *mac;
	struct pgp_engine engine;
	char recipient[HAUNT_FINGERPRINT_MAX]; /* empty: none */
	char signer[HAUNT_FINGERPRINT_MAX];    /* empty: the default */
};

const char *haunt_pgp_signature_name(enum haunt_pgp_signature signature)
{
	static const char *const names[HAUNT_PGP_SIGNATURE_COUNT] = {
		[HAUNT_PGP_GOOD] = "good",
		[HAUNT_PGP_UNSIGNED] = "unsigned",
		[HAUNT_PGP_BAD] = "bad",
		[HAUNT_PGP_NO_KEY] = "key-unknown",
		[HAUNT_PGP_EXPIRED] = "expired",
		[HAUNT_PGP_KEY_EXPIRED] = "key-expired",
		[HAUNT_PGP_KEY_REVOKED] = "key-revoked",
		[HAUNT_PGP_SEVERAL] = "several",
		[HAUNT_PGP_UNUSABLE] = "unusable",
	};

	return signature < HAUNT_PGP_SIGNATURE_COUNT ? names[signature] : "?";
}

enum haunt_err haunt_fingerprint_parse(const char *text,
				       char out[HAUNT_FINGERPRINT_MAX])
{
	_Static_assert(HAUNT_FINGERPRINT_MAX == FINGERPRINT_MAX, "one length");

	return fingerprint_parse(text, out);
}

/* ---- birth and death ---- */

static enum haunt_err passphrase_check(const void *text, size_t len)
{
	if (!text)
		return HAUNT_OK;
	if (len > HAUNT_PASSPHRASE_MAX)
		return HAUNT_ELENGTH;
	/* It is told as a line of text. */
	return memchr(text, 0, len) || memchr(text, '\n', len) ? HAUNT_EFORMAT
							       : HAUNT_OK;
}

enum haunt_err pgp_passphrase_load(const char *path, struct secret **out)
{
	char text[HAUNT_PASSPHRASE_MAX + 2];
	size_t len = 0;
	enum haunt_err err = key_file_read(path, text, sizeof(text), &len);

	if (err == HAUNT_OK && len && text[len - 1] == '\n')
		len--;
	if (err == HAUNT_OK)
		err = len ? passphrase_check(text, len) : HAUNT_ELENGTH;
	if (err == HAUNT_OK)
		err = secret_new(text, len, out);
	secret_wipe(text, sizeof(text));
	return err;
}

enum haunt_err haunt_pgp_set_passphrase(struct haunt_pgp *pgp,
					const void *passphrase, size_t len)
{
	struct secret *s = NULL;
	enum haunt_err err = passphrase_check(passphrase, len);

	if (err == HAUNT_OK && passphrase)
		err = secret_new(passphrase, len, &s);
	if (err != HAUNT_OK)
		return err;
	secret_free(pgp->engine.passphrase);
	pgp->engine.passphrase = s;
	return HAUNT_OK;
}

static enum haunt_err fingerprints_take(struct haunt_pgp *pgp,
					const struct haunt_pgp_spec *spec)
{
	enum haunt_err err = HAUNT_OK;

	if (spec->recipient)
		err = haunt_fingerprint_parse(spec->recipient, pgp->recipient);
	if (err == HAUNT_OK && spec->signer)
		err = haunt_fingerprint_parse(spec->signer, pgp->signer);
	return err;
}

enum haunt_err haunt_pgp_new(const struct haunt_pgp_spec *spec,
			     struct haunt_pgp **out)
{
	struct haunt_pgp *pgp;
	enum haunt_err err =
		passphrase_check(spec->passphrase, spec->passphrase_len);

	if (err != HAUNT_OK)
		return err;
	pgp = calloc(1, sizeof(*pgp));
	if (!pgp)
		return HAUNT_ENOMEM;
	err = fingerprints_take(pgp, spec);
	if (err == HAUNT_OK)
		err = key_mac_new(spec->hmac, spec->hmac_len, spec->hmac_type,
				  &pgp->mac);
	if (err == HAUNT_OK)
		err = pgp_engine_init(&pgp->engine, spec->home, spec);
	if (err != HAUNT_OK)
		goto out;
	*out = pgp;
	pgp = NULL;
out:
	haunt_pgp_free(pgp);
	return err;
}

enum haunt_err haunt_pgp_load(const char *path,
			      const struct haunt_pgp_spec *spec,
			      struct haunt_pgp **out, unsigned int *line)
{
	struct haunt_pgp_spec full = *spec;
	struct key_pair pair = { .key_len = 0 };
	unsigned int blamed = 0;
	enum haunt_err err = key_pair_load(path, &pair, &blamed);

	full.hmac = pair.hmac_len ? pair.hmac : NULL;
	full.hmac_len = pair.hmac_len;
	if (!pair.hmac_len)
		full.hmac_type = HAUNT_DIGEST_NONE;
	if (err == HAUNT_OK)
		err = haunt_pgp_new(&full, out);
	secret_wipe(&pair, sizeof(pair));
	if (err != HAUNT_OK && line)
		*line = blamed;
	return err;
}

void haunt_pgp_free(struct haunt_pgp *pgp)
{
	if (!pgp)
		return;
	haunt_key_free(pgp->mac);
	pgp_engine_clear(&pgp->engine);
	free(pgp);
}

enum haunt_digest haunt_pgp_hmac_type(const struct haunt_pgp *pgp)
{
	return pgp->mac->hmac_type;
}

const char *haunt_pgp_error(const struct haunt_pgp *pgp)
{
	return pgp->engine.why;
}

enum haunt_err haunt_pgp_find(struct haunt_pgp *pgp, const char *text,
			      int secret, char out[HAUNT_FINGERPRINT_MAX])
{
	return pgp_engine_find(&pgp->engine, text, secret, out);
}

/* ---- sealing ---- */

static enum haunt_err message_make(struct haunt_pgp *pgp,
				   const struct haunt_request *request,
				   struct wr *message)
{
	const struct haunt_pgp_spec keys = {
		.recipient = pgp->recipient,
		.signer = pgp->signer[0] ? pgp->signer : NULL,
	};
	uint8_t text[REQUEST_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct rd plain;
	enum haunt_err err = request_text_put(&w, request);

	plain = rd_of(text, w.len);
	if (err == HAUNT_OK)
		err = pgp_engine_seal(&pgp->engine, &keys, &plain, message);
	secret_wipe(text, sizeof(text));
	return err;
}

enum haunt_err haunt_pgp_seal(struct haunt_pgp *pgp,
			      const struct haunt_request *request, char *packet,
			      size_t cap, size_t *len)
{
	struct haunt_request complete = *request;
	uint8_t message[PGP_MESSAGE_MAX];
	struct wr m = wr_of(message, sizeof(message));
	struct wr w = wr_of(packet, cap ? cap - 1 : 0);
	enum haunt_err err = haunt_request_check(request, NULL);

	pgp->engine.why[0] = '\0';
	if (err == HAUNT_OK && !cap)
		err = HAUNT_EBUSY;
	if (err == HAUNT_OK && !pgp->recipient[0])
		err = HAUNT_ENOENT;
	if (err == HAUNT_OK)
		err = request_complete(&complete);
	if (err == HAUNT_OK)
		err = message_make(pgp, &complete, &m);
	if (err == HAUNT_OK)
		err = pgp_text_put(pgp->mac, message, m.len, &w);
	if (err != HAUNT_OK)
		return err;
	packet[w.len] = '\0';
	*len = w.len;
	return HAUNT_OK;
}

/* ---- opening ---- */

enum haunt_err pgp_decrypt(struct haunt_pgp *pgp, const void *message,
			   size_t len, struct pgp_plain *out)
{
	return pgp_engine_open(&pgp->engine, message, len, out);
}

enum haunt_err pgp_request(const struct pgp_plain *plain,
			   struct haunt_request *out, uint8_t id[PGP_ID_LEN])
{
	uint8_t bytes[HAUNT_FINGERPRINT_MAX + PGP_PLAIN_MAX];
	struct wr w = wr_of(bytes, sizeof(bytes));
	enum haunt_err err = request_text_get(plain->text, plain->len, out);

	if (err != HAUNT_OK)
		return err;
	wr_bytes(&w, plain->signer, strlen(plain->signer) + 1);
	wr_bytes(&w, plain->text, plain->len);
	err = w.failed ? HAUNT_ELENGTH : pgp_id(bytes, w.len, id);
	secret_wipe(bytes, sizeof(bytes));
	return err;
}

static enum haunt_err plain_judge(const struct pgp_plain *plain,
				  struct haunt_pgp_opened *out)
{
	struct haunt_pgp_opened opened = { .signature = plain->signature };
	uint8_t id[PGP_ID_LEN];
	enum haunt_err err = pgp_request(plain, &opened.request, id);

	if (err != HAUNT_OK)
		return err;
	memcpy(opened.signer, plain->signer, sizeof(opened.signer));
	memcpy(opened.primary, plain->primary, sizeof(opened.primary));
	*out = opened;
	return plain->signature == HAUNT_PGP_GOOD ? HAUNT_OK : HAUNT_EDENIED;
}

enum haunt_err haunt_pgp_open(struct haunt_pgp *pgp, const void *packet,
			      size_t len, struct haunt_pgp_opened *out)
{
	uint8_t message[PGP_MESSAGE_MAX];
	struct wr m = wr_of(message, sizeof(message));
	struct pgp_packet parsed;
	struct pgp_plain plain = { .len = 0 };
	enum haunt_err err = pgp_parse(packet, len, &parsed);

	pgp->engine.why[0] = '\0';
	if (err == HAUNT_OK)
		err = pgp_verify(pgp->mac, &parsed);
	if (err == HAUNT_OK)
		err = pgp_message(&parsed, &m);
	if (err == HAUNT_OK)
		err = pgp_decrypt(pgp, message, m.len, &plain);
	if (err == HAUNT_OK)
		err = plain_judge(&plain, out);
	secret_wipe(&plain, sizeof(plain));
	return err;
}
