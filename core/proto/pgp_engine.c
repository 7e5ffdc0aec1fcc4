/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides how gpgme is set up for one piece of work, and what its many errors
 * come to.
 */
#include "core/proto/pgp_work.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- errors ---- */

static void why_put(struct pgp_engine *e, const char *what, gpgme_error_t err)
{
	char text[96];

	gpgme_strerror_r(err, text, sizeof(text));
	snprintf(e->why, sizeof(e->why), "%s%s%s", what, *what ? ": " : "",
		 text);
}

static enum haunt_err engine_err(gpgme_error_t err)
{
	int number;

	switch ((int)gpgme_err_code(err)) {
	case GPG_ERR_NO_ERROR:
		return HAUNT_OK;
	case GPG_ERR_ENOMEM:
		return HAUNT_ENOMEM;
	case GPG_ERR_EFBIG:
		return HAUNT_ELENGTH;
	case GPG_ERR_NO_DATA:
		return HAUNT_EFORMAT;
	case GPG_ERR_INV_ENGINE:
		return HAUNT_EUNSUPPORTED;
	case GPG_ERR_EOF:
		return HAUNT_ENOENT;
	case GPG_ERR_AMBIGUOUS_NAME:
		return HAUNT_EEXIST;
	case GPG_ERR_DECRYPT_FAILED:
	case GPG_ERR_NO_SECKEY:
	case GPG_ERR_BAD_PASSPHRASE:
	case GPG_ERR_NO_PASSPHRASE:
	case GPG_ERR_CANCELED:
	case GPG_ERR_FULLY_CANCELED:
	case GPG_ERR_NO_PIN_ENTRY:
	case GPG_ERR_PIN_ENTRY:
		return HAUNT_EAUTH;
	case GPG_ERR_UNUSABLE_PUBKEY:
	case GPG_ERR_UNUSABLE_SECKEY:
	case GPG_ERR_WRONG_KEY_USAGE:
	case GPG_ERR_KEY_EXPIRED:
	case GPG_ERR_CERT_REVOKED:
		return HAUNT_EDENIED;
	default:
		number = gpgme_err_code_to_errno(gpgme_err_code(err));
		errno = number ? number : EIO;
		return HAUNT_ESYS;
	}
}

enum haunt_err work_failed(struct pgp_engine *e, const char *what,
			   gpgme_error_t err)
{
	if (err)
		why_put(e, what, err);
	return engine_err(err);
}

void work_fingerprint(const char *from, char out[HAUNT_FINGERPRINT_MAX])
{
	/* Another length would be of a kind that is not known here. */
	if (!from || haunt_fingerprint_parse(from, out) != HAUNT_OK)
		out[0] = '\0';
}

/* ---- the context ---- */

#define KEY_ID_LEN 16

/* A question for a secret key's passphrase begins with the key's ID. One for
 * the passphrase of a message that is encrypted with that alone begins with the
 * number of a cipher: whoever sends such a message could find out whether a
 * guess is ours, and make each guess as dear for us as he likes. */
static bool is_for_key(const char *info)
{
	const size_t len = info ? strcspn(info, " ") : 0;

	return len >= KEY_ID_LEN || !len || strspn(info, "0123456789") != len;
}

/* GnuPG asks for the secret key's passphrase, through a pipe. */
static gpgme_error_t passphrase_tell(void *hook, const char *uid,
				     const char *info, int was_bad, int fd)
{
	const struct secret *s = ((struct pgp_engine *)hook)->passphrase;

	(void)uid;
	if (was_bad || !secret_len(s) || !is_for_key(info))
		return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
	if (gpgme_io_writen(fd, secret_bytes(s), secret_len(s)) ||
	    gpgme_io_writen(fd, "\n", 1))
		return gpgme_error_from_errno(errno);
	return 0;
}

static gpgme_error_t context_set(struct pgp_engine *e, gpgme_ctx_t ctx)
{
	gpgme_error_t err = gpgme_set_protocol(ctx, GPGME_PROTOCOL_OpenPGP);

	if (!err && e->home)
		err = gpgme_ctx_set_engine_info(ctx, GPGME_PROTOCOL_OpenPGP,
						NULL, e->home);
	/* Whom to trust is a list of fingerprints, not a web. */
	if (!err)
		err = gpgme_set_ctx_flag(ctx, "trust-model", "always");
	if (!err)
		err = gpgme_set_ctx_flag(ctx, "full-status", "1");
	/* Nobody's packet makes us ask a key server. */
	gpgme_set_offline(ctx, 1);
	return err;
}

/* What each piece of work begins with, whatever the one before has set. */
static gpgme_error_t context_reset(struct pgp_engine *e)
{
	gpgme_signers_clear(e->ctx);
	gpgme_set_status_cb(e->ctx, NULL, NULL);
	if (!e->passphrase)
		return 0;
	gpgme_set_passphrase_cb(e->ctx, passphrase_tell, e);
	return gpgme_set_pinentry_mode(e->ctx, GPGME_PINENTRY_MODE_LOOPBACK);
}

static gpgme_error_t context_need(struct pgp_engine *e)
{
	gpgme_error_t err;

	if (e->ctx)
		return context_reset(e);
	err = gpgme_new(&e->ctx);
	if (err) {
		e->ctx = NULL;
		return err;
	}
	err = context_set(e, e->ctx);
	if (!err)
		return context_reset(e);
	gpgme_release(e->ctx);
	e->ctx = NULL;
	return err;
}

static bool pipe_pending(void)
{
	sigset_t set;

	return sigpending(&set) == 0 && sigismember(&set, SIGPIPE) == 1;
}

enum haunt_err work_begin(struct pgp_engine *e, struct work *w)
{
	sigset_t set;
	gpgme_error_t err;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	w->was_pending = pipe_pending();
	pthread_sigmask(SIG_BLOCK, &set, &w->before);
	e->why[0] = '\0';
	err = context_need(e);
	w->ctx = e->ctx;
	if (err)
		work_end(w);
	return work_failed(e, "", err);
}

void work_end(struct work *w)
{
	static const struct timespec now;
	const int saved = errno;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	if (!w->was_pending && pipe_pending())
		(void)sigtimedwait(&set, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &w->before, NULL);
	errno = saved;
}

enum haunt_err pgp_engine_init(struct pgp_engine *e, const char *home,
			       const struct haunt_pgp_spec *spec)
{
	enum haunt_err err = HAUNT_OK;

	*e = (struct pgp_engine){ .home = NULL };
	if (!gpgme_check_version("1.14.0") ||
	    gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP))
		return HAUNT_EUNSUPPORTED;
	if (home) {
		e->home = strdup(home);
		err = e->home ? HAUNT_OK : HAUNT_ENOMEM;
	}
	if (err == HAUNT_OK && spec->passphrase)
		err = secret_new(spec->passphrase, spec->passphrase_len,
				 &e->passphrase);
	if (err != HAUNT_OK)
		pgp_engine_clear(e);
	return err;
}

void pgp_engine_clear(struct pgp_engine *e)
{
	if (e->ctx)
		gpgme_release(e->ctx);
	free(e->home);
	secret_free(e->passphrase);
	*e = (struct pgp_engine){ .home = NULL };
}
