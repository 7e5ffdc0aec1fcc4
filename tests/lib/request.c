/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the making up of requests. */
#include "tests/lib/request.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

static void ports_make(struct haunt_request *r, unsigned int *seed)
{
	r->ports_len = (uint8_t)(1 + rand_r(seed) % 15);
	for (size_t i = 0; i < r->ports_len; i++)
		r->ports[i] = (struct haunt_port){
			.proto = rand_r(seed) % 2 ? IPPROTO_TCP : IPPROTO_UDP,
			.port = (uint16_t)(1 + rand_r(seed) % 65535),
		};
}

struct haunt_request request_example(enum haunt_type type, unsigned int seed)
{
	const bool nat =
		type == HAUNT_TYPE_NAT || type >= HAUNT_TYPE_NAT_TIMEOUT;
	struct haunt_request r = {
		.time_s = 1795178975u + seed,
		.type = type,
		.digest = (enum haunt_digest)(1 + seed % 7),
		.version = "3.0.0",
		.allow = { [10] = 255, 255, 198, 51, 100, (uint8_t)seed },
	};

	snprintf(r.random, sizeof(r.random), "%016u", seed);
	snprintf(r.user, sizeof(r.user), "user %u", seed);
	if (type == HAUNT_TYPE_COMMAND)
		snprintf(r.command, sizeof(r.command), "echo, %u", seed);
	else
		ports_make(&r, &seed);
	if (nat) {
		snprintf(r.nat_host, sizeof(r.nat_host), "198.51.100.%d",
			 rand_r(&seed) % 256);
		r.nat_port = (uint16_t)(1 + rand_r(&seed) % 65535);
	}
	if (rand_r(&seed) % 2)
		snprintf(r.server_auth, sizeof(r.server_auth), "crypt,%u",
			 seed);
	if (type == HAUNT_TYPE_ACCESS_TIMEOUT ||
	    type == HAUNT_TYPE_NAT_TIMEOUT ||
	    type == HAUNT_TYPE_LOCAL_NAT_TIMEOUT)
		r.lifetime_s = (uint32_t)(rand_r(&seed) % 65537);
	return r;
}

void request_assert_equal(const struct haunt_request *a,
			  const struct haunt_request *b)
{
	assert_true(a->time_s == b->time_s);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->digest, b->digest);
	assert_string_equal(a->random, b->random);
	assert_string_equal(a->user, b->user);
	assert_string_equal(a->version, b->version);
	assert_memory_equal(a->allow, b->allow, sizeof(a->allow));
	assert_int_equal(a->ports_len, b->ports_len);
	for (size_t i = 0; i < a->ports_len; i++) {
		assert_int_equal(a->ports[i].proto, b->ports[i].proto);
		assert_int_equal(a->ports[i].port, b->ports[i].port);
	}
	assert_string_equal(a->nat_host, b->nat_host);
	assert_int_equal(a->nat_port, b->nat_port);
	assert_string_equal(a->command, b->command);
	assert_string_equal(a->server_auth, b->server_auth);
	assert_int_equal(a->lifetime_s, b->lifetime_s);
}
