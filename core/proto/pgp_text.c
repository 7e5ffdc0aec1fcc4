/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides what is left out of a packet, and how it is found again. An encrypted
 * message begins with a packet that holds the session key (RFC 4880, 5.1):
 * one byte of tag, one or two of length, which the two characters cover up to
 * the length's first four bits. The length also follows from the numbers
 * inside, so nothing has to be guessed.
 */
#include "core/proto/pgp_text.h"

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/digest.h"
#include "core/proto/key.h"

#define TAG_SHORT 0x84 /* session key, one byte of length */
#define TAG_LONG  0x85 /* two bytes of length */
#define VERSION	  3
#define TAG_BIT	  0x80 /* set in the first byte of any packet */

enum algorithm {
	ALGORITHM_RSA = 1,
	ALGORITHM_RSA_ENCRYPT = 2,
	ALGORITHM_ELGAMAL = 16,
	ALGORITHM_ECDH = 18,
};

/* Goes past a number: its length in bits, and its bytes. */
static void number_skip(struct rd *r)
{
	const uint16_t bits = rd_u16(r);

	rd_bytes(r, (bits + 7u) / 8);
	r->failed |= !bits;
}

/* Bytes of the session key packet's body, or 0 if it is none. */
static size_t body_len(struct rd r)
{
	const size_t all = r.left;
	uint8_t algorithm;

	if (rd_u8(&r) != VERSION)
		return 0;
	rd_bytes(&r, 8);
	algorithm = rd_u8(&r);
	number_skip(&r);
	if (algorithm == ALGORITHM_ELGAMAL)
		number_skip(&r);
	else if (algorithm == ALGORITHM_ECDH)
		rd_bytes(&r, rd_u8(&r));
	else if (algorithm != ALGORITHM_RSA &&
		 algorithm != ALGORITHM_RSA_ENCRYPT)
		return 0;
	/* Something must follow, and is a packet. */
	return rd_peek(&r) >= TAG_BIT ? all - r.left : 0;
}

/* With text[1] 'Q' the tag is the long one, with 'A' the short one, and its
 * length lacks its upper half. True if that fits; text[1] is right then. */
static bool beginning_fits(struct pgp_packet *packet, char second)
{
	uint8_t bytes[PGP_MESSAGE_MAX];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct rd r;
	size_t said, is;

	packet->text[1] = second;
	if (b64_get(packet->text, packet->len & ~3u, &w) != HAUNT_OK)
		return false;
	r = rd_of(bytes, w.len);
	if (rd_u8(&r) == TAG_LONG) {
		said = rd_u16(&r);
		return said && said == body_len(r);
	}
	said = rd_u8(&r);
	is = body_len(r);
	packet->text[1] = (char)('A' + (is >> 4 & 15));
	return is && is < 256 && said == (is & 15);
}

enum haunt_err pgp_parse(const void *data, size_t len, struct pgp_packet *out)
{
	if (len < HAUNT_PACKET_MIN || len > HAUNT_PACKET_MAX)
		return HAUNT_ELENGTH;
	if (!b64_alphabet(data, len))
		return HAUNT_EFORMAT;
	out->text[0] = 'h';
	memcpy(out->text + PGP_PREFIX_LEN, data, len);
	out->len = (uint16_t)(PGP_PREFIX_LEN + len);
	out->text_len = 0;
	return beginning_fits(out, 'Q') || beginning_fits(out, 'A')
		       ? HAUNT_OK
		       : HAUNT_EFORMAT;
}

enum haunt_err pgp_verify(struct haunt_key *mac, struct pgp_packet *packet)
{
	const size_t tag_len = digest_len(mac->hmac_type);
	const size_t tag_chars = b64_chars(tag_len);
	uint8_t tag[DIGEST_LEN_MAX];
	struct wr w = wr_of(tag, sizeof(tag));
	size_t text_len;

	packet->text_len = 0;
	if (packet->len < HAUNT_PACKET_MIN + tag_chars)
		return HAUNT_EAUTH;
	text_len = packet->len - tag_chars;
	if (mac->hmac &&
	    (b64_get(packet->text + text_len, tag_chars, &w) != HAUNT_OK ||
	     !secret_memequal(key_hmac(mac, packet->text, text_len), tag,
			      tag_len)))
		return HAUNT_EAUTH;
	packet->text_len = (uint16_t)text_len;
	return HAUNT_OK;
}

enum haunt_err pgp_message(const struct pgp_packet *packet, struct wr *out)
{
	return packet->text_len ? b64_get(packet->text, packet->text_len, out)
				: HAUNT_EFORMAT;
}

enum haunt_err pgp_id(const void *data, size_t len, uint8_t out[PGP_ID_LEN])
{
	uint8_t digest[DIGEST_LEN_MAX];
	enum haunt_err err =
		digest_compute(HAUNT_DIGEST_SHA256, data, len, digest);

	if (err == HAUNT_OK)
		memcpy(out, digest, PGP_ID_LEN);
	return err;
}

enum haunt_err pgp_text_put(struct haunt_key *mac, const void *message,
			    size_t len, struct wr *packet)
{
	/* One more, so that a full buffer is too long a packet. */
	char text[PGP_TEXT_MAX + 1];
	struct wr whole = wr_of(text, sizeof(text));
	struct pgp_packet parsed;
	enum haunt_err err;

	b64_put(&whole, message, len);
	if (mac->hmac && !whole.failed)
		b64_put(&whole, key_hmac(mac, text, whole.len),
			digest_len(mac->hmac_type));
	if (whole.failed || whole.len > PGP_TEXT_MAX)
		return HAUNT_ELENGTH;
	if (whole.len < PGP_PREFIX_LEN)
		return HAUNT_EUNSUPPORTED;
	err = pgp_parse(text + PGP_PREFIX_LEN, whole.len - PGP_PREFIX_LEN,
			&parsed);
	if (err != HAUNT_OK || memcmp(parsed.text, text, PGP_PREFIX_LEN) != 0)
		return HAUNT_EUNSUPPORTED;
	wr_bytes(packet, text + PGP_PREFIX_LEN, whole.len - PGP_PREFIX_LEN);
	return packet->failed ? HAUNT_EBUSY : HAUNT_OK;
}
