/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the way back from a message: how much may come out of it, and what
 * GnuPG says of its signature.
 */
#include <errno.h>
#include <string.h>

#include "core/proto/pgp_work.h"

/* Takes what is decrypted, and no more of it than fits: a short message can
 * hold a very long text. */
static ssize_t plain_write(void *handle, const void *data, size_t len)
{
	struct pgp_plain *plain = handle;

	if (len > sizeof(plain->text) - plain->len) {
		errno = EFBIG;
		return -1;
	}
	memcpy(plain->text + plain->len, data, len);
	plain->len += len;
	return (ssize_t)len;
}

/* VALIDSIG's last word is the primary key, which gpgme does not pass on. */
static gpgme_error_t status_take(void *hook, const char *keyword,
				 const char *args)
{
	struct pgp_plain *plain = hook;
	const char *last = strrchr(args, ' ');

	if (strcmp(keyword, "VALIDSIG") == 0 && last)
		work_fingerprint(last + 1, plain->primary);
	return 0;
}

static enum haunt_pgp_signature signature_of(gpgme_signature_t s)
{
	switch ((int)gpgme_err_code(s->status)) {
	case GPG_ERR_NO_ERROR:
		return s->wrong_key_usage ? HAUNT_PGP_UNUSABLE : HAUNT_PGP_GOOD;
	case GPG_ERR_BAD_SIGNATURE:
		return HAUNT_PGP_BAD;
	case GPG_ERR_NO_PUBKEY:
		return HAUNT_PGP_NO_KEY;
	case GPG_ERR_SIG_EXPIRED:
		return HAUNT_PGP_EXPIRED;
	case GPG_ERR_KEY_EXPIRED:
		return HAUNT_PGP_KEY_EXPIRED;
	case GPG_ERR_CERT_REVOKED:
		return HAUNT_PGP_KEY_REVOKED;
	default:
		return HAUNT_PGP_UNUSABLE;
	}
}

static void signature_take(gpgme_ctx_t ctx, struct pgp_plain *out)
{
	const gpgme_verify_result_t r = gpgme_op_verify_result(ctx);

	if (!r || !r->signatures) {
		out->signature = HAUNT_PGP_UNSIGNED;
		return;
	}
	work_fingerprint(r->signatures->fpr, out->signer);
	out->signature = r->signatures->next ? HAUNT_PGP_SEVERAL
					     : signature_of(r->signatures);
	/* What is good has a key, and this one a fingerprint. */
	if (out->signature == HAUNT_PGP_GOOD && !out->signer[0])
		out->signature = HAUNT_PGP_UNUSABLE;
}

static enum haunt_err decrypt(struct pgp_engine *e, gpgme_ctx_t ctx,
			      const struct rd *message, struct pgp_plain *out)
{
	struct gpgme_data_cbs to_plain = { .write = plain_write };
	gpgme_data_t from = NULL, to = NULL;
	gpgme_error_t err = gpgme_data_new_from_mem(
		&from, (const char *)message->at, message->left, 0);

	gpgme_set_status_cb(ctx, status_take, out);
	if (!err)
		err = gpgme_data_new_from_cbs(&to, &to_plain, out);
	if (!err)
		err = gpgme_op_decrypt_verify(ctx, from, to);
	if (!err)
		signature_take(ctx, out);
	gpgme_data_release(from);
	gpgme_data_release(to);
	return work_failed(e, "", err);
}

enum haunt_err pgp_engine_open(struct pgp_engine *e, const void *message,
			       size_t len, struct pgp_plain *out)
{
	const struct rd r = rd_of(message, len);
	struct pgp_plain plain = { .len = 0 };
	struct work w;
	enum haunt_err err = work_begin(e, &w);

	if (err != HAUNT_OK)
		return err;
	err = decrypt(e, w.ctx, &r, &plain);
	work_end(&w);
	if (err == HAUNT_OK)
		*out = plain;
	secret_wipe(&plain, sizeof(plain));
	return err;
}
