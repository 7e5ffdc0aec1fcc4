/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small grammars: numbers, times, ports, targets, names. */
#include "conf/parse.h"

#include <netinet/in.h>
#include <string.h>

#include "tests/lib/check.h"

static void test_numbers(void **state)
{
	uint32_t n = 7;

	(void)state;
	check_ok(parse_u32("0", 0, 5, &n));
	assert_int_equal(n, 0);
	check_ok(parse_u32("4294967295", 1, UINT32_MAX, &n));
	assert_int_equal(n, UINT32_MAX);
	check_err(parse_u32("4294967296", 1, UINT32_MAX, &n), HAUNT_ELENGTH);
	check_err(parse_u32("18446744073709551617", 1, UINT32_MAX, &n),
		  HAUNT_ELENGTH);
	check_err(parse_u32("0", 1, 5, &n), HAUNT_ELENGTH);
	check_err(parse_u32("6", 1, 5, &n), HAUNT_ELENGTH);
	check_err(parse_u32("", 0, 5, &n), HAUNT_EFORMAT);
	check_err(parse_u32("-1", 0, 5, &n), HAUNT_EFORMAT);
	check_err(parse_u32("+1", 0, 5, &n), HAUNT_EFORMAT);
	check_err(parse_u32(" 1", 0, 5, &n), HAUNT_EFORMAT);
	check_err(parse_u32("1 ", 0, 5, &n), HAUNT_EFORMAT);
	check_err(parse_u32("0x1", 0, 5, &n), HAUNT_EFORMAT);
	assert_int_equal(n, UINT32_MAX);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		uint32_t s;
	} good[] = { { "1", 1 },       { "30s", 30 },	   { "10m", 600 },
		     { "24h", 86400 }, { "86400", 86400 }, { "1440m", 86400 } };
	static const char *const bad[] = { "",	  "s",	 "1d", "1.5s", "1ss",
					   "-1s", "1 s", "m1", "1H" };
	static const char *const outside[] = { "0",	"0h",  "86401",
					       "1441m", "25h", "4294967297s" };
	uint32_t s = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		check_ok(parse_duration(good[i].text, 86400, &s));
		assert_int_equal(s, good[i].s);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(parse_duration(bad[i], 86400, &s), HAUNT_EFORMAT);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		check_err(parse_duration(outside[i], 86400, &s), HAUNT_ELENGTH);
}

static void test_port_ranges(void **state)
{
	struct port_range r = { 0 };

	(void)state;
	check_ok(parse_port_range("tcp/22", &r));
	assert_int_equal(r.proto, IPPROTO_TCP);
	assert_int_equal(r.first, 22);
	assert_int_equal(r.last, 22);
	check_ok(parse_port_range("udp/1-65535", &r));
	assert_int_equal(r.proto, IPPROTO_UDP);
	assert_int_equal(r.first, 1);
	assert_int_equal(r.last, 65535);
	check_ok(parse_ports("9-3", &r));
	assert_int_equal(r.first, 9);
	assert_int_equal(r.last, 3);
	check_err(parse_port_range("tcp/0", &r), HAUNT_ELENGTH);
	check_err(parse_port_range("tcp/1-65536", &r), HAUNT_ELENGTH);
	check_err(parse_port_range("tcp", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("/22", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("tcp/", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("tcp/1-", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("tcp/1-2-3", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("tcpx/1", &r), HAUNT_EFORMAT);
	check_err(parse_port_range("sct/1", &r), HAUNT_EFORMAT);
	check_err(parse_ports("", &r), HAUNT_EFORMAT);
}

static void test_overlaps(void **state)
{
	struct port_range a = { IPPROTO_TCP, 10, 20 };
	struct port_range b = { IPPROTO_TCP, 20, 30 };

	(void)state;
	assert_true(range_overlaps(&a, &b));
	assert_true(range_overlaps(&b, &a));
	b.first = 21;
	assert_false(range_overlaps(&a, &b));
	assert_false(range_overlaps(&b, &a));
	b = (struct port_range){ IPPROTO_UDP, 10, 20 };
	assert_false(range_overlaps(&a, &b));
}

static void test_targets(void **state)
{
	struct target t = { 0 };
	char text[ADDR_TEXT_MAX];

	(void)state;
	check_ok(parse_target("udp/53", &t));
	assert_true(t.local);
	assert_int_equal(t.proto, IPPROTO_UDP);
	assert_int_equal(t.at.port, 53);
	check_ok(parse_target("2001:db8::2  tcp/5432", &t));
	assert_false(t.local);
	assert_string_equal(endpoint_format(&t.at, text), "[2001:db8::2]:5432");
	check_ok(parse_target("192.0.2.1 tcp/5000-5010", &t));
	assert_int_equal(t.at.port, 5000);
	assert_int_equal(t.last, 5010);
	check_err(parse_target("tcp/1-2-3", &t), HAUNT_EFORMAT);
	check_err(parse_target("tcp/1-", &t), HAUNT_EFORMAT);
	check_err(parse_target("tcp/1-65536", &t), HAUNT_ELENGTH);
	check_err(parse_target("192.0.2.1", &t), HAUNT_EFORMAT);
	check_err(parse_target("192.0.2.1 tcp/0", &t), HAUNT_ELENGTH);
	check_err(parse_target("", &t), HAUNT_EFORMAT);
}

static void test_names(void **state)
{
	(void)state;
	assert_true(name_valid("a"));
	assert_true(name_valid("web-2_x"));
	assert_true(name_valid("abcdefghijklmnopqrstuvwxyz012345"));
	assert_false(name_valid("abcdefghijklmnopqrstuvwxyz0123456"));
	assert_false(name_valid(""));
	assert_false(name_valid("A"));
	assert_false(name_valid("a b"));
	assert_false(name_valid("a.b"));
	assert_true(interface_valid("eth0"));
	assert_true(interface_valid("br-lan.12"));
	assert_true(interface_valid("abcdefghijklmno"));
	assert_false(interface_valid("abcdefghijklmnop"));
	assert_false(interface_valid(""));
	assert_false(interface_valid("."));
	assert_false(interface_valid(".."));
	assert_false(interface_valid("a/b"));
	assert_false(interface_valid("eth0:1"));
	assert_false(interface_valid("a b"));
	assert_string_equal(proto_name(IPPROTO_TCP), "tcp");
	assert_string_equal(proto_name(IPPROTO_UDP), "udp");
	assert_string_equal(proto_name(1), "?");
}

static void test_words(void **state)
{
	int n = -1;
	bool yes = false;
	enum log_level level = LOG_LEVEL_ERROR;

	(void)state;
	check_ok(parse_bool("true", &yes));
	assert_true(yes);
	check_ok(parse_bool("false", &yes));
	assert_false(yes);
	check_err(parse_bool("yes", &yes), HAUNT_EFORMAT);
	check_ok(mode_parse("legacy", &n));
	assert_int_equal(n, 8);
	assert_string_equal(mode_name(n), "legacy");
	check_err(mode_parse("CBC", &n), HAUNT_EFORMAT);
	check_ok(digest_parse("none", &n));
	assert_int_equal(n, DIGEST_NONE);
	check_ok(digest_parse("sha3_512", &n));
	assert_int_equal(n, 7);
	assert_string_equal(digest_name(n), "sha3_512");
	assert_string_equal(digest_name(99), "?");
	check_ok(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
	assert_string_equal(log_level_name(LOG_LEVEL_WARNING), "warning");
	check_err(log_level_parse("", &level), HAUNT_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_port_ranges),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
