/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The envelope. The first byte chooses the key, and whether the others are a
 * packet or the plaintext of one, which is then sealed so that the fields
 * are reached behind a good HMAC. What opens can be sealed again with a
 * salt given and opens to the same.
 */
#include <stdlib.h>

#include "core/proto/b64.h"
#include "core/proto/fwknop3.h"
#include "core/proto/key.h"
#include "core/proto/request.h"

#define KEYS	  4
#define PLAINTEXT 0x80 /* in the first byte */
#define PLAIN_MAX 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct haunt_key_spec specs[KEYS] = {
	{ "correct horse battery", 21, "hmac-key-for-tests", 18, HAUNT_MODE_CBC,
	  HAUNT_DIGEST_SHA256 },
	{ "correct horse battery", 21, NULL, 0, HAUNT_MODE_CBC,
	  HAUNT_DIGEST_NONE },
	{ "correct horse battery", 21, NULL, 0, HAUNT_MODE_LEGACY,
	  HAUNT_DIGEST_NONE },
	{ "correct horse battery", 21, "hmac-key-for-tests", 18, HAUNT_MODE_CTR,
	  HAUNT_DIGEST_SHA3_512 },
};

/* Made once: a run is millions of inputs. */
static struct haunt_key *keys[KEYS];

static void keys_make(void)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (!keys[i] && haunt_key_new(&specs[i], &keys[i]) != HAUNT_OK)
			abort();
	}
}

/* Whole blocks of any bytes become a packet that verifies. */
static size_t wrap(struct haunt_key *key, const uint8_t *plain, size_t size,
		   char *packet)
{
	uint8_t bytes[16 + PLAIN_MAX] = "Salted__12345678";
	struct wr w = wr_of(packet, FWKNOP3_TEXT_MAX);

	size -= size % CIPHER_BLOCK;
	memcpy(bytes + 16, plain, size);
	if (cipher_encrypt(key, bytes + 8, bytes + 16, size) != HAUNT_OK)
		abort();
	b64_put(&w, bytes, 16 + size);
	if (key->hmac)
		b64_put(&w, key_hmac(key, packet, w.len),
			digest_len(key->hmac_type));
	if (w.failed)
		abort();
	return w.len;
}

static enum haunt_err open_packet(struct haunt_key *key, const void *packet,
				  size_t len, struct haunt_request *out)
{
	uint8_t id[FWKNOP3_ID_LEN];
	struct fwknop3_packet parsed;
	enum haunt_err err = fwknop3_parse(packet, len, &parsed);

	if (err == HAUNT_OK)
		err = fwknop3_verify(key, &parsed);
	if (err == HAUNT_OK)
		err = fwknop3_decrypt(key, &parsed, out, id);
	return err;
}

static void seal_again(struct haunt_key *key, const struct haunt_request *r)
{
	static const uint8_t salt[CIPHER_SALT_LEN] = "saltsal";
	char once[HAUNT_PACKET_MAX], twice[HAUNT_PACKET_MAX];
	struct wr a = wr_of(once, sizeof(once));
	struct wr b = wr_of(twice, sizeof(twice));
	struct haunt_request back;

	/* A time of few digits can make it too short to be sent. */
	if (fwknop3_seal_with_salt(key, r, salt, &a) == HAUNT_ELENGTH)
		return;
	if (a.failed || open_packet(key, once, a.len, &back) != HAUNT_OK)
		abort();
	if (fwknop3_seal_with_salt(key, &back, salt, &b) != HAUNT_OK ||
	    a.len != b.len || memcmp(once, twice, a.len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char packet[FWKNOP3_TEXT_MAX];
	struct haunt_request r;
	struct haunt_key *key;
	const char *text;
	size_t len;

	if (size < 1 || size > PLAIN_MAX)
		return 0;
	keys_make();
	key = keys[data[0] % KEYS];
	text = (const char *)data + 1;
	len = size - 1;
	if (data[0] & PLAINTEXT) {
		len = wrap(key, data + 1, size - 1, packet) -
		      FWKNOP3_PREFIX_LEN;
		text = packet + FWKNOP3_PREFIX_LEN;
	}
	if (open_packet(key, text, len, &r) == HAUNT_OK)
		seal_again(key, &r);
	return 0;
}
