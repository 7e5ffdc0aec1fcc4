/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words of a resolver are an address, and which of them are believed. */
#include "client/resolve.h"

#include <string.h>

#include "conf/client_conf.h"
#include "tests/lib/check.h"

static struct ip_addr address(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

static void test_text(void **state)
{
	static const char *const bad[] = {
		"",
		" \r\n",
		"203.0.113",
		"203.0.113.256",
		"203.0.113.9 x",
		"203.0.113.9, 1.2.3.4",
		"<b>203.0.113.9</b>",
		"2001:db8::1",
		"::ffff:203.0.113.9",
		"0203.0.113.9",
		"203.0.113.9\n203.0.113.8",
		"203.0.113.9:80",
		"+203.0.113.9",
	};
	struct ip_addr a, want = address("203.0.113.9");

	(void)state;
	check_ok(resolve_text("203.0.113.9", 11, &a));
	assert_true(addr_equal(&a, &want));
	check_ok(resolve_text("\t 203.0.113.9\r\n\n", 16, &a));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(resolve_text(bad[i], strlen(bad[i]), &a),
			  HAUNT_EFORMAT);
	check_err(resolve_text("203.0.113.9\0", 12, &a), HAUNT_EFORMAT);
	check_err(resolve_text(" ", 1, &a), HAUNT_EFORMAT);
}

static bool believed(const char *a, const char *gateway)
{
	const struct ip_addr client = address(a), there = address(gateway);

	return resolve_objection(&client, &there) == NULL;
}

static void test_objection(void **state)
{
	static const char *const nobody[] = {
		"0.0.0.0",	   "0.1.2.3",	      "127.0.0.1",
		"127.255.255.255", "169.254.1.1",     "224.0.0.1",
		"239.255.255.255", "240.0.0.1",	      "192.0.0.8",
		"2001:db8::1",	   "255.255.255.255",
	};
	static const char *const private[] = {
		"10.0.0.1",    "172.16.0.1",	 "172.31.255.255",
		"192.168.1.1", "100.64.0.1",	 "100.127.255.255",
		"198.18.0.1",  "198.19.255.255",
	};
	static const char *const fine[] = {
		"203.0.113.9", "172.15.0.1",	"172.32.0.1",  "100.63.0.1",
		"100.128.0.1", "192.167.0.1",	"11.0.0.1",    "198.17.0.1",
		"198.20.0.1",  "223.255.255.1", "169.253.1.1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		assert_false(believed(nobody[i], "203.0.113.1"));
		assert_false(believed(nobody[i], "10.0.0.1"));
		assert_false(believed(nobody[i], "127.0.0.1"));
	}
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		assert_false(believed(private[i], "203.0.113.1"));
		assert_true(believed(private[i], "192.168.7.1"));
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		assert_true(believed(fine[i], "203.0.113.1"));
		assert_true(believed(fine[i], "10.0.0.1"));
	}
}

/* Each of the default ones could stand in the file. */
static void test_defaults(void **state)
{
	char list[] = RESOLVERS_DEFAULT;
	size_t n = 0;

	(void)state;
	for (char *save, *at = strtok_r(list, ",", &save); at;
	     at = strtok_r(NULL, ",", &save), n++)
		assert_true(client_resolver_valid(at));
	assert_true(n >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_objection),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
