/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides how a context's values become work for libhaunt's GnuPG engine. Only
 * the two characters that libfko strips are its own: a packet whose message
 * begins otherwise is one that libfko could not send.
 */
#include "fko/gpg.h"

#include <stdio.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/pgp_engine.h"
#include "fko/decode.h"
#include "fko/packet.h"

#define SUMMARY_GOOD 3 /* valid, and by a key that is good */

/* What there is to say when GnuPG failed. */
static int engine_code(struct fko_context *ctx, const struct pgp_engine *e,
		       enum haunt_err err, int code)
{
	if (err == HAUNT_OK)
		return FKO_SUCCESS;
	snprintf(ctx->gpg.error, sizeof(ctx->gpg.error), "%s",
		 e->why[0] ? e->why : haunt_strerror(err));
	if (err == HAUNT_ENOMEM)
		return FKO_ERROR_MEMORY_ALLOCATION;
	return code;
}

static int engine_open(struct fko_context *ctx, const char *passphrase,
		       struct pgp_engine *e)
{
	/* An empty one means that nobody is asked. */
	const struct haunt_pgp_spec spec = {
		.passphrase = passphrase ? passphrase : "",
		.passphrase_len = passphrase ? strlen(passphrase) : 0,
	};
	const char *home = ctx->gpg.home[0] ? ctx->gpg.home : NULL;
	enum haunt_err err;

	*e = (struct pgp_engine){ .home = NULL };
	err = pgp_engine_init(e, home, &spec);
	return engine_code(ctx, e, err, FKO_ERROR_GPGME_NO_OPENPGP);
}

int gpg_find(struct fko_context *ctx, const char *who, bool secret)
{
	char fingerprint[HAUNT_FINGERPRINT_MAX];
	struct pgp_engine e;
	enum haunt_err err;
	int rc = engine_open(ctx, NULL, &e);

	if (rc != FKO_SUCCESS)
		return rc;
	err = *who ? pgp_engine_find(&e, who, secret, fingerprint)
		   : HAUNT_ENOENT;
	rc = secret ? FKO_ERROR_GPGME_SIGNER_KEY_NOT_FOUND
		    : FKO_ERROR_GPGME_RECIPIENT_KEY_NOT_FOUND;
	if (err == HAUNT_EEXIST)
		rc = secret ? FKO_ERROR_GPGME_SIGNER_KEY_AMBIGUOUS
			    : FKO_ERROR_GPGME_RECIPIENT_KEY_AMBIGUOUS;
	rc = engine_code(ctx, &e, err, rc);
	pgp_engine_clear(&e);
	return rc;
}

static int message_put(struct fko_packet *packet, const struct wr *message)
{
	struct wr w = wr_of(packet->text, FKO_PACKET_CAP - 1);

	if (!packet_len_valid(b64_chars(message->len)))
		return FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_RESULT_MSGLEN_VALIDFAIL;
	b64_put(&w, message->start, message->len);
	packet->text[w.len] = '\0';
	packet->len = w.len;
	packet->verified = false;
	return FKO_SUCCESS;
}

int gpg_encrypt(struct fko_context *ctx, const char *passphrase)
{
	const struct haunt_pgp_spec keys = {
		.recipient = ctx->gpg.recipient,
		.signer = ctx->gpg.signer[0] ? ctx->gpg.signer : NULL,
	};
	uint8_t bytes[FKO_PACKET_CAP];
	char text[FKO_PACKET_CAP + FKO_DIGEST_CAP];
	struct wr message = wr_of(bytes, sizeof(bytes));
	struct rd plain;
	struct pgp_engine e;
	enum haunt_err err;
	int rc;

	if (!ctx->gpg.recipient[0])
		return FKO_ERROR_MISSING_GPG_KEY_DATA;
	rc = engine_open(ctx, passphrase, &e);
	if (rc != FKO_SUCCESS)
		return rc;
	snprintf(text, sizeof(text), "%s:%s", ctx->encoded, ctx->digest);
	plain = rd_of(text, strlen(text));
	err = pgp_engine_seal(&e, &keys, &plain, &message);
	rc = engine_code(ctx, &e, err,
			 err == HAUNT_EAUTH ? FKO_ERROR_GPGME_BAD_PASSPHRASE
					    : FKO_ERROR_GPGME_ENCRYPT_SIGN);
	if (rc == FKO_SUCCESS)
		rc = message_put(&ctx->packet, &message);
	pgp_engine_clear(&e);
	secret_wipe(text, sizeof(text));
	return rc;
}

/* What libfko's programs are told of a signature. */
static int signature_take(struct fko_context *ctx,
			  const struct pgp_plain *plain)
{
	struct fko_signature *s = &ctx->gpg.signature;
	const size_t len = strlen(plain->signer);

	*s = (struct fko_signature){ .known = false };
	if (!ctx->gpg.verify)
		return FKO_SUCCESS;
	if (plain->signature == HAUNT_PGP_UNSIGNED)
		return FKO_ERROR_GPGME_NO_SIGNATURE;
	s->known = true;
	s->summary = plain->signature == HAUNT_PGP_GOOD ? SUMMARY_GOOD : 0;
	s->status = (int)plain->signature;
	memcpy(s->fpr, plain->signer, len + 1);
	memcpy(s->id, plain->signer + (len > 8 ? len - 8 : 0),
	       (len > 8 ? 8 : len) + 1);
	return plain->signature == HAUNT_PGP_GOOD || ctx->gpg.ignore
		       ? FKO_SUCCESS
		       : FKO_ERROR_GPGME_BAD_SIGNATURE;
}

static int plain_take(struct fko_context *ctx, const struct pgp_plain *plain)
{
	char text[FKO_PACKET_CAP + 1] = "";
	int rc = signature_take(ctx, plain);

	if (rc != FKO_SUCCESS)
		return rc;
	if (plain->len >= sizeof(text))
		return FKO_ERROR_INVALID_DATA_DECODE_MSGLEN_VALIDFAIL;
	memcpy(text, plain->text, plain->len);
	rc = decode_plaintext(ctx, text, plain->len, FKO_SUCCESS);
	secret_wipe(text, sizeof(text));
	return rc;
}

int gpg_decrypt(struct fko_context *ctx, const char *passphrase)
{
	uint8_t bytes[FKO_PACKET_CAP + FKO_DIGEST_CAP];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct pgp_plain plain;
	struct pgp_engine e;
	enum haunt_err err;
	int rc;

	if (!packet_complete(&ctx->packet, packet_prefix(FKO_ENCRYPTION_GPG)))
		return FKO_ERROR_INVALID_DATA_ENCRYPT_GPG_CIPHER_DECODEFAIL;
	if (!b64_alphabet(ctx->packet.text, ctx->packet.len))
		return FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64;
	if (b64_get(ctx->packet.text, ctx->packet.len, &w) != HAUNT_OK)
		return FKO_ERROR_GPGME_DECRYPT_FAILED;
	rc = engine_open(ctx, passphrase, &e);
	if (rc != FKO_SUCCESS)
		return rc;
	err = pgp_engine_open(&e, bytes, w.len, &plain);
	rc = engine_code(ctx, &e, err, FKO_ERROR_GPGME_DECRYPT_FAILED);
	if (rc == FKO_SUCCESS)
		rc = plain_take(ctx, &plain);
	pgp_engine_clear(&e);
	secret_wipe(&plain, sizeof(plain));
	return rc;
}
