/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How packets travel: the command line over the profile. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "client/plan.h"
#include "core/proto/haunt.h"
#include "tests/lib/check.h"

static const char text[] =
	"gateway raw { address = h carrier = udpraw source-port = 7\n"
	"  spoof-source = 192.0.2.1 time-offset = 1m }\n"
	"gateway web { address = h http-proxy = 'p:3128' user-agent = x\n"
	"  connect-timeout = 2s }\n"
	"gateway ping { address = h carrier = icmp icmp-type = 0\n"
	"  spoof-source = 2001:db8::1 port = 5-6 }\n"
	"gateway look { address = h allow = resolve resolvers = 'stun:a' }\n";

static void tell_mistake(void *arg, const char *name, unsigned int line,
			 const char *what)
{
	(void)arg;
	fail_msg("%s:%u: %s", name, line, what);
}

static int setup(void **state)
{
	struct client_conf_text in = { text, "test", "/home/alice" };
	struct client_conf *conf = NULL;

	check_ok(client_conf_parse(&in, tell_mistake, NULL, &conf));
	*state = conf;
	return 0;
}

static int teardown(void **state)
{
	client_conf_free(*state);
	return 0;
}

static struct plan p; /* too large to have many on a stack */

static void planned(void **state, const struct plan_words *typed)
{
	struct plan_words words = *typed;

	words.access = "tcp/22";
	check_ok(plan_make(&words, *state, &p));
}

#define PLANNED(...) planned(state, &(struct plan_words){ __VA_ARGS__ })

/* The numbers that the file and the library give to carriers are the same. */
static void test_carriers(void **state)
{
	static const char *const names[] = { "udp",  "tcp",    "http",
					     "icmp", "udpraw", "tcpraw" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum haunt_carrier carrier = HAUNT_CARRIER_UDP;

		PLANNED(.gateway = "h", .carrier = names[i]);
		check_ok(haunt_carrier_parse(names[i], &carrier));
		assert_int_equal(carrier, p.gateway.send.carrier);
		assert_string_equal(haunt_carrier_name(carrier), names[i]);
		assert_int_equal(p.gateway.port,
				 carrier == HAUNT_CARRIER_HTTP ? 80 : 62201);
	}
}

static void test_profile(void **state)
{
	PLANNED(.gateway = "raw");

	assert_int_equal(p.gateway.send.carrier, HAUNT_CARRIER_UDP_RAW);
	assert_int_equal(p.gateway.send.time_offset_s, 60);
	/* What is forged must be of the family that it is sent by. */
	assert_int_equal(p.family, AF_INET);
	PLANNED(.gateway = "ping");
	assert_int_equal(p.family, AF_INET6);
	assert_int_equal(p.gateway.send.port_last, 6);
	PLANNED(.gateway = "look");
	assert_string_equal(p.resolvers, "stun:a");
	assert_int_equal(p.family, AF_INET);
	assert_int_equal(p.key_fd, -1);
	assert_null(p.save_path);
}

/* Another carrier over a profile takes along what it has a use for. */
static void test_other_carrier(void **state)
{
	PLANNED(.gateway = "raw", .carrier = "tcp");

	assert_true(addr_is_any(&p.gateway.send.spoof));
	assert_int_equal(p.gateway.send.source_port, 7);
	assert_int_equal(p.family, AF_UNSPEC);
	PLANNED(.gateway = "raw", .carrier = "icmp");
	assert_false(addr_is_any(&p.gateway.send.spoof));
	assert_int_equal(p.gateway.send.source_port, 0);
	PLANNED(.gateway = "raw", .http_proxy = "q:8080");
	assert_int_equal(p.gateway.send.carrier, HAUNT_CARRIER_HTTP);
	assert_string_equal(p.gateway.send.proxy_host, "q");
	assert_true(addr_is_any(&p.gateway.send.spoof));
	PLANNED(.gateway = "web", .carrier = "udp");
	assert_int_equal(p.gateway.send.proxy_port, 0);
	assert_int_equal(p.gateway.port, 62201);
	PLANNED(.gateway = "web", .carrier = "tcp");
	assert_int_equal(p.gateway.send.connect_s, 2);
	PLANNED(.gateway = "web", .carrier = "http");
	assert_int_equal(p.gateway.send.proxy_port, 3128);
	PLANNED(.gateway = "ping", .carrier = "udp");
	assert_false(p.gateway.send.icmp_type_given);
}

static void test_words(void **state)
{
	PLANNED(.gateway = "h", .carrier = "tcp", .port = "random",
		.connect_timeout = "1m", .source_port = "99",
		.time_offset = "-1h", .key_fd = "3", .save_packet = "f",
		.save_append = "");

	assert_int_equal(p.gateway.port, 10000);
	assert_int_equal(p.gateway.send.port_last, 65535);
	assert_int_equal(p.gateway.send.connect_s, 60);
	assert_int_equal(p.gateway.send.source_port, 99);
	assert_int_equal(p.gateway.send.time_offset_s, -3600);
	assert_int_equal(p.key_fd, 3);
	assert_string_equal(p.save_path, "f");
	assert_true(p.save_append);
	PLANNED(.gateway = "look", .resolvers = "stun:b,https://c/");
	assert_string_equal(p.resolvers, "stun:b,https://c/");
	PLANNED(.gateway = "h", .allow = "resolve");
	assert_null(p.resolvers);
}

static void test_refused(void **state)
{
	static const struct plan_words cases[] = {
		{ .gateway = "h", .carrier = "UDP" },
		{ .gateway = "h", .carrier = "udp", .http_proxy = "p:1" },
		{ .gateway = "h", .http_proxy = "p" },
		{ .gateway = "h", .user_agent = "x" },
		{ .gateway = "h", .spoof_source = "192.0.2.1" },
		{ .gateway = "raw", .spoof_source = "x" },
		{ .gateway = "raw", .ipv6 = "-6" },
		{ .gateway = "ping", .ipv4 = "-4" },
		{ .gateway = "ping", .allow = "resolve" },
		{ .gateway = "ping", .source_port = "1" },
		{ .gateway = "h", .icmp_type = "8" },
		{ .gateway = "h", .carrier = "icmp", .icmp_code = "1" },
		{ .gateway = "h", .connect_timeout = "1s" },
		{ .gateway = "h", .time_offset = "x" },
		{ .gateway = "h", .resolvers = "stun:a" },
		{ .gateway = "look", .resolvers = "" },
		{ .gateway = "look", .resolvers = "stun:a," },
		{ .gateway = "look", .ipv6 = "-6" },
		{ .gateway = "h", .save_append = "" },
		{ .gateway = "h", .save_packet = "" },
		{ .gateway = "h", .key_fd = "-1" },
		{ .gateway = "h", .key_fd = "1024" },
		{ .gateway = "h", .key_fd = "3", .key = "k" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan_words words = cases[i];

		words.access = "tcp/22";
		check_err(plan_make(&words, *state, &p), HAUNT_EFORMAT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carriers),
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_other_carrier),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
