/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GnuPG at work, by way of gpgme: what encrypts and signs a text, and what
 * undoes that. Each call starts processes and blocks until they have ended.
 */
#ifndef HAUNT_PROTO_PGP_ENGINE_H
#define HAUNT_PROTO_PGP_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/secret.h"
#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define PGP_PLAIN_MAX 1500
#define PGP_WHY_MAX   160

struct pgp_engine {
	char *home; /* NULL: the user's own */
	/* NULL: the agent asks; empty: nobody is asked. */
	struct secret *passphrase;
	char why[PGP_WHY_MAX]; /* of the last failure, for people */
	/* Kept, since making one costs a process. NULL: not made yet. */
	struct gpgme_context *ctx;
};

/* What was in a message. */
struct pgp_plain {
	enum haunt_pgp_signature signature;
	char signer[HAUNT_FINGERPRINT_MAX];  /* empty: not known */
	char primary[HAUNT_FINGERPRINT_MAX]; /* the same */
	size_t len;
	uint8_t text[PGP_PLAIN_MAX]; /* secret: wipe it */
};

/* home and the passphrase are copied. EUNSUPPORTED: there is no GnuPG that
 * works. ENOMEM. */
enum haunt_err pgp_engine_init(struct pgp_engine *e, const char *home,
			       const struct haunt_pgp_spec *spec)
	HAUNT_MUST_CHECK;
/* Zero-initialised is fine. */
void pgp_engine_clear(struct pgp_engine *e);

/* As haunt_pgp_find(). */
enum haunt_err pgp_engine_find(struct pgp_engine *e, const char *text,
			       int secret, char out[HAUNT_FINGERPRINT_MAX])
	HAUNT_MUST_CHECK;

/* Encrypts plain to recipient and signs it as signer (NULL: the default key).
 * Errors as haunt_pgp_seal(). ELENGTH: message is full. */
enum haunt_err pgp_engine_seal(struct pgp_engine *e,
			       const struct haunt_pgp_spec *keys,
			       const struct rd *plain,
			       struct wr *message) HAUNT_MUST_CHECK;

/*
 * Decrypts, and looks at the signature, which OK says nothing about. EAUTH: no
 * key here opens it, or it was altered. EFORMAT: it is no message. ELENGTH:
 * there is more in it than PGP_PLAIN_MAX. ENOMEM, ESYS.
 */
enum haunt_err pgp_engine_open(struct pgp_engine *e, const void *message,
			       size_t len,
			       struct pgp_plain *out) HAUNT_MUST_CHECK;

#endif
