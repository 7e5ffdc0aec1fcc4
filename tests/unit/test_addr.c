/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses: what is text of one, what is not, and what contains what. */
#include "core/base/addr.h"

#include <string.h>

#include "tests/lib/check.h"

static struct ip_addr addr(const char *text)
{
	struct ip_addr a;

	check_ok(addr_parse(text, strlen(text), &a));
	return a;
}

static void test_addr_text(void **state)
{
	static const char *const good[] = { "0.0.0.0",	       "192.0.2.1",
					    "255.255.255.255", "::",
					    "2001:db8::1",     "fe80::1" };
	static const char *const bad[] = {
		"",	     "1.2.3", "1.2.3.4 ",    "01.2.3.4", "256.1.1.1",
		"1.2.3.4.5", ":",     "2001:db8::g", "::1%lo",	 "0x1.2.3.4"
	};
	char buf[ADDR_TEXT_MAX];
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		a = addr(good[i]);
		assert_string_equal(addr_format(&a, buf), good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(addr_parse(bad[i], strlen(bad[i]), &a),
			  HAUNT_EFORMAT);
	check_err(addr_parse("1.2.3.4\0", 8, &a), HAUNT_EFORMAT);
	/* IPv4 written as IPv6 is IPv4. */
	a = addr("::ffff:192.0.2.1");
	assert_string_equal(addr_format(&a, buf), "192.0.2.1");
}

static void test_addr_kinds(void **state)
{
	static const char *const unusable[] = { "0.0.0.0",   "0.1.2.3",
						"224.0.0.1", "255.255.255.255",
						"::",	     "ff02::1" };
	struct ip_addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(unusable) / sizeof(unusable[0]); i++) {
		a = addr(unusable[i]);
		assert_true(addr_is_unusable(&a));
	}
	a = addr("198.51.100.7");
	assert_false(addr_is_unusable(&a));
	assert_true(addr_is_v4(&a));
	a = addr("2001:db8::7");
	assert_false(addr_is_unusable(&a));
	assert_false(addr_is_v4(&a));
	a = addr("0.0.0.0");
	assert_true(addr_is_any(&a));
	a = addr("0.0.0.1");
	assert_false(addr_is_any(&a));
}

static bool contains(const char *prefix, const char *address)
{
	struct ip_addr a = addr(address);
	struct ip_prefix p;

	check_ok(prefix_parse(prefix, strlen(prefix), &p));
	return prefix_contains(&p, &a);
}

static void test_prefix(void **state)
{
	static const char *const same[] = {
		"any",	       "192.0.2.0/24", "192.0.2.1", "2001:db8::/32",
		"2001:db8::1", "0.0.0.0/0",    "::/0",	    "::/64",
	};
	static const char *const bad[] = { "192.0.2.1/24",
					   "192.0.2.0/33",
					   "192.0.2.0/",
					   "/24",
					   "2001:db8::1/64",
					   "::/129",
					   "192.0.2.0/024",
					   "Any",
					   "" };
	char buf[ADDR_TEXT_MAX];
	struct ip_prefix p;

	(void)state;
	assert_true(contains("any", "2001:db8::1"));
	assert_true(contains("any", "192.0.2.1"));
	assert_true(contains("192.0.2.0/25", "192.0.2.127"));
	assert_false(contains("192.0.2.0/25", "192.0.2.128"));
	assert_true(contains("0.0.0.0/0", "192.0.2.128"));
	assert_false(contains("0.0.0.0/0", "2001:db8::1"));
	assert_true(contains("2001:db8::/33", "2001:db8:7fff::"));
	assert_false(contains("2001:db8::/33", "2001:db8:8000::"));
	assert_false(contains("192.0.2.1", "192.0.2.2"));
	/* Whatever IPv4 looks like within, it is no part of IPv6. */
	assert_false(contains("::/0", "192.0.2.1"));
	assert_false(contains("::/8", "192.0.2.1"));
	assert_false(contains("::/64", "192.0.2.1"));
	assert_true(contains("::/0", "2001:db8::1"));
	assert_true(contains("::/64", "::1"));
	assert_true(contains("::ffff:0:0/96", "192.0.2.1"));
	assert_false(contains("::ffff:0:0/96", "2001:db8::1"));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		check_ok(prefix_parse(same[i], strlen(same[i]), &p));
		assert_string_equal(prefix_format(&p, buf), same[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(prefix_parse(bad[i], strlen(bad[i]), &p),
			  HAUNT_EFORMAT);
}

static void test_endpoint(void **state)
{
	static const char *const same[] = { "192.0.2.1:22", "[2001:db8::1]:1",
					    "0.0.0.0:65535" };
	static const char *const bad[] = { "192.0.2.1",
					   "192.0.2.1:0",
					   "192.0.2.1:65536",
					   "2001:db8::1:22",
					   "[192.0.2.1]:22",
					   "[::1]",
					   "192.0.2.1:022",
					   ":22",
					   "[]:22" };
	struct sockaddr_storage sa;
	char buf[ADDR_TEXT_MAX];
	struct endpoint e, back;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		check_ok(endpoint_parse(same[i], strlen(same[i]), &e));
		assert_string_equal(endpoint_format(&e, buf), same[i]);
		endpoint_to_sockaddr(&e, &sa);
		back = endpoint_from_sockaddr((struct sockaddr *)&sa);
		assert_true(addr_equal(&e.addr, &back.addr));
		assert_int_equal(e.port, back.port);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(endpoint_parse(bad[i], strlen(bad[i]), &e),
			  HAUNT_EFORMAT);
}

static void test_wire(void **state)
{
	struct endpoint e = { .addr = addr("2001:db8::9"), .port = 513 }, got;
	uint8_t buf[18];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	(void)state;
	endpoint_put(&w, &e);
	assert_false(w.failed);
	r = rd_of(buf, w.len);
	got = endpoint_get(&r);
	assert_true(rd_done(&r));
	assert_true(addr_equal(&e.addr, &got.addr));
	assert_int_equal(got.port, 513);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addr_text),
		cmocka_unit_test(test_addr_kinds),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_endpoint),
		cmocka_unit_test(test_wire),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
