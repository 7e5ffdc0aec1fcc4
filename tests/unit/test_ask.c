/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan becomes in the packet. */
#include "client/ask.h"

#include <netinet/in.h>
#include <string.h>

#include "conf/parse.h"
#include "core/base/addr.h"
#include "tests/lib/check.h"

static void put(uint8_t out[16], const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	memcpy(out, a.b, 16);
}

static void check_allow(const struct haunt_request *q, const char *text)
{
	uint8_t expected[16] = { 0 };

	if (text)
		put(expected, text);
	assert_memory_equal(q->allow, expected, 16);
}

struct fixture {
	struct client_gateway gateway;
	struct client_service service;
	struct haunt_route route;
	struct ask ask;
	struct haunt_request q;
};

static void fixture_init(struct fixture *f, const char *access)
{
	*f = (struct fixture){ .gateway = client_gateway_default(),
			       .service = client_service_default() };
	memcpy(f->gateway.address, "gate.example", sizeof("gate.example"));
	put(f->route.gateway, "203.0.113.1");
	put(f->route.source, "198.51.100.7");
	check_ok(client_parse_access(access, &f->service));
	f->ask =
		(struct ask){ &f->gateway, &f->service, &f->route, "alice", 0 };
}

static void fixture_ask(struct fixture *f)
{
	const char *field = "";

	assert_null(client_service_settle(&f->service));
	check_ok(ask_outer(&f->service, &f->ask.outer));
	ask_request(&f->ask, 1234567890, &f->q);
	check_ok(haunt_request_check(&f->q, &field));
	assert_int_equal(f->q.time_s, 1234567890);
	assert_int_equal(f->q.digest, HAUNT_DIGEST_SHA256);
	assert_string_equal(f->q.version, "3.0.0");
	assert_string_equal(f->q.random, "");
}

/* All ports of a range move as far as the first one. */
static void test_nat_several(void **state)
{
	struct fixture f;
	char doors[ASK_DOORS_MAX];

	(void)state;
	fixture_init(&f, "tcp/5000-5002,tcp/5010");
	check_ok(client_parse_outer("15000", &f.service));
	assert_null(client_service_settle(&f.service));
	f.ask.outer = 15000;
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_LOCAL_NAT);
	assert_int_equal(f.q.nat_port, 5000);
	assert_string_equal(ask_doors(&f.q, doors),
			    "tcp/15000,tcp/15001,tcp/15002,tcp/15010");
	assert_int_equal(haunt_request_check(&f.q, NULL), HAUNT_OK);
}

static void test_access(void **state)
{
	struct fixture f;
	char doors[ASK_DOORS_MAX];

	(void)state;
	fixture_init(&f, "tcp/22,udp/53");
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_ACCESS);
	assert_int_equal(f.q.ports_len, 2);
	assert_int_equal(f.q.ports[0].proto, IPPROTO_TCP);
	assert_int_equal(f.q.ports[1].port, 53);
	assert_string_equal(f.q.nat_host, "");
	assert_string_equal(f.q.user, "alice");
	check_allow(&f.q, "198.51.100.7");
	assert_string_equal(ask_doors(&f.q, doors), "tcp/22,udp/53");
	f.service.lifetime_s = 30;
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_ACCESS_TIMEOUT);
	assert_int_equal(f.q.lifetime_s, 30);
}

static void test_local_nat(void **state)
{
	struct fixture f;
	char doors[ASK_DOORS_MAX];

	(void)state;
	fixture_init(&f, "tcp/22");
	check_ok(client_parse_outer("80", &f.service));
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_LOCAL_NAT);
	assert_string_equal(ask_doors(&f.q, doors), "tcp/80");
	assert_string_equal(f.q.nat_host, "gate.example");
	assert_int_equal(f.q.nat_port, 22);
	f.service.lifetime_s = 1;
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_LOCAL_NAT_TIMEOUT);
	check_ok(client_parse_outer("50000-50001", &f.service));
	fixture_ask(&f);
	assert_in_range(f.q.ports[0].port, 50000, 50001);
	assert_int_equal(f.q.ports[0].port, f.ask.outer);
	assert_int_equal(f.q.nat_port, 22);
}

/* Asked for in so many words, without another port. */
static void test_local_nat_same_port(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, "tcp/22");
	f.service.nat = CLIENT_NAT_LOCAL;
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_LOCAL_NAT);
	assert_int_equal(f.q.ports[0].port, 22);
	assert_int_equal(f.q.nat_port, 22);
}

static void test_forward_nat(void **state)
{
	struct fixture f;
	char doors[ASK_DOORS_MAX];

	(void)state;
	fixture_init(&f, "tcp/15432");
	check_ok(client_parse_nat("198.51.100.2:5432", &f.service));
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_NAT);
	assert_string_equal(ask_doors(&f.q, doors), "tcp/15432");
	assert_string_equal(f.q.nat_host, "198.51.100.2");
	assert_int_equal(f.q.nat_port, 5432);
	check_ok(client_parse_outer("40022", &f.service));
	f.service.lifetime_s = 5;
	fixture_ask(&f);
	assert_int_equal(f.q.type, HAUNT_TYPE_NAT_TIMEOUT);
	assert_string_equal(ask_doors(&f.q, doors), "tcp/40022");
}

static void test_allow(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, "tcp/22");
	check_ok(client_parse_allow("source", &f.gateway));
	fixture_ask(&f);
	check_allow(&f.q, NULL);
	check_ok(client_parse_allow("192.0.2.9", &f.gateway));
	fixture_ask(&f);
	check_allow(&f.q, "192.0.2.9");
	check_ok(client_parse_allow("local", &f.gateway));
	fixture_ask(&f);
	check_allow(&f.q, "198.51.100.7");
	assert_false(ask_is_unbound_by_ipv6(&f.ask));
	put(f.route.source, "2001:db8::7");
	put(f.route.gateway, "2001:db8::1");
	fixture_ask(&f);
	check_allow(&f.q, NULL);
	assert_true(ask_is_unbound_by_ipv6(&f.ask));
}

static void test_user_of_the_profile(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, "tcp/22");
	check_ok(client_parse_user("bob", &f.gateway));
	fixture_ask(&f);
	assert_string_equal(f.q.user, "bob");
}

/* The longest list fits its buffer. */
static void test_doors(void **state)
{
	struct haunt_request q = { .ports_len = HAUNT_PORTS_MAX };
	char doors[ASK_DOORS_MAX];

	(void)state;
	for (size_t i = 0; i < HAUNT_PORTS_MAX; i++)
		q.ports[i] = (struct haunt_port){ IPPROTO_TCP, 65535 };
	assert_int_equal(strlen(ask_doors(&q, doors)),
			 HAUNT_PORTS_MAX * 10 - 1);
}

/* conf may not include the library: its numbers are checked here. */
static void test_numbers_of_conf(void **state)
{
	static const char *const modes[] = { "cbc", "ecb", "cfb",
					     "ofb", "ctr", "legacy" };
	static const char *const digests[] = { "md5",	  "sha1",   "sha256",
					       "sha384",  "sha512", "sha3_256",
					       "sha3_512" };
	int n = -1;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		enum haunt_mode mode = HAUNT_MODE_CBC;

		check_ok(haunt_mode_parse(modes[i], &mode));
		check_ok(mode_parse(modes[i], &n));
		assert_int_equal(n, mode);
	}
	for (size_t i = 0; i < 7; i++) {
		enum haunt_digest digest = HAUNT_DIGEST_NONE;

		check_ok(haunt_digest_parse(digests[i], &digest));
		check_ok(digest_parse(digests[i], &n));
		assert_int_equal(n, digest);
	}
	assert_int_equal(MODE_DEFAULT, HAUNT_MODE_CBC);
	assert_int_equal(DIGEST_DEFAULT, HAUNT_DIGEST_SHA256);
	assert_int_equal(DIGEST_NONE, HAUNT_DIGEST_NONE);
	assert_int_equal(CLIENT_PORTS_MAX, HAUNT_PORTS_MAX);
	assert_int_equal(CLIENT_PORT_DEFAULT, HAUNT_PORT_DEFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_nat_several),
		cmocka_unit_test(test_local_nat),
		cmocka_unit_test(test_local_nat_same_port),
		cmocka_unit_test(test_forward_nat),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_user_of_the_profile),
		cmocka_unit_test(test_doors),
		cmocka_unit_test(test_numbers_of_conf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
