/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides salt, padding and base64 of a packet, and where its HMAC stands. */
#include <string.h>

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/cipher.h"
#include "core/proto/fwknop3.h"
#include "core/proto/key.h"
#include "core/proto/random.h"
#include "fko/context.h"
#include "fko/decode.h"
#include "fko/encode.h"
#include "fko/gpg.h"
#include "fko/packet.h"

#define MAGIC	       "Salted__"
#define MAGIC_LEN      8
#define HEAD_LEN       (MAGIC_LEN + CIPHER_SALT_LEN)
#define LEGACY_KEY_LEN 16
#define BYTES_MAX      (HEAD_LEN + FKO_PACKET_CAP + FKO_DIGEST_CAP + CIPHER_BLOCK)

/*
 * A key of libhaunt without its limits, which are not libfko's. In legacy mode
 * short keys are filled up with '0'; that long ones are cut is the programs'
 * business here.
 */
static int cipher_key(int mode, const char *key, int len,
		      struct haunt_key **out)
{
	char bytes[FKO_KEY_MAX];
	struct haunt_key_spec spec = { .key = bytes,
				       .mode = (enum haunt_mode)mode };
	int rc;

	if (len < 0 || len > FKO_KEY_MAX)
		return FKO_ERROR_INVALID_KEY_LEN;
	if (!haunt_mode_name(spec.mode))
		return FKO_ERROR_INVALID_DATA_ENCRYPT_MODE_VALIDFAIL;
	memset(bytes, '0', sizeof(bytes));
	if (key)
		memcpy(bytes, key, (size_t)len);
	spec.key_len = key ? (size_t)len : 0;
	if (spec.mode == HAUNT_MODE_LEGACY) {
		spec.mode = HAUNT_MODE_CBC;
		if (spec.key_len < LEGACY_KEY_LEN)
			spec.key_len = LEGACY_KEY_LEN;
	}
	rc = packet_code(key_make(&spec, out));
	secret_wipe(bytes, sizeof(bytes));
	return rc;
}

/* "Salted__", salt, message and digest, padded to whole blocks. */
static int plaintext_put(const struct fko_context *ctx, struct wr *w)
{
	uint8_t salt[CIPHER_SALT_LEN];
	enum haunt_err err = random_bytes(salt, sizeof(salt));
	uint8_t *room;
	size_t pad;

	if (err != HAUNT_OK)
		return packet_code(err);
	wr_bytes(w, MAGIC, MAGIC_LEN);
	wr_bytes(w, salt, sizeof(salt));
	wr_bytes(w, ctx->encoded, strlen(ctx->encoded));
	wr_u8(w, ':');
	wr_bytes(w, ctx->digest, strlen(ctx->digest));
	pad = CIPHER_BLOCK - w->len % CIPHER_BLOCK;
	room = wr_room(w, pad);
	if (!room)
		return FKO_ERROR_INVALID_DATA_ENCRYPT_PTLEN_VALIDFAIL;
	memset(room, (int)pad, pad);
	return FKO_SUCCESS;
}

static int packet_put(struct fko_packet *packet, const void *bytes, size_t len)
{
	struct wr w = wr_of(packet->text, FKO_PACKET_CAP - 1);

	if (!packet_len_valid(b64_chars(len)))
		return FKO_ERROR_INVALID_DATA_ENCRYPT_RESULT_MSGLEN_VALIDFAIL;
	b64_put(&w, bytes, len);
	packet->text[w.len] = '\0';
	packet->len = w.len;
	packet->verified = false;
	return FKO_SUCCESS;
}

static int rijndael_encrypt(struct fko_context *ctx, const char *key, int len)
{
	uint8_t bytes[BYTES_MAX];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct haunt_key *cipher;
	int rc;

	if (!key)
		return FKO_ERROR_INVALID_KEY_LEN;
	rc = cipher_key(ctx->mode, key, len, &cipher);
	if (rc != FKO_SUCCESS)
		return rc;
	rc = plaintext_put(ctx, &w);
	if (rc == FKO_SUCCESS)
		rc = packet_code(cipher_encrypt(cipher, bytes + MAGIC_LEN,
						bytes + HEAD_LEN,
						w.len - HEAD_LEN));
	if (rc == FKO_SUCCESS)
		rc = packet_put(&ctx->packet, bytes, w.len);
	haunt_key_free(cipher);
	secret_wipe(bytes, sizeof(bytes));
	return rc;
}

int fko_encrypt_spa_data(fko_ctx_t ctx, const char *key, int len)
{
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (len < 0)
		return FKO_ERROR_INVALID_KEY_LEN;
	rc = encode_if_needed(ctx);
	if (rc != FKO_SUCCESS)
		return rc;
	switch (ctx->encryption) {
	case FKO_ENCRYPTION_RIJNDAEL:
		return rijndael_encrypt(ctx, key, len);
	case FKO_ENCRYPTION_GPG:
		return gpg_encrypt(ctx, key);
	default:
		return FKO_ERROR_INVALID_ENCRYPTION_TYPE;
	}
}

/* Bytes of padding at the end: 1 to 16, or 0 if it is none. */
static size_t pad_len(const uint8_t *data, size_t len)
{
	const uint8_t n = data[len - 1];

	if (n == 0 || n > CIPHER_BLOCK)
		return 0;
	for (size_t i = len - n; i < len; i++) {
		if (data[i] != n)
			return 0;
	}
	return n;
}

/*
 * What a message is worth that decrypted as it should. Two texts for the same
 * bytes would be two packets to a replay store, and so would be two lengths
 * of the same message: old clients add no padding to whole blocks, and where
 * no HMAC forbids it, anybody could cut a block of nothing but padding off.
 * Without an HMAC that is taken in legacy mode only.
 */
static int verdict_of(const struct fko_context *ctx, bool canonical, size_t pad)
{
	if (ctx->packet.verified)
		return FKO_SUCCESS;
	return canonical && (pad || ctx->mode == HAUNT_MODE_LEGACY)
		       ? FKO_SUCCESS
		       : FKO_ERROR_DECRYPTION_FAILURE;
}

/* The bytes of a packet. Set bits that belong to no byte make it one that is
 * not canonical. */
static int bytes_get(const struct fko_packet *packet, struct wr *w,
		     bool *canonical)
{
	const size_t rest = packet->len % 4 == 1 ? 1 : 0;
	enum haunt_err err;

	if (!b64_alphabet(packet->text, packet->len))
		return FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64;
	/* EFORMAT can only mean those bits then, and all is decoded. */
	err = b64_get(packet->text, packet->len - rest, w);
	if ((err != HAUNT_OK && err != HAUNT_EFORMAT) ||
	    w->len < HEAD_LEN + CIPHER_BLOCK || w->len % CIPHER_BLOCK != 0)
		return FKO_ERROR_INVALID_DATA_ENCRYPT_CIPHERLEN_VALIDFAIL;
	*canonical = err == HAUNT_OK && !rest;
	return FKO_SUCCESS;
}

static int rijndael_decrypt(struct fko_context *ctx, const char *key, int len)
{
	uint8_t bytes[FKO_PACKET_CAP];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct haunt_key *cipher;
	bool canonical = false;
	size_t pad;
	int rc;

	if (len > FKO_KEY_MAX)
		return FKO_ERROR_INVALID_KEY_LEN;
	if (!packet_complete(&ctx->packet,
			     packet_prefix(FKO_ENCRYPTION_RIJNDAEL)))
		return FKO_ERROR_INVALID_DATA_ENCRYPT_CIPHERLEN_DECODEFAIL;
	rc = bytes_get(&ctx->packet, &w, &canonical);
	if (rc != FKO_SUCCESS)
		return rc;
	rc = cipher_key(ctx->mode, key, len, &cipher);
	if (rc == FKO_ERROR_INVALID_DATA_ENCRYPT_MODE_VALIDFAIL)
		return FKO_ERROR_DECRYPTION_FAILURE;
	if (rc != FKO_SUCCESS)
		return rc;
	rc = packet_code(cipher_decrypt(cipher, bytes + MAGIC_LEN,
					bytes + HEAD_LEN, w.len - HEAD_LEN));
	if (rc == FKO_SUCCESS) {
		pad = pad_len(bytes, w.len);
		rc = decode_plaintext(ctx, (const char *)bytes + HEAD_LEN,
				      w.len - HEAD_LEN - pad,
				      verdict_of(ctx, canonical, pad));
	}
	haunt_key_free(cipher);
	secret_wipe(bytes, sizeof(bytes));
	return rc;
}

int fko_decrypt_spa_data(fko_ctx_t ctx, const char *key, int len)
{
	int type;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (len < 0)
		return FKO_ERROR_INVALID_KEY_LEN;
	type = packet_encryption(ctx->packet.len);
	if (type == FKO_ENCRYPTION_GPG && ctx->mode == FKO_MODE_ASYMMETRIC) {
		ctx->encryption = FKO_ENCRYPTION_GPG;
		return gpg_decrypt(ctx, key);
	}
	if (type != FKO_ENCRYPTION_RIJNDAEL)
		return FKO_ERROR_INVALID_DATA_ENCRYPT_TYPE_UNKNOWN;
	ctx->encryption = FKO_ENCRYPTION_RIJNDAEL;
	return rijndael_decrypt(ctx, key, len);
}
