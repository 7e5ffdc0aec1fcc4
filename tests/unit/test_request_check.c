/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits of a request: each member is blamed by its name. */
#include <netinet/in.h>
#include <string.h>

#include "core/proto/request.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"

static void assert_blames(const struct haunt_request *r, enum haunt_err err,
			  const char *field)
{
	const char *blamed = NULL;

	check_err(haunt_request_check(r, &blamed), err);
	assert_non_null(blamed);
	assert_string_equal(blamed, field);
	check_err(haunt_request_check(r, NULL), err);
}

/* Changes one member of a good request and expects it to be blamed. */
#define BLAME(type_, err, field, change)                              \
	do {                                                          \
		struct haunt_request r = request_example((type_), 5); \
		check_ok(haunt_request_check(&r, NULL));              \
		change;                                               \
		assert_blames(&r, (err), (field));                    \
	} while (0)

static void test_common_members(void **state)
{
	const enum haunt_type t = HAUNT_TYPE_ACCESS;

	(void)state;
	BLAME(t, HAUNT_EFORMAT, "type", r.type = (enum haunt_type)7);
	BLAME(t, HAUNT_EFORMAT, "type", r.type = (enum haunt_type) - 1);
	BLAME(t, HAUNT_ELENGTH, "time_s", r.time_s = REQUEST_TIME_MAX + 1);
	BLAME(t, HAUNT_EFORMAT, "digest", r.digest = (enum haunt_digest)8);
	BLAME(t, HAUNT_ELENGTH, "random", strcpy(r.random, "1"));
	BLAME(t, HAUNT_EFORMAT, "random", strcpy(r.random, "123456789012345x"));
	BLAME(t, HAUNT_ELENGTH, "random",
	      memset(r.random, '1', sizeof(r.random)));
	BLAME(t, HAUNT_ELENGTH, "user", r.user[0] = '\0');
	BLAME(t, HAUNT_ELENGTH, "user", memset(r.user, 'a', sizeof(r.user)));
	BLAME(t, HAUNT_ELENGTH, "version",
	      memset(r.version, 'a', sizeof(r.version)));
	BLAME(t, HAUNT_EFORMAT, "version", strcpy(r.version, "3:0"));
	BLAME(t, HAUNT_EFORMAT, "server_auth", strcpy(r.server_auth, "\n"));
	BLAME(t, HAUNT_ELENGTH, "server_auth",
	      memset(r.server_auth, 'a', sizeof(r.server_auth)));
}

static void test_user_characters(void **state)
{
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 1);

	(void)state;
	for (int c = 1; c < 256; c++) {
		const int bad = c < 0x20 || c > 0x7e ||
				strchr("\"/\\[]:;|=,+*?<>", c) != NULL;

		r.user[0] = (char)c;
		check_err(haunt_request_check(&r, NULL),
			  bad ? HAUNT_EFORMAT : HAUNT_OK);
	}
}

static void test_allow(void **state)
{
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 1);

	(void)state;
	memset(r.allow, 0, sizeof(r.allow));
	check_ok(haunt_request_check(&r, NULL));
	r.allow[0] = 0x20;
	assert_blames(&r, HAUNT_EFORMAT, "allow");
}

static void test_ports(void **state)
{
	const enum haunt_type t = HAUNT_TYPE_NAT;

	(void)state;
	BLAME(t, HAUNT_ELENGTH, "ports", r.ports_len = 0);
	BLAME(t, HAUNT_ELENGTH, "ports", r.ports_len = HAUNT_PORTS_MAX + 1);
	BLAME(t, HAUNT_EFORMAT, "ports", r.ports[0].port = 0);
	BLAME(t, HAUNT_EFORMAT, "ports", r.ports[0].proto = IPPROTO_ICMP);
	BLAME(HAUNT_TYPE_COMMAND, HAUNT_EFORMAT, "ports", r.ports_len = 1);
}

/* 191 bytes hold an address of 7 characters and 18 ports of five digits. */
static void test_message_size(void **state)
{
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 1);

	(void)state;
	r.ports_len = 18;
	for (size_t i = 0; i < r.ports_len; i++)
		r.ports[i] = (struct haunt_port){ IPPROTO_TCP, 60000 };
	memset(r.allow, 0, sizeof(r.allow));
	check_ok(haunt_request_check(&r, NULL));
	r.ports_len = 19;
	r.ports[18] = (struct haunt_port){ IPPROTO_TCP, 6000 };
	assert_blames(&r, HAUNT_ELENGTH, "ports");
}

static void test_nat(void **state)
{
	const enum haunt_type t = HAUNT_TYPE_LOCAL_NAT;

	(void)state;
	BLAME(t, HAUNT_ELENGTH, "nat_host", r.nat_host[0] = '\0');
	BLAME(t, HAUNT_EFORMAT, "nat_host", strcpy(r.nat_host, "a b"));
	BLAME(t, HAUNT_EFORMAT, "nat_host", strcpy(r.nat_host, "a,b"));
	BLAME(t, HAUNT_EFORMAT, "nat_host", strcpy(r.nat_host, "a/b"));
	BLAME(t, HAUNT_ELENGTH, "nat_host",
	      memset(r.nat_host, 'a', sizeof(r.nat_host)));
	BLAME(t, HAUNT_ELENGTH, "nat_host",
	      memset(r.nat_host, 'a', sizeof(r.nat_host) - 1));
	BLAME(t, HAUNT_EFORMAT, "nat_port", r.nat_port = 0);
	BLAME(HAUNT_TYPE_ACCESS, HAUNT_EFORMAT, "nat_host",
	      strcpy(r.nat_host, "a"));
	BLAME(HAUNT_TYPE_ACCESS, HAUNT_EFORMAT, "nat_port", r.nat_port = 1);
}

static void test_command_and_lifetime(void **state)
{
	const enum haunt_type t = HAUNT_TYPE_COMMAND;

	(void)state;
	BLAME(t, HAUNT_ELENGTH, "command", r.command[0] = '\0');
	BLAME(t, HAUNT_EFORMAT, "command", strcpy(r.command, "a\nb"));
	BLAME(t, HAUNT_ELENGTH, "command",
	      memset(r.command, 'a', sizeof(r.command)));
	BLAME(t, HAUNT_ELENGTH, "command",
	      memset(r.command, 'a', sizeof(r.command) - 1));
	BLAME(HAUNT_TYPE_ACCESS, HAUNT_EFORMAT, "command",
	      strcpy(r.command, "a"));
	BLAME(HAUNT_TYPE_ACCESS, HAUNT_EFORMAT, "lifetime_s", r.lifetime_s = 1);
	BLAME(HAUNT_TYPE_ACCESS_TIMEOUT, HAUNT_ELENGTH, "lifetime_s",
	      r.lifetime_s = 65537);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common_members),
		cmocka_unit_test(test_user_characters),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_message_size),
		cmocka_unit_test(test_nat),
		cmocka_unit_test(test_command_and_lifetime),
	};

	return cmocka_run_group_tests_name("request_check", tests, NULL, NULL);
}
