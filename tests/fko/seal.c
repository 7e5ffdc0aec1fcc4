/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how a packet is put together from libhaunt's parts. */
#include "tests/fko/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/b64.h"
#include "core/proto/cipher.h"
#include "core/proto/fwknop3.h"
#include "core/proto/key.h"

static struct haunt_key *key_get(void)
{
	static const struct haunt_key_spec spec = {
		SEAL_KEY,	sizeof(SEAL_KEY) - 1,
		SEAL_MAC,	sizeof(SEAL_MAC) - 1,
		HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256
	};
	static struct haunt_key *key;

	if (!key && haunt_key_new(&spec, &key) != HAUNT_OK)
		abort();
	return key;
}

void seal(const void *text, size_t len, bool pad, bool mac,
	  char packet[SEAL_CAP])
{
	struct haunt_key *key = key_get();
	uint8_t bytes[SEAL_CAP] = "Salted__saltsalt";
	char whole[SEAL_CAP];
	struct wr w = wr_of(whole, sizeof(whole) - 1);
	size_t n = pad ? 16 - len % 16 : 0;

	if (16 + len + n > sizeof(bytes))
		abort();
	memcpy(bytes + 16, text, len);
	memset(bytes + 16 + len, (int)n, n);
	if (cipher_encrypt(key, bytes + 8, bytes + 16, len + n) != HAUNT_OK)
		abort();
	b64_put(&w, bytes, 16 + len + n);
	if (mac)
		b64_put(&w, key_hmac(key, whole, w.len), 32);
	if (w.failed)
		abort();
	whole[w.len] = '\0';
	strcpy(packet, whole + FWKNOP3_PREFIX_LEN);
}

void seal_digest(char *text, size_t cap)
{
	const size_t len = strlen(text);
	uint8_t digest[DIGEST_LEN_MAX];
	struct wr w = wr_of(text + len, cap - len - 1);

	if (digest_compute(HAUNT_DIGEST_SHA256, text, len, digest) != HAUNT_OK)
		abort();
	wr_u8(&w, ':');
	b64_put(&w, digest, 32);
	text[len + w.len] = '\0';
}
