/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line over the profile over the defaults. */
#include "client/plan.h"

#include <string.h>
#include <sys/socket.h>

#include "tests/lib/check.h"

static const char text[] =
	"gateway home { address = 203.0.113.1 port = 5 key = /k/home\n"
	"  user = alice allow = source hmac = sha512\n"
	"  service ssh { access = tcp/22 nat-port = random lifetime = 30s }\n"
	"  service db { access = tcp/15432 nat = \"198.51.100.2:5432\" } }\n"
	"gateway one { address = 203.0.113.2 key = /k/one\n"
	"  service web { access = tcp/443 } }\n";

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

static void test_profile(void **state)
{
	struct plan_words words = { .gateway = "home", .service = "ssh" };
	struct plan p;

	check_ok(plan_make(&words, *state, &p));
	assert_string_equal(p.gateway.address, "203.0.113.1");
	assert_int_equal(p.gateway.port, 5);
	assert_string_equal(p.key_path, "/k/home");
	assert_string_equal(p.service.name, "ssh");
	assert_int_equal(p.service.outer, CLIENT_OUTER_RANDOM);
	assert_int_equal(p.service.nat, CLIENT_NAT_LOCAL);
	assert_int_equal(p.service.lifetime_s, 30);
	assert_int_equal(p.family, AF_UNSPEC);
	/* The only service need not be named. */
	words = (struct plan_words){ .gateway = "one" };
	check_ok(plan_make(&words, *state, &p));
	assert_string_equal(p.service.name, "web");
}

static void test_words_over_profile(void **state)
{
	struct plan_words words = {
		.gateway = "home",
		.service = "ssh",
		.access = "tcp/2222",
		.nat_port = "80",
		.lifetime = "5m",
		.allow = "local",
		.key = "/other",
		.port = "6",
		.ipv6 = "-6",
		.user = "bob",
		.mode = "ctr",
		.hmac = "none",
		.digest = "sha1",
	};
	struct plan p;

	check_ok(plan_make(&words, *state, &p));
	assert_int_equal(p.service.access_len, 1);
	assert_int_equal(p.service.access[0].first, 2222);
	assert_int_equal(p.service.outer, CLIENT_OUTER_FIXED);
	assert_int_equal(p.service.outer_range.first, 80);
	assert_int_equal(p.service.lifetime_s, 300);
	assert_int_equal(p.gateway.allow, CLIENT_ALLOW_LOCAL);
	assert_string_equal(p.key_path, "/other");
	assert_int_equal(p.gateway.port, 6);
	assert_int_equal(p.family, AF_INET6);
	assert_string_equal(p.gateway.user, "bob");
	assert_int_equal(p.gateway.mode, 6);
	assert_int_equal(p.gateway.hmac_type, 0);
	assert_int_equal(p.gateway.digest, 2);
	words = (struct plan_words){
		.gateway = "home", .service = "db", .key = "-", .ipv4 = "-4"
	};
	check_ok(plan_make(&words, *state, &p));
	assert_null(p.key_path);
	assert_int_equal(p.family, AF_INET);
}

static void test_no_profile(void **state)
{
	struct plan_words words = { .gateway = "gate.example",
				    .access = "tcp/22",
				    .nat_local = "--nat-local" };
	struct plan p;

	check_ok(plan_make(&words, *state, &p));
	assert_string_equal(p.gateway.address, "gate.example");
	assert_int_equal(p.gateway.port, 62201);
	assert_null(p.key_path);
	assert_string_equal(p.service.name, "");
	assert_int_equal(p.service.nat, CLIENT_NAT_LOCAL);
	assert_int_equal(p.gateway.allow, CLIENT_ALLOW_LOCAL);
	/* A profile's gateway, without any of its services. */
	words = (struct plan_words){ .gateway = "home", .access = "udp/53" };
	check_ok(plan_make(&words, *state, &p));
	assert_string_equal(p.key_path, "/k/home");
	assert_int_equal(p.service.nat, CLIENT_NAT_NONE);
	words = (struct plan_words){ .gateway = "home", .command = "a b; c" };
	check_ok(plan_make(&words, *state, &p));
	assert_string_equal(p.service.command, "a b; c");
	assert_int_equal(p.service.access_len, 0);
	assert_string_equal(p.service.name, "");
}

static void test_refused(void **state)
{
	static const struct plan_words cases[] = {
		{ .gateway = "a b", .access = "tcp/1" },
		{ .gateway = "gate.example" },
		{ .gateway = "home" },
		{ .gateway = "home", .service = "web" },
		{ .gateway = "gate.example", .service = "ssh" },
		{ .gateway = "home", .service = "web", .access = "tcp/1" },
		{ .gateway = "h", .access = "tcp/0" },
		{ .gateway = "h", .access = "tcp/1", .nat_port = "0" },
		{ .gateway = "h", .access = "tcp/1", .nat = "x" },
		{ .gateway = "h", .access = "tcp/1", .lifetime = "65537" },
		{ .gateway = "h", .access = "tcp/1", .allow = "::1" },
		{ .gateway = "h", .access = "tcp/1", .key = "" },
		{ .gateway = "h", .access = "tcp/1", .port = "0" },
		{ .gateway = "h", .access = "tcp/1", .user = "a:b" },
		{ .gateway = "h", .access = "tcp/1", .mode = "gcm" },
		{ .gateway = "h", .access = "tcp/1", .hmac = "crc" },
		{ .gateway = "h", .access = "tcp/1", .digest = "none" },
		{ .gateway = "h", .access = "tcp/1", .ipv4 = "", .ipv6 = "" },
		{ .gateway = "h",
		  .access = "tcp/1",
		  .nat = "a:1",
		  .nat_local = "" },
		{ .gateway = "h", .access = "tcp/1,udp/2", .nat_port = "80" },
		{ .gateway = "h", .command = "" },
		{ .gateway = "h", .command = "a\nb" },
		{ .gateway = "h", .command = "x", .access = "tcp/1" },
		{ .gateway = "h", .command = "x", .nat_port = "80" },
		{ .gateway = "h", .command = "x", .nat_local = "" },
		{ .gateway = "h", .command = "x", .lifetime = "1" },
		{ .gateway = "home", .service = "ssh", .command = "x" },
	};
	struct plan p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_err(plan_make(&cases[i], *state, &p), HAUNT_EFORMAT);
}

/*
 * Everybody on a machine can read a command line. The one option about keys
 * names a file, and what is typed there is never taken for a key.
 */
static void test_no_key_on_the_command_line(void **state)
{
	struct plan_words words = { .gateway = "h",
				    .access = "tcp/1",
				    .key = "c2VjcmV0" };
	struct plan p;
	size_t about_keys = 0;

	/* But --key and --key-fd, which name where keys are. */
	for (size_t i = 0; i < PLAN_ARGS_LEN; i++) {
		const char *name = plan_args[i].name;

		about_keys += strstr(name, "key") || strstr(name, "pass") ||
			      strstr(name, "secret");
	}
	assert_int_equal(about_keys, 3);
	check_ok(plan_make(&words, *state, &p));
	assert_ptr_equal(p.key_path, words.key);
	words.gpg_passphrase_file = "c2VjcmV0";
	check_err(plan_make(&words, *state, &p), HAUNT_EFORMAT);
	words.gpg_recipient = "0123456789abcdef0123456789abcdef01234567";
	check_ok(plan_make(&words, *state, &p));
	assert_ptr_equal(p.gpg_passphrase_path, words.gpg_passphrase_file);
	assert_string_equal(p.gateway.gpg_recipient,
			    "0123456789ABCDEF0123456789ABCDEF01234567");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_words_over_profile),
		cmocka_unit_test(test_no_profile),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_key_on_the_command_line),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
