/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides how the HMAC is made, and where it stands. */
#include <string.h>

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/key.h"
#include "fko/context.h"
#include "fko/packet.h"

/* The base64 of the HMAC of the context's type over text. */
static int hmac_compute(short type, const char *key, int len, struct rd text,
			char out[FKO_DIGEST_CAP])
{
	const struct haunt_key_spec spec = {
		.key = "",
		.hmac = key,
		.hmac_len = (size_t)len,
		.mode = HAUNT_MODE_CBC,
		.hmac_type = (enum haunt_digest)type,
	};
	struct wr w = wr_of(out, FKO_DIGEST_CAP - 1);
	struct haunt_key *hmac;
	enum haunt_err err = key_make(&spec, &hmac);

	if (err != HAUNT_OK)
		return packet_code(err);
	b64_put(&w, key_hmac(hmac, text.at, text.left),
		digest_len(spec.hmac_type));
	out[w.len] = '\0';
	haunt_key_free(hmac);
	return FKO_SUCCESS;
}

static int key_check(const char *key, int len)
{
	if (!key)
		return FKO_ERROR_INVALID_DATA;
	return len >= 0 && len <= FKO_HMAC_KEY_MAX
		       ? FKO_SUCCESS
		       : FKO_ERROR_INVALID_HMAC_KEY_LEN;
}

int fko_set_spa_hmac_type(fko_ctx_t ctx, short type)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (type < HAUNT_DIGEST_NONE || type > HAUNT_DIGEST_SHA3_512)
		return FKO_ERROR_INVALID_DATA_HMAC_TYPE_VALIDFAIL;
	ctx->hmac_type = type;
	return FKO_SUCCESS;
}

static void hmac_keep(struct fko_context *ctx, const char hmac[FKO_DIGEST_CAP])
{
	memcpy(ctx->hmac, hmac, FKO_DIGEST_CAP);
	ctx->hmac_len = (int)strlen(hmac);
}

int fko_set_spa_hmac(fko_ctx_t ctx, const char *key, int len)
{
	char hmac[FKO_DIGEST_CAP];
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	rc = key_check(key, len);
	if (rc != FKO_SUCCESS)
		return rc;
	if (ctx->hmac_type == HAUNT_DIGEST_NONE)
		return FKO_ERROR_UNKNOWN;
	rc = hmac_compute(ctx->hmac_type, key, len,
			  rd_of(ctx->packet.text, ctx->packet.len), hmac);
	if (rc == FKO_SUCCESS)
		hmac_keep(ctx, hmac);
	return rc;
}

/* Cuts the HMAC off, puts the beginning back and compares; ctx changes only if
 * that is the HMAC. */
static int hmac_compare(struct fko_context *ctx, const char *key, int len)
{
	const size_t chars = packet_digest_chars(ctx->hmac_type);
	struct fko_packet body = ctx->packet;
	char tag[FKO_DIGEST_CAP], hmac[FKO_DIGEST_CAP];
	int rc;

	if (body.len < chars + FKO_PACKET_MIN)
		return FKO_ERROR_INVALID_DATA_HMAC_ENCMSGLEN_VALIDFAIL;
	body.len -= chars;
	memcpy(tag, body.text + body.len, chars);
	body.text[body.len] = '\0';
	body.verified = true;
	if (!b64_alphabet(body.text, body.len))
		return FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64;
	if (!packet_complete(&body,
			     packet_prefix(ctx->mode == FKO_MODE_ASYMMETRIC
						   ? FKO_ENCRYPTION_GPG
						   : FKO_ENCRYPTION_RIJNDAEL)))
		return FKO_ERROR_INVALID_DATA_HMAC_ENCMSGLEN_VALIDFAIL;
	rc = hmac_compute(ctx->hmac_type, key, len, rd_of(body.text, body.len),
			  hmac);
	if (rc != FKO_SUCCESS)
		return rc;
	if (!secret_memequal(hmac, tag, chars))
		return FKO_ERROR_INVALID_DATA_HMAC_COMPAREFAIL;
	ctx->packet = body;
	hmac_keep(ctx, hmac);
	return FKO_SUCCESS;
}

int fko_verify_hmac(fko_ctx_t ctx, const char *key, int len)
{
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!key)
		return FKO_ERROR_INVALID_DATA;
	if (ctx->packet.len < FKO_PACKET_MIN)
		return FKO_ERROR_INVALID_DATA_HMAC_MSGLEN_VALIDFAIL;
	rc = key_check(key, len);
	if (rc != FKO_SUCCESS)
		return rc;
	if (ctx->hmac_type == HAUNT_DIGEST_NONE)
		return FKO_ERROR_UNSUPPORTED_HMAC_MODE;
	return hmac_compare(ctx, key, len);
}

int fko_spa_data_final(fko_ctx_t ctx, const char *key, int key_len,
		       const char *hmac_key, int hmac_key_len)
{
	struct fko_packet *packet;
	size_t chars;
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	rc = fko_encrypt_spa_data(ctx, key, key_len);
	if (rc != FKO_SUCCESS || ctx->hmac_type == HAUNT_DIGEST_NONE)
		return rc;
	if (!hmac_key || hmac_key_len < 0)
		return FKO_ERROR_INVALID_KEY_LEN;
	rc = fko_set_spa_hmac(ctx, hmac_key, hmac_key_len);
	if (rc != FKO_SUCCESS)
		return rc;
	packet = &ctx->packet;
	chars = strlen(ctx->hmac);
	memcpy(packet->text + packet->len, ctx->hmac, chars + 1);
	packet->len += chars;
	return FKO_SUCCESS;
}
