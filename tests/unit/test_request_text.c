/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request written and read as text, member by member. */
#include <string.h>

#include "core/proto/haunt.h"
#include "tests/lib/check.h"

static const struct {
	const char *name;
	const char *value;
	const char *back;
	enum haunt_err err;
} cases[] = {
	{ "time_s", "1795905491", "1795905491", HAUNT_OK },
	{ "time_s", "999999999999", "999999999999", HAUNT_OK },
	{ "time_s", "1000000000000", NULL, HAUNT_EFORMAT },
	{ "time_s", "-1", NULL, HAUNT_EFORMAT },
	{ "type", "6", "6", HAUNT_OK },
	{ "type", "7", NULL, HAUNT_ELENGTH },
	{ "type", "", "0", HAUNT_OK },
	{ "digest", "sha3_512", "sha3_512", HAUNT_OK },
	{ "digest", "", "", HAUNT_OK },
	{ "digest", "sha", NULL, HAUNT_EFORMAT },
	{ "random", "1234567890123456", "1234567890123456", HAUNT_OK },
	{ "random", "12345678901234567", NULL, HAUNT_ELENGTH },
	{ "user", "alice", "alice", HAUNT_OK },
	{ "user", "", "", HAUNT_OK },
	{ "version", "3.0.0", "3.0.0", HAUNT_OK },
	{ "version", "123456789", NULL, HAUNT_ELENGTH },
	{ "allow", "203.0.113.10", "203.0.113.10", HAUNT_OK },
	{ "allow", "", "0.0.0.0", HAUNT_OK },
	{ "allow", "::1", NULL, HAUNT_EFORMAT },
	{ "allow", "010.0.0.1", NULL, HAUNT_EFORMAT },
	{ "allow", "1.2.3.4,tcp/1", NULL, HAUNT_EFORMAT },
	{ "ports", "tcp/22,udp/53", "tcp/22,udp/53", HAUNT_OK },
	{ "ports", "tcp/0", NULL, HAUNT_EFORMAT },
	{ "ports", "tcp/22,", NULL, HAUNT_EFORMAT },
	{ "ports", "", "", HAUNT_OK },
	{ "nat", "10.0.0.5,22", "10.0.0.5,22", HAUNT_OK },
	{ "nat", "10.0.0.5", NULL, HAUNT_EFORMAT },
	{ "nat", "", "", HAUNT_OK },
	{ "command", "restart-web", "restart-web", HAUNT_OK },
	{ "server_auth", "x", "x", HAUNT_OK },
	{ "lifetime_s", "65536", "65536", HAUNT_OK },
	{ "lifetime_s", "65537", NULL, HAUNT_ELENGTH },
	{ "ports_len", "1", NULL, HAUNT_ENOENT },
	{ "", "1", NULL, HAUNT_ENOENT },
};

static void test_members(void **state)
{
	struct haunt_request *r = haunt_request_new();
	char before[HAUNT_VALUE_MAX], text[HAUNT_VALUE_MAX];

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const enum haunt_err known = haunt_request_get(
			r, cases[i].name, before, sizeof(before));

		check_err(haunt_request_set(r, cases[i].name, cases[i].value),
			  cases[i].err);
		check_err(
			haunt_request_get(r, cases[i].name, text, sizeof(text)),
			known);
		if (known != HAUNT_OK)
			continue;
		/* What is refused changes nothing. */
		assert_string_equal(text, cases[i].err == HAUNT_OK
						  ? cases[i].back
						  : before);
	}
	haunt_request_free(r);
	haunt_request_free(NULL);
}

static void test_cap(void **state)
{
	struct haunt_request *r = haunt_request_new();
	char text[6];

	(void)state;
	assert_non_null(r);
	check_ok(haunt_request_set(r, "user", "alice"));
	check_ok(haunt_request_get(r, "user", text, 6));
	assert_string_equal(text, "alice");
	check_err(haunt_request_get(r, "user", text, 5), HAUNT_EBUSY);
	check_err(haunt_request_get(r, "user", text, 0), HAUNT_EBUSY);
	haunt_request_free(r);
}

/* The most that any member can hold. */
static void test_longest(void **state)
{
	struct haunt_request r = { .ports_len = HAUNT_PORTS_MAX };
	char text[HAUNT_VALUE_MAX];

	(void)state;
	for (size_t i = 0; i < HAUNT_PORTS_MAX; i++)
		r.ports[i] = (struct haunt_port){ 17, 65535 };
	check_ok(haunt_request_get(&r, "ports", text, sizeof(text)));
	assert_int_equal(strlen(text), HAUNT_PORTS_MAX * 10 - 1);
	memset(r.nat_host, 'a', sizeof(r.nat_host) - 1);
	r.nat_port = 65535;
	check_ok(haunt_request_get(&r, "nat", text, sizeof(text)));
	assert_int_equal(strlen(text), 254 + 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests_name("request_text", tests, NULL, NULL);
}
