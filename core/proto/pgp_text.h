/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The envelope of fwknop 3.0.0 around an OpenPGP message, without OpenPGP: the
 * two characters that are never sent, base64, and the HMAC. In steps, as for
 * symmetric keys:
 *
 *	pgp_parse    is it a packet at all?
 *	pgp_verify   is it of this key?  (for each key)
 *	pgp_message  what is to be decrypted
 *
 * Nothing is allocated, and no process is started.
 */
#ifndef HAUNT_PROTO_PGP_TEXT_H
#define HAUNT_PROTO_PGP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define PGP_PREFIX_LEN	 2
#define PGP_TEXT_MAX	 (PGP_PREFIX_LEN + HAUNT_PACKET_MAX)
#define PGP_MESSAGE_MAX	 (PGP_TEXT_MAX / 4 * 3 + 2)
#define PGP_UNPROVEN_MIN 400 /* characters under which nobody sends any */
#define PGP_ID_LEN	 32

/* A packet, and how much of it is the message. A value. */
struct pgp_packet {
	uint16_t len;	   /* of text */
	uint16_t text_len; /* without the tag of the key that verified it */
	char text[PGP_TEXT_MAX];
};

/*
 * Puts the two characters back. fwknop's are always "hQ", which an RSA or
 * ElGamal recipient's message begins with; one to an elliptic curve begins
 * with "hF" or others, which follow from the rest of the message's first part.
 * ELENGTH: outside HAUNT_PACKET_MIN to MAX. EFORMAT: a character that is not
 * base64, '=' included, or no beginning of an encrypted OpenPGP message.
 */
enum haunt_err pgp_parse(const void *data, size_t len,
			 struct pgp_packet *out) HAUNT_MUST_CHECK;

/* EAUTH: the HMAC is not this key's. A key without an HMAC verifies all. */
enum haunt_err pgp_verify(struct haunt_key *mac,
			  struct pgp_packet *packet) HAUNT_MUST_CHECK;

/* The OpenPGP message of a packet that was verified, of which exactly one text
 * is the base64: EFORMAT otherwise. */
enum haunt_err pgp_message(const struct pgp_packet *packet,
			   struct wr *out) HAUNT_MUST_CHECK;

/* A name for a message: the same bytes, the same name. */
enum haunt_err pgp_id(const void *data, size_t len,
		      uint8_t out[PGP_ID_LEN]) HAUNT_MUST_CHECK;

/* Writes the packet for a message. EUNSUPPORTED: none that this format can
 * carry. ELENGTH: it is longer than HAUNT_PACKET_MAX. EBUSY: packet is full. */
enum haunt_err pgp_text_put(struct haunt_key *mac, const void *message,
			    size_t len, struct wr *packet) HAUNT_MUST_CHECK;

#endif
