/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one packet costs that none of many keys opens: parsing it once and one
 * HMAC for each key. Prints nanoseconds a key for every HMAC type, and the
 * memory of a key.
 *
 *	tests/bench/verify [KEYS [PACKETS]]
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/proto/fwknop3.h"

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct haunt_key *key_of(enum haunt_digest type, size_t seed)
{
	char bytes[32], hmac[64];
	const struct haunt_key_spec spec = {
		.key = bytes,
		.key_len = sizeof(bytes),
		.hmac = hmac,
		.hmac_len = sizeof(hmac),
		.mode = HAUNT_MODE_CBC,
		.hmac_type = type,
	};
	struct haunt_key *key;

	memset(bytes, 'k', sizeof(bytes));
	memset(hmac, 'h', sizeof(hmac));
	memcpy(hmac, &seed, sizeof(seed));
	if (haunt_key_new(&spec, &key) != HAUNT_OK)
		exit(1);
	return key;
}

/* A packet of a key that is none of those under test. */
static size_t stranger(enum haunt_digest type, char packet[HAUNT_PACKET_MAX])
{
	const struct haunt_request request = {
		.time_s = 1795178975,
		.type = HAUNT_TYPE_ACCESS,
		.user = "alice",
		.allow = { [10] = 255, 255, 203, 0, 113, 10 },
		.ports = { { 6, 22 } },
		.ports_len = 1,
	};
	struct haunt_key *key = key_of(type, SIZE_MAX);
	size_t len;

	if (haunt_seal(key, &request, packet, HAUNT_PACKET_MAX, &len) !=
	    HAUNT_OK)
		exit(1);
	haunt_key_free(key);
	return len;
}

static void measure(enum haunt_digest type, size_t keys, size_t packets)
{
	struct haunt_key **all = calloc(keys, sizeof(struct haunt_key *));
	size_t opened = 0, before, memory, len;
	struct fwknop3_packet parsed;
	char packet[HAUNT_PACKET_MAX];
	double start;

	if (!all)
		exit(1);
	len = stranger(type, packet);
	before = mallinfo2().uordblks;
	for (size_t i = 0; i < keys; i++)
		all[i] = key_of(type, i);
	memory = (mallinfo2().uordblks - before) / keys;
	start = now_ns();
	for (size_t n = 0; n < packets; n++) {
		if (fwknop3_parse(packet, len, &parsed) != HAUNT_OK)
			exit(1);
		for (size_t i = 0; i < keys; i++)
			opened += fwknop3_verify(all[i], &parsed) == HAUNT_OK;
	}
	printf("%-9s %4zu characters: %5.0f ns a key, %zu bytes a key\n",
	       haunt_digest_name(type), len,
	       (now_ns() - start) / (double)(packets * keys), memory);
	if (opened)
		exit(1);
	for (size_t i = 0; i < keys; i++)
		haunt_key_free(all[i]);
	free(all);
}

int main(int argc, char **argv)
{
	const size_t keys = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	const size_t packets = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;

	for (int type = HAUNT_DIGEST_MD5; type <= HAUNT_DIGEST_SHA3_512; type++)
		measure((enum haunt_digest)type, keys, packets);
	return 0;
}
