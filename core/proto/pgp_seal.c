/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the way to a message: keys that can be used today, and data objects. */
#include <errno.h>
#include <string.h>

#include "core/proto/pgp_work.h"

/* The first of a list, of which it must be the only one. */
static gpgme_error_t only_next(gpgme_ctx_t ctx, char out[HAUNT_FINGERPRINT_MAX])
{
	gpgme_key_t key;
	gpgme_error_t err = gpgme_op_keylist_next(ctx, &key);

	if (err)
		return err;
	work_fingerprint(key->fpr, out);
	gpgme_key_unref(key);
	err = gpgme_op_keylist_next(ctx, &key);
	if (!err) {
		gpgme_key_unref(key);
		return gpgme_error(GPG_ERR_AMBIGUOUS_NAME);
	}
	return gpgme_err_code(err) == GPG_ERR_EOF ? 0 : err;
}

enum haunt_err pgp_engine_find(struct pgp_engine *e, const char *text,
			       int secret, char out[HAUNT_FINGERPRINT_MAX])
{
	char found[HAUNT_FINGERPRINT_MAX];
	struct work w;
	gpgme_error_t err;
	enum haunt_err result = work_begin(e, &w);

	if (result != HAUNT_OK)
		return result;
	err = gpgme_op_keylist_start(w.ctx, *text ? text : NULL, secret);
	if (!err)
		err = only_next(w.ctx, found);
	if (!err)
		memcpy(out, found, sizeof(found));
	result = work_failed(e, text, err);
	work_end(&w);
	return result;
}

/* A key to encrypt to, or to sign with, that can be used today. */
static enum haunt_err key_get(struct pgp_engine *e, gpgme_ctx_t ctx,
			      const char *fingerprint, bool secret,
			      gpgme_key_t *out)
{
	gpgme_key_t key;
	gpgme_error_t err = gpgme_get_key(ctx, fingerprint, &key, secret);

	if (err)
		return work_failed(e, fingerprint, err);
	if (key->revoked)
		err = GPG_ERR_CERT_REVOKED;
	else if (key->expired)
		err = GPG_ERR_KEY_EXPIRED;
	else if (key->disabled || key->invalid)
		err = GPG_ERR_UNUSABLE_PUBKEY;
	else if (secret ? !key->can_sign : !key->can_encrypt)
		err = GPG_ERR_WRONG_KEY_USAGE;
	if (!err) {
		*out = key;
		return HAUNT_OK;
	}
	gpgme_key_unref(key);
	return work_failed(e, fingerprint, gpgme_error((gpgme_err_code_t)err));
}

static enum haunt_err data_take(struct pgp_engine *e, gpgme_data_t data,
				struct wr *out)
{
	char part[512];
	ssize_t n;

	if (gpgme_data_seek(data, 0, SEEK_SET) < 0)
		return work_failed(e, "", gpgme_error_from_errno(errno));
	while ((n = gpgme_data_read(data, part, sizeof(part))) > 0)
		wr_bytes(out, part, (size_t)n);
	if (n < 0)
		return work_failed(e, "", gpgme_error_from_errno(errno));
	return out->failed ? HAUNT_ELENGTH : HAUNT_OK;
}

static enum haunt_err encrypt(struct pgp_engine *e, gpgme_ctx_t ctx,
			      gpgme_key_t recipient, const struct rd *plain,
			      struct wr *message)
{
	static const unsigned int flags =
		GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO;
	gpgme_key_t keys[2] = { recipient, NULL };
	gpgme_data_t in = NULL, to = NULL;
	enum haunt_err result;
	gpgme_error_t err = gpgme_data_new_from_mem(
		&in, (const char *)plain->at, plain->left, 0);

	if (!err)
		err = gpgme_data_new(&to);
	if (!err)
		err = gpgme_op_encrypt_sign(
			ctx, keys, (gpgme_encrypt_flags_t)flags, in, to);
	result = work_failed(e, "", err);
	if (result == HAUNT_OK)
		result = data_take(e, to, message);
	gpgme_data_release(in);
	gpgme_data_release(to);
	return result;
}

enum haunt_err pgp_engine_seal(struct pgp_engine *e,
			       const struct haunt_pgp_spec *keys,
			       const struct rd *plain, struct wr *message)
{
	gpgme_key_t recipient = NULL, signer = NULL;
	struct work w;
	enum haunt_err err = work_begin(e, &w);

	if (err != HAUNT_OK)
		return err;
	err = key_get(e, w.ctx, keys->recipient, false, &recipient);
	if (err == HAUNT_OK && keys->signer)
		err = key_get(e, w.ctx, keys->signer, true, &signer);
	if (err == HAUNT_OK && signer)
		err = work_failed(e, keys->signer,
				  gpgme_signers_add(w.ctx, signer));
	if (err == HAUNT_OK)
		err = encrypt(e, w.ctx, recipient, plain, message);
	if (recipient)
		gpgme_key_unref(recipient);
	if (signer)
		gpgme_key_unref(signer);
	work_end(&w);
	return err;
}
