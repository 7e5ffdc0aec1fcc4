/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets with OpenPGP keys: a part of haunt.h. */
#ifndef HAUNT_PROTO_HAUNT_PGP_H
#define HAUNT_PROTO_HAUNT_PGP_H

#include "core/proto/haunt.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Packets with OpenPGP keys: encrypted to the gateway's, signed with the
 * client's. GnuPG does it, in processes of its own, and keeps the keys; what
 * is called here blocks for as long as that takes. Only the HMAC, if there is
 * one, is the library's: a packet that fails it costs no process.
 */

#define HAUNT_FINGERPRINT_MAX 65 /* 40 or 64 hexadecimal digits and a NUL */
#define HAUNT_PASSPHRASE_MAX  255

/* What is to be said of a packet's signature. */
enum haunt_pgp_signature {
	HAUNT_PGP_GOOD = 0,
	HAUNT_PGP_UNSIGNED,
	HAUNT_PGP_BAD,	       /* it does not fit the text */
	HAUNT_PGP_NO_KEY,      /* the keyring has not the signer's key */
	HAUNT_PGP_EXPIRED,     /* the signature has an end, which is past */
	HAUNT_PGP_KEY_EXPIRED, /* the signer's key is past its own */
	HAUNT_PGP_KEY_REVOKED, /* the signer's key is revoked */
	HAUNT_PGP_SEVERAL,     /* there is more than one */
	HAUNT_PGP_UNUSABLE,    /* GnuPG takes it for another reason not */
	HAUNT_PGP_SIGNATURE_COUNT
};

struct haunt_pgp_spec {
	const char *home;      /* GnuPG's directory; NULL: the user's own */
	const char *recipient; /* fingerprint; NULL: only to open packets */
	const char *signer;    /* fingerprint; NULL: GnuPG's default key */
	/* Of the secret key, at most HAUNT_PASSPHRASE_MAX bytes without a NUL
	 * or a line feed; NULL: GnuPG's agent knows it or asks for it. It goes
	 * to GnuPG through a pipe and nowhere else. */
	const void *passphrase;
	size_t passphrase_len;
	const void *hmac; /* 1 to HAUNT_HMAC_KEY_MAX bytes, or NULL */
	size_t hmac_len;
	enum haunt_digest hmac_type; /* HAUNT_DIGEST_NONE exactly if no hmac */
};

struct haunt_pgp;

struct haunt_pgp_opened {
	struct haunt_request request;
	enum haunt_pgp_signature signature;
	/* Who signed, in upper case: the key or subkey that made it, and the
	 * primary key that this belongs to. Empty where it is not known. */
	char signer[HAUNT_FINGERPRINT_MAX];
	char primary[HAUNT_FINGERPRINT_MAX];
};

/* "good", "key-expired" and so on; static. */
const char *haunt_pgp_signature_name(enum haunt_pgp_signature signature);

/*
 * Copies a fingerprint without blanks, in upper case. EFORMAT: a character
 * that is neither hexadecimal nor a blank. ELENGTH: not 40 or 64 digits, as
 * a short key ID, which somebody else's key can have as well.
 */
enum haunt_err haunt_fingerprint_parse(
	const char *text, char out[HAUNT_FINGERPRINT_MAX]) HAUNT_MUST_CHECK;

/*
 * Prepares; everything is copied, and no process is started. ELENGTH,
 * EFORMAT: of the HMAC key as haunt_key_new(), of the passphrase, or of a
 * fingerprint. EUNSUPPORTED: there is no GnuPG here, or an unknown type.
 * ENOMEM.
 */
enum haunt_err haunt_pgp_new(const struct haunt_pgp_spec *spec,
			     struct haunt_pgp **out) HAUNT_MUST_CHECK;
/* The same with the HMAC key of a key file, as haunt_key_load() reads it: that
 * of the spec is ignored, and so is a cipher key in the file. */
enum haunt_err haunt_pgp_load(const char *path,
			      const struct haunt_pgp_spec *spec,
			      struct haunt_pgp **out,
			      unsigned int *line) HAUNT_MUST_CHECK;
/* Wipes and frees. NULL is fine. */
void haunt_pgp_free(struct haunt_pgp *pgp);
/* Takes another passphrase, with the rules of the spec's. ELENGTH, EFORMAT,
 * ENOMEM. */
enum haunt_err haunt_pgp_set_passphrase(struct haunt_pgp *pgp,
					const void *passphrase,
					size_t len) HAUNT_MUST_CHECK;
/* HAUNT_DIGEST_NONE: its packets carry no HMAC. */
enum haunt_digest haunt_pgp_hmac_type(const struct haunt_pgp *pgp);

/*
 * Finds the one key that GnuPG knows by a text: a fingerprint, a key ID, an
 * address; "" is any. secret: among the secret keys. ENOENT: none. EEXIST:
 * several. EUNSUPPORTED, ENOMEM, ESYS as haunt_pgp_seal().
 */
enum haunt_err haunt_pgp_find(struct haunt_pgp *pgp, const char *text,
			      int secret,
			      char out[HAUNT_FINGERPRINT_MAX]) HAUNT_MUST_CHECK;

/*
 * Seals as haunt_seal() does, with the same errors for the request. ENOENT:
 * the recipient's or the signer's key is not in the keyring. EDENIED: it is,
 * and is expired, revoked, or not for this use. EAUTH: no passphrase, or a
 * wrong one. ELENGTH, too: the keys make a packet longer than
 * HAUNT_PACKET_MAX. EUNSUPPORTED: no GnuPG. ESYS: it failed, see errno.
 */
enum haunt_err haunt_pgp_seal(struct haunt_pgp *pgp,
			      const struct haunt_request *request, char *packet,
			      size_t cap, size_t *len) HAUNT_MUST_CHECK;

/*
 * Opens a packet. Only OK means that somebody known has signed it, and the
 * caller has to look who. EDENIED: it is a request, and out->signature says
 * what is wrong with the signature; out is written then, too. EAUTH: the HMAC
 * is wrong, or no secret key here opens it, or not without a passphrase.
 * ELENGTH, EFORMAT: this is no packet, or a field breaks its rules. EDIGEST:
 * it was altered. EUNSUPPORTED, ENOMEM, ESYS as haunt_pgp_seal().
 */
enum haunt_err haunt_pgp_open(struct haunt_pgp *pgp, const void *packet,
			      size_t len,
			      struct haunt_pgp_opened *out) HAUNT_MUST_CHECK;

/* What GnuPG had to say to the last failure, for people; "" if nothing. Lent
 * until the next call. */
const char *haunt_pgp_error(const struct haunt_pgp *pgp);

#ifdef __cplusplus
}
#endif

#endif
