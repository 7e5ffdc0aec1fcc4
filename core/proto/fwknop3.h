/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The envelope of fwknop 3.0.0 with symmetric keys, in steps: a gateway that
 * looks for the key of a packet parses once, and then verifies once for each
 * key, which costs at most one HMAC and keeps no memory: libgcrypt borrows the
 * bytes of one tag for the outer hash, nothing else is allocated.
 *
 *	fwknop3_parse     is it a packet at all?
 *	fwknop3_verify    is it of this key?    (for each key)
 *	fwknop3_decrypt   what does it ask for? (for the one that verified)
 *
 * A key without an HMAC verifies every packet of a fitting length; only
 * fwknop3_decrypt then tells, and EAUTH means that the search goes on.
 */
#ifndef HAUNT_PROTO_FWKNOP3_H
#define HAUNT_PROTO_FWKNOP3_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/wire.h"
#include "core/proto/cipher.h"
#include "core/proto/digest.h"
#include "core/proto/haunt.h"

#define FWKNOP3_PREFIX	   "U2FsdGVkX1" /* never sent, always there */
#define FWKNOP3_PREFIX_LEN 10
#define FWKNOP3_TEXT_MAX   (FWKNOP3_PREFIX_LEN + HAUNT_PACKET_MAX)
#define FWKNOP3_SPLITS	   6 /* no tag, and tags of five lengths */
#define FWKNOP3_ID_LEN	   32

/* Where the ciphertext ends if the tag has a certain length. */
struct fwknop3_split {
	uint16_t text_len; /* characters with prefix; 0: impossible */
	uint8_t tag[DIGEST_LEN_MAX];
};

/* A packet cut every way that a key could want. A value; nothing to free. */
struct fwknop3_packet {
	struct fwknop3_split splits[FWKNOP3_SPLITS];
	const struct haunt_key *verified; /* by this key, or NULL */
	uint16_t len;			  /* of text */
	char text[FWKNOP3_TEXT_MAX];	  /* with the prefix */
};

/* ELENGTH: outside HAUNT_PACKET_MIN to MAX. EFORMAT: a character that is not
 * base64, '=' included; the prefix sent along; a beginning that no salted
 * message has; a length that no message with any tag has. */
enum haunt_err fwknop3_parse(const void *data, size_t len,
			     struct fwknop3_packet *out) HAUNT_MUST_CHECK;

/* EAUTH: the HMAC is not this key's, or the length is impossible for it. */
enum haunt_err fwknop3_verify(struct haunt_key *key,
			      struct fwknop3_packet *packet) HAUNT_MUST_CHECK;

/*
 * Decrypts and reads a packet that this key verified last. id is what a
 * replay store should remember: SHA-256 over salt and ciphertext, without a
 * last block of nothing but padding, so that neither another text for the
 * same bytes nor a block more or less makes a second packet out of one.
 *
 * EAUTH: another key, or not verified with this one. EDIGEST, EFORMAT,
 * ELENGTH: as haunt_open(). ENOMEM.
 */
enum haunt_err fwknop3_decrypt(const struct haunt_key *key,
			       const struct fwknop3_packet *packet,
			       struct haunt_request *out,
			       uint8_t id[FWKNOP3_ID_LEN]) HAUNT_MUST_CHECK;

/* haunt_seal() with the salt given, for a request that is complete; no NUL
 * is added. */
enum haunt_err fwknop3_seal_with_salt(struct haunt_key *key,
				      const struct haunt_request *request,
				      const uint8_t salt[CIPHER_SALT_LEN],
				      struct wr *packet) HAUNT_MUST_CHECK;

#endif
