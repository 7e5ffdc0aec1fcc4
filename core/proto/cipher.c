/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the derivation of key and IV (three MD5s over key and salt, each fed
 * with the one before) and libgcrypt's names for the modes.
 */
#include "core/proto/cipher.h"

#include "core/base/wire.h"
#include "core/proto/key.h"

#define MD5_LEN	  16
#define KEY_LEN	  32
#define ROUNDS	  3 /* of MD5: two for the key, one for the IV */
#define ROUND_MAX (MD5_LEN + HAUNT_KEY_MAX + CIPHER_SALT_LEN)

static enum haunt_err derive(const struct haunt_key *key, const uint8_t *salt,
			     uint8_t out[ROUNDS * MD5_LEN])
{
	uint8_t input[ROUND_MAX], digest[DIGEST_LEN_MAX];
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; i < ROUNDS && err == HAUNT_OK; i++) {
		struct wr w = wr_of(input, sizeof(input));

		wr_bytes(&w, digest, i ? MD5_LEN : 0);
		wr_bytes(&w, secret_bytes(key->cipher),
			 secret_len(key->cipher));
		wr_bytes(&w, salt, CIPHER_SALT_LEN);
		err = digest_compute(HAUNT_DIGEST_MD5, input, w.len, digest);
		memcpy(out + i * MD5_LEN, digest, MD5_LEN);
	}
	secret_wipe(input, sizeof(input));
	secret_wipe(digest, sizeof(digest));
	return err;
}

static int gcry_mode(enum haunt_mode mode)
{
	switch (mode) {
	case HAUNT_MODE_ECB:
		return GCRY_CIPHER_MODE_ECB;
	case HAUNT_MODE_CFB:
		return GCRY_CIPHER_MODE_CFB;
	case HAUNT_MODE_OFB:
		return GCRY_CIPHER_MODE_OFB;
	case HAUNT_MODE_CTR:
		return GCRY_CIPHER_MODE_CTR;
	case HAUNT_MODE_CBC:
	case HAUNT_MODE_LEGACY:
		break;
	}
	return GCRY_CIPHER_MODE_CBC;
}

static gcry_error_t iv_set(gcry_cipher_hd_t h, int mode, const uint8_t *iv)
{
	if (mode == GCRY_CIPHER_MODE_ECB)
		return 0;
	if (mode == GCRY_CIPHER_MODE_CTR)
		return gcry_cipher_setctr(h, iv, CIPHER_BLOCK);
	return gcry_cipher_setiv(h, iv, CIPHER_BLOCK);
}

/* A handle that is ready for the first block; NULL is fine to close. */
static enum haunt_err handle_new(const struct haunt_key *key,
				 const uint8_t *salt, gcry_cipher_hd_t *out)
{
	uint8_t derived[ROUNDS * MD5_LEN];
	const int mode = gcry_mode(key->mode);
	enum haunt_err err = derive(key, salt, derived);
	gcry_cipher_hd_t h = NULL;
	gcry_error_t e;

	if (err != HAUNT_OK)
		goto out;
	e = gcry_cipher_open(&h, GCRY_CIPHER_AES256, mode, 0);
	if (!e)
		e = gcry_cipher_setkey(h, derived, KEY_LEN);
	if (!e)
		e = iv_set(h, mode, derived + KEY_LEN);
	if (e) {
		gcry_cipher_close(h);
		err = gcry_err_code(e) == GPG_ERR_ENOMEM ? HAUNT_ENOMEM
							 : HAUNT_EUNSUPPORTED;
		goto out;
	}
	*out = h;
out:
	secret_wipe(derived, sizeof(derived));
	return err;
}

typedef gcry_error_t cipher_fn(gcry_cipher_hd_t h, void *out, size_t out_len,
			       const void *in, size_t in_len);

static enum haunt_err cipher_run(cipher_fn *fn, const struct haunt_key *key,
				 const uint8_t *salt, uint8_t *data, size_t len)
{
	gcry_cipher_hd_t h;
	enum haunt_err err = handle_new(key, salt, &h);

	if (err != HAUNT_OK)
		return err;
	if (fn(h, data, len, NULL, 0))
		err = HAUNT_EUNSUPPORTED;
	gcry_cipher_close(h);
	return err;
}

enum haunt_err cipher_encrypt(const struct haunt_key *key,
			      const uint8_t salt[CIPHER_SALT_LEN],
			      uint8_t *data, size_t len)
{
	return cipher_run(gcry_cipher_encrypt, key, salt, data, len);
}

enum haunt_err cipher_decrypt(const struct haunt_key *key,
			      const uint8_t salt[CIPHER_SALT_LEN],
			      uint8_t *data, size_t len)
{
	return cipher_run(gcry_cipher_decrypt, key, salt, data, len);
}
