/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides what is computed once for a key: libgcrypt's HMAC handle keeps the
 * states after the inner and the outer pad, and a reset goes back to them, so
 * a packet costs no hashing of the key.
 */
#include "core/proto/key.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEGACY_KEY_LEN 16

static bool mode_known(enum haunt_mode mode)
{
	return haunt_mode_name(mode) != NULL;
}

static enum haunt_err hmac_check(const struct haunt_key_spec *spec)
{
	const bool hmac = spec->hmac_type != HAUNT_DIGEST_NONE;

	if (hmac && !digest_known(spec->hmac_type))
		return HAUNT_EUNSUPPORTED;
	if (hmac != (spec->hmac != NULL))
		return HAUNT_EFORMAT;
	if (hmac && (!spec->hmac_len || spec->hmac_len > HAUNT_HMAC_KEY_MAX))
		return HAUNT_ELENGTH;
	return HAUNT_OK;
}

static enum haunt_err spec_check(const struct haunt_key_spec *spec)
{
	enum haunt_err err;

	if (!mode_known(spec->mode))
		return HAUNT_EUNSUPPORTED;
	if (!spec->key || !spec->key_len || spec->key_len > HAUNT_KEY_MAX)
		return HAUNT_ELENGTH;
	err = hmac_check(spec);
	if (err != HAUNT_OK)
		return err;
	if (spec->hmac && spec->key_len == spec->hmac_len &&
	    secret_memequal(spec->key, spec->hmac, spec->key_len))
		return HAUNT_EFORMAT;
	return HAUNT_OK;
}

/* Clients before 2.5 used exactly 16 bytes: cut, or filled up with '0'. */
static enum haunt_err legacy_new(const struct haunt_key_spec *spec,
				 struct secret **out)
{
	uint8_t bytes[LEGACY_KEY_LEN];
	const size_t len =
		spec->key_len < sizeof(bytes) ? spec->key_len : sizeof(bytes);
	enum haunt_err err;

	memset(bytes, '0', sizeof(bytes));
	memcpy(bytes, spec->key, len);
	err = secret_new(bytes, sizeof(bytes), out);
	secret_wipe(bytes, sizeof(bytes));
	return err;
}

static enum haunt_err cipher_new(const struct haunt_key_spec *spec,
				 struct secret **out)
{
	if (spec->mode == HAUNT_MODE_LEGACY)
		return legacy_new(spec, out);
	return secret_new(spec->key, spec->key_len, out);
}

static enum haunt_err hmac_new(const struct haunt_key_spec *spec,
			       gcry_md_hd_t *out)
{
	gcry_md_hd_t md;
	gcry_error_t e;

	if (spec->hmac_type == HAUNT_DIGEST_NONE)
		return HAUNT_OK;
	e = gcry_md_open(&md, digest_gcry(spec->hmac_type), GCRY_MD_FLAG_HMAC);
	if (!e) {
		e = gcry_md_setkey(md, spec->hmac, spec->hmac_len);
		if (e)
			gcry_md_close(md);
	}
	if (e)
		return gcry_err_code(e) == GPG_ERR_ENOMEM ? HAUNT_ENOMEM
							  : HAUNT_EUNSUPPORTED;
	*out = md;
	return HAUNT_OK;
}

enum haunt_err key_make(const struct haunt_key_spec *spec,
			struct haunt_key **out)
{
	struct haunt_key *key;
	enum haunt_err err = digest_init();

	if (err != HAUNT_OK)
		return err;
	key = calloc(1, sizeof(*key));
	if (!key)
		return HAUNT_ENOMEM;
	key->mode = spec->mode;
	key->hmac_type = spec->hmac_type;
	if (spec->key)
		err = cipher_new(spec, &key->cipher);
	if (err == HAUNT_OK)
		err = hmac_new(spec, &key->hmac);
	if (err != HAUNT_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	haunt_key_free(key);
	return err;
}

enum haunt_err haunt_key_new(const struct haunt_key_spec *spec,
			     struct haunt_key **out)
{
	enum haunt_err err = spec_check(spec);

	return err == HAUNT_OK ? key_make(spec, out) : err;
}

enum haunt_err key_mac_new(const void *hmac, size_t len, enum haunt_digest type,
			   struct haunt_key **out)
{
	const struct haunt_key_spec spec = { .hmac = hmac,
					     .hmac_len = len,
					     .hmac_type = type };
	enum haunt_err err = hmac_check(&spec);

	return err == HAUNT_OK ? key_make(&spec, out) : err;
}

void haunt_key_free(struct haunt_key *key)
{
	if (!key)
		return;
	secret_free(key->cipher);
	gcry_md_close(key->hmac);
	free(key);
}

enum haunt_digest haunt_key_hmac_type(const struct haunt_key *key)
{
	return key->hmac_type;
}

const uint8_t *key_hmac(struct haunt_key *key, const void *text, size_t len)
{
	gcry_md_reset(key->hmac);
	gcry_md_write(key->hmac, text, len);
	return gcry_md_read(key->hmac, 0);
}
