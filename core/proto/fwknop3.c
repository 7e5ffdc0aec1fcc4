/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the envelope: base64 of "Salted__", salt and ciphertext, less the ten
 * characters that are always the same, and after it the base64 of an HMAC
 * over that text, those ten characters included. Nothing in a packet tells
 * how long its tag is, so parsing prepares every length that is possible.
 */
#include "core/proto/fwknop3.h"

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/key.h"
#include "core/proto/random.h"
#include "core/proto/request.h"

#define MAGIC	  "Salted__"
#define MAGIC_LEN 8
#define HEAD_LEN  (MAGIC_LEN + CIPHER_SALT_LEN)
#define BODY_MIN  48 /* bytes of ciphertext under which no request fits */
#define BYTES_MAX (FWKNOP3_TEXT_MAX / 4 * 3 + 3)

static const uint8_t tag_lens[FWKNOP3_SPLITS] = { 0, 16, 20, 32, 48, 64 };

static size_t split_of(enum haunt_digest hmac_type)
{
	const size_t len = digest_len(hmac_type);
	size_t i = 0;

	while (tag_lens[i] != len)
		i++;
	return i;
}

/* True if text of that length is whole blocks, enough of them. */
static bool body_possible(size_t chars)
{
	const size_t bytes = b64_bytes(chars);

	return chars % 4 != 1 && bytes % CIPHER_BLOCK == 0 &&
	       bytes >= HEAD_LEN + BODY_MIN;
}

static bool split_parse(const struct fwknop3_packet *packet, size_t tag_len,
			struct fwknop3_split *out)
{
	const size_t tag_chars = b64_chars(tag_len);
	struct wr tag = wr_of(out->tag, sizeof(out->tag));
	size_t text_len;

	out->text_len = 0;
	if (packet->len < tag_chars)
		return false;
	text_len = packet->len - tag_chars;
	if (!body_possible(text_len) ||
	    b64_get(packet->text + text_len, tag_chars, &tag) != HAUNT_OK)
		return false;
	out->text_len = (uint16_t)text_len;
	return true;
}

enum haunt_err fwknop3_parse(const void *data, size_t len,
			     struct fwknop3_packet *out)
{
	const char *text = data;
	bool possible = false;

	if (len < HAUNT_PACKET_MIN || len > HAUNT_PACKET_MAX)
		return HAUNT_ELENGTH;
	/* The last bits of "Salted__" reach into the first character. */
	if (!memchr("89+/", text[0], 4) || !b64_alphabet(text, len))
		return HAUNT_EFORMAT;
	memcpy(out->text, FWKNOP3_PREFIX, FWKNOP3_PREFIX_LEN);
	memcpy(out->text + FWKNOP3_PREFIX_LEN, text, len);
	out->len = (uint16_t)(FWKNOP3_PREFIX_LEN + len);
	out->verified = NULL;
	for (size_t i = 0; i < FWKNOP3_SPLITS; i++)
		possible |= split_parse(out, tag_lens[i], &out->splits[i]);
	return possible ? HAUNT_OK : HAUNT_EFORMAT;
}

enum haunt_err fwknop3_verify(struct haunt_key *key,
			      struct fwknop3_packet *packet)
{
	const struct fwknop3_split *split =
		&packet->splits[split_of(key->hmac_type)];

	packet->verified = NULL;
	if (!split->text_len || !key->cipher)
		return HAUNT_EAUTH;
	if (key->hmac &&
	    !secret_memequal(key_hmac(key, packet->text, split->text_len),
			     split->tag, digest_len(key->hmac_type)))
		return HAUNT_EAUTH;
	packet->verified = key;
	return HAUNT_OK;
}

/* Bytes of padding at the end: 1 to 16, or 0 if it is none. */
static size_t pad_len(const uint8_t *data, size_t len)
{
	const uint8_t n = data[len - 1];

	if (n == 0 || n > CIPHER_BLOCK)
		return 0;
	for (size_t i = len - n; i < len; i++) {
		if (data[i] != n)
			return 0;
	}
	return n;
}

/*
 * Some old clients add no padding to whole blocks. Without an HMAC that would
 * let anybody cut such a block off a packet that has it, so there it is taken
 * in legacy mode only, which is the mode of those clients.
 */
static bool pad_may_miss(const struct haunt_key *key)
{
	return key->hmac_type != HAUNT_DIGEST_NONE ||
	       key->mode == HAUNT_MODE_LEGACY;
}

static enum haunt_err plain_get(const struct haunt_key *key,
				const uint8_t *plain, size_t len,
				struct haunt_request *out)
{
	const size_t pad = pad_len(plain, len);
	enum haunt_err err = request_text_get(plain, len - pad, out);

	if (err == HAUNT_OK && !pad && !pad_may_miss(key))
		return HAUNT_EDIGEST;
	return err;
}

static enum haunt_err id_compute(const uint8_t *bytes, size_t len,
				 uint8_t id[FWKNOP3_ID_LEN])
{
	uint8_t digest[DIGEST_LEN_MAX];
	enum haunt_err err =
		digest_compute(HAUNT_DIGEST_SHA256, bytes, len, digest);

	if (err == HAUNT_OK)
		memcpy(id, digest, FWKNOP3_ID_LEN);
	return err;
}

enum haunt_err fwknop3_decrypt(const struct haunt_key *key,
			       const struct fwknop3_packet *packet,
			       struct haunt_request *out,
			       uint8_t id[FWKNOP3_ID_LEN])
{
	uint8_t bytes[BYTES_MAX], plain[BYTES_MAX];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct haunt_request request;
	const uint8_t *salt = bytes + MAGIC_LEN, *body = bytes + HEAD_LEN;
	size_t len, text_len;
	enum haunt_err err;

	if (packet->verified != key)
		return HAUNT_EAUTH;
	text_len = packet->splits[split_of(key->hmac_type)].text_len;
	if (b64_get(packet->text, text_len, &w) != HAUNT_OK)
		return HAUNT_EAUTH;
	len = w.len - HEAD_LEN;
	memcpy(plain, body, len);
	err = cipher_decrypt(key, salt, plain, len);
	if (err == HAUNT_OK)
		err = plain_get(key, plain, len, &request);
	if (err == HAUNT_OK) {
		if (pad_len(plain, len) == CIPHER_BLOCK)
			len -= CIPHER_BLOCK;
		err = id_compute(salt, CIPHER_SALT_LEN + len, id);
	}
	if (err == HAUNT_OK)
		*out = request;
	secret_wipe(plain, sizeof(plain));
	return err;
}

/* PKCS#7: 1 to 16 bytes, each the number of them. */
static void pad_put(struct wr *w)
{
	const size_t n = CIPHER_BLOCK - w->len % CIPHER_BLOCK;
	uint8_t *room = wr_room(w, n);

	if (room)
		memset(room, (int)n, n);
}

/* "Salted__", the salt and the ciphertext. */
static enum haunt_err body_put(const struct haunt_key *key,
			       const struct haunt_request *request,
			       const uint8_t *salt, struct wr *w)
{
	struct wr plain;
	enum haunt_err err;

	wr_bytes(w, MAGIC, MAGIC_LEN);
	wr_bytes(w, salt, CIPHER_SALT_LEN);
	plain = wr_of(w->start + HEAD_LEN, w->cap - HEAD_LEN);
	err = request_text_put(&plain, request);
	if (err != HAUNT_OK)
		return err;
	pad_put(&plain);
	if (!wr_room(w, plain.len))
		return HAUNT_EBUSY;
	return cipher_encrypt(key, salt, plain.start, plain.len);
}

static void tag_put(struct haunt_key *key, const void *text, size_t len,
		    struct wr *w)
{
	if (key->hmac)
		b64_put(w, key_hmac(key, text, len),
			digest_len(key->hmac_type));
}

enum haunt_err fwknop3_seal_with_salt(struct haunt_key *key,
				      const struct haunt_request *request,
				      const uint8_t salt[CIPHER_SALT_LEN],
				      struct wr *packet)
{
	uint8_t bytes[BYTES_MAX], text[FWKNOP3_TEXT_MAX];
	struct wr body = wr_of(bytes, sizeof(bytes));
	struct wr whole = wr_of(text, sizeof(text));
	enum haunt_err err = haunt_request_check(request, NULL);

	if (err == HAUNT_OK)
		err = body_put(key, request, salt, &body);
	if (err != HAUNT_OK)
		goto out;
	b64_put(&whole, bytes, body.len);
	tag_put(key, text, whole.len, &whole);
	if (whole.failed || whole.len < FWKNOP3_PREFIX_LEN + HAUNT_PACKET_MIN) {
		err = HAUNT_ELENGTH;
		goto out;
	}
	wr_bytes(packet, text + FWKNOP3_PREFIX_LEN,
		 whole.len - FWKNOP3_PREFIX_LEN);
	err = packet->failed ? HAUNT_EBUSY : HAUNT_OK;
out:
	secret_wipe(bytes, sizeof(bytes));
	return err;
}

enum haunt_err haunt_seal(struct haunt_key *key,
			  const struct haunt_request *request, char *packet,
			  size_t cap, size_t *len)
{
	struct haunt_request complete = *request;
	uint8_t salt[CIPHER_SALT_LEN];
	struct wr w = wr_of(packet, cap ? cap - 1 : 0);
	enum haunt_err err = haunt_request_check(request, NULL);

	if (err == HAUNT_OK && !cap)
		err = HAUNT_EBUSY;
	if (err == HAUNT_OK)
		err = request_complete(&complete);
	if (err == HAUNT_OK)
		err = random_bytes(salt, sizeof(salt));
	if (err == HAUNT_OK)
		err = fwknop3_seal_with_salt(key, &complete, salt, &w);
	if (err != HAUNT_OK)
		return err;
	packet[w.len] = '\0';
	*len = w.len;
	return HAUNT_OK;
}

enum haunt_err haunt_open(struct haunt_key *key, const void *packet, size_t len,
			  struct haunt_request *out)
{
	struct fwknop3_packet parsed;
	uint8_t id[FWKNOP3_ID_LEN];
	enum haunt_err err = fwknop3_parse(packet, len, &parsed);

	if (err == HAUNT_OK)
		err = fwknop3_verify(key, &parsed);
	if (err == HAUNT_OK)
		err = fwknop3_decrypt(key, &parsed, out, id);
	return err;
}
