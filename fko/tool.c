/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides what needs no context: keys, base64, and the guess at a packet. */
#include <string.h>

#include "core/base/secret.h"
#include "core/proto/b64.h"
#include "core/proto/digest.h"
#include "core/proto/random.h"
#include "fko/packet.h"

int fko_encryption_type(const char *data)
{
	if (!data)
		return -1;
	return packet_encryption(strnlen(data, FKO_PACKET_CAP));
}

int fko_base64_encode(unsigned char *in, char *out, int len)
{
	struct wr w;
	size_t chars;

	if (!out)
		return 0;
	if (!in || len < 0)
		len = 0;
	chars = b64_chars((size_t)len);
	w = wr_of(out, chars);
	b64_put(&w, in, (size_t)len);
	while (chars % 4)
		out[chars++] = '=';
	out[chars] = '\0';
	return (int)chars;
}

int fko_base64_decode(const char *in, unsigned char *out)
{
	struct wr w;

	if (!in || !out)
		return -1;
	w = wr_of(out, b64_bytes(strlen(in)));
	if (!packet_base64_get(in, strlen(in), &w))
		return -1;
	out[w.len] = '\0';
	return (int)w.len;
}

/* As long as one block of the hash, which is what HMAC uses whole; at most as
 * long as libhaunt's own. */
static int hmac_key_len_usual(int type)
{
	size_t block;

	switch (type) {
	case HAUNT_DIGEST_MD5:
	case HAUNT_DIGEST_SHA1:
		return (int)digest_len((enum haunt_digest)type);
	default:
		block = digest_known((enum haunt_digest)type)
				? digest_block((enum haunt_digest)type)
				: 0;
		return (int)(block < HAUNT_HMAC_KEY_MAX ? block
							: HAUNT_HMAC_KEY_MAX);
	}
}

int fko_key_gen(char *key_b64, int key_len, char *hmac_b64, int hmac_len,
		int hmac_type)
{
	unsigned char key[FKO_KEY_MAX], hmac[HAUNT_HMAC_KEY_MAX];
	enum haunt_err err;

	if (!key_b64 || !hmac_b64)
		return FKO_ERROR_INVALID_DATA;
	if (key_len == 0)
		key_len = sizeof(key);
	if (hmac_len == 0)
		hmac_len = hmac_key_len_usual(hmac_type);
	if (key_len < 1 || key_len > (int)sizeof(key))
		return FKO_ERROR_INVALID_DATA_FUNCS_GEN_KEYLEN_VALIDFAIL;
	if (hmac_len < 1 || hmac_len > (int)sizeof(hmac))
		return FKO_ERROR_INVALID_DATA_FUNCS_GEN_HMACLEN_VALIDFAIL;
	err = random_bytes(key, sizeof(key));
	if (err == HAUNT_OK)
		err = random_bytes(hmac, sizeof(hmac));
	if (err != HAUNT_OK)
		return packet_code(err);
	fko_base64_encode(key, key_b64, key_len);
	fko_base64_encode(hmac, hmac_b64, hmac_len);
	secret_wipe(key, sizeof(key));
	secret_wipe(hmac, sizeof(hmac));
	return FKO_SUCCESS;
}
