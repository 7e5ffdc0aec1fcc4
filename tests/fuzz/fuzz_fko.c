/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libfko.so.3: the first byte chooses whether the others are a packet, with a
 * key for its HMAC or without, the plaintext of one, or values to be set. What
 * opens is encoded, sealed and opened again, to the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/proto/haunt.h"
#include "fko/abi.h"
#include "tests/fko/seal.h"

#define TEXT_MAX 1600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static fko_ctx_t open_packet(const char *packet, bool mac, int mode)
{
	fko_ctx_t ctx = NULL;
	int rc = fko_new_with_data(&ctx, packet, SEAL_KEY, sizeof(SEAL_KEY) - 1,
				   mode, mac ? SEAL_MAC : NULL,
				   mac ? sizeof(SEAL_MAC) - 1 : 0,
				   mac ? HAUNT_DIGEST_SHA256 : 0);

	if ((rc == FKO_SUCCESS) != (ctx != NULL))
		abort();
	return ctx;
}

static const char *text(int (*get)(fko_ctx_t, char **), fko_ctx_t ctx)
{
	char *out = NULL;

	if (get(ctx, &out))
		abort();
	return out ? out : "";
}

static void same(int (*get)(fko_ctx_t, char **), fko_ctx_t a, fko_ctx_t b)
{
	if (strcmp(text(get, a), text(get, b)) != 0)
		abort();
}

/* What opened can be sealed by itself; a client's own leniency about numbers
 * and base64 is gone then, but no value changes. */
static void seal_again(fko_ctx_t ctx)
{
	fko_ctx_t back;
	char *packet;

	if (fko_spa_data_final(ctx, SEAL_KEY, sizeof(SEAL_KEY) - 1, NULL, 0))
		return;
	if (fko_get_spa_data(ctx, &packet))
		abort();
	back = open_packet(packet, false, HAUNT_MODE_CBC);
	if (!back)
		return;
	same(fko_get_username, ctx, back);
	same(fko_get_spa_message, ctx, back);
	same(fko_get_spa_nat_access, ctx, back);
	fko_destroy(back);
}

static void set_values(const char *value)
{
	const short number = (short)(value[0] ? value[0] - '0' : 0);
	unsigned char bytes[TEXT_MAX];
	fko_ctx_t ctx;

	if (fko_new(&ctx) != FKO_SUCCESS)
		abort();
	fko_set_rand_value(ctx, value);
	fko_set_username(ctx, value);
	fko_set_spa_message_type(ctx, number);
	fko_set_spa_message(ctx, value);
	fko_set_spa_nat_access(ctx, value);
	fko_set_spa_server_auth(ctx, value);
	fko_set_spa_data(ctx, value);
	fko_base64_decode(value, bytes);
	seal_again(ctx);
	fko_destroy(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char packet[SEAL_CAP], value[TEXT_MAX + 1];
	fko_ctx_t ctx;

	if (size < 1 || size > TEXT_MAX)
		return 0;
	memcpy(value, data + 1, size - 1);
	value[size - 1] = '\0';
	switch (data[0] % 4) {
	case 0:
	case 1:
		ctx = open_packet(value, data[0] % 4, data[0] / 16);
		break;
	case 2:
		if (size > 1024)
			return 0;
		seal(data + 1, size - 1, true, data[0] & 16, packet);
		ctx = open_packet(packet, data[0] & 16, HAUNT_MODE_CBC);
		break;
	default:
		set_values(value);
		return 0;
	}
	if (ctx) {
		seal_again(ctx);
		fko_destroy(ctx);
	}
	return 0;
}
