/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammars of the message and of the NAT target. */
#include "core/proto/message.h"

#include <netinet/in.h>
#include <stdio.h>

#include "tests/lib/check.h"

static enum haunt_err get(const char *text, enum haunt_type type,
			  struct haunt_request *out)
{
	*out = (struct haunt_request){ .type = type };
	return message_get(text, strlen(text), out);
}

static void assert_put(const struct haunt_request *r, const char *text,
		       void (*put)(struct wr *, const struct haunt_request *))
{
	char buf[MESSAGE_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	put(&w, r);
	assert_false(w.failed);
	assert_int_equal(w.len, strlen(text));
	assert_memory_equal(buf, text, w.len);
}

static void test_access(void **state)
{
	static const uint8_t want[16] = { [10] = 255, 255, 203, 0, 113, 10 };
	struct haunt_request r;

	(void)state;
	check_ok(get("203.0.113.10,tcp/22,udp/65535", HAUNT_TYPE_ACCESS, &r));
	assert_memory_equal(r.allow, want, 16);
	assert_int_equal(r.ports_len, 2);
	assert_int_equal(r.ports[0].proto, IPPROTO_TCP);
	assert_int_equal(r.ports[0].port, 22);
	assert_int_equal(r.ports[1].proto, IPPROTO_UDP);
	assert_int_equal(r.ports[1].port, 65535);
	assert_put(&r, "203.0.113.10,tcp/22,udp/65535", message_put);
	check_ok(get("203.0.113.10,tcp/00022", HAUNT_TYPE_ACCESS, &r));
	assert_put(&r, "203.0.113.10,tcp/22", message_put);
}

static void test_every_spelling_of_zero(void **state)
{
	static const char *const zeros[] = {
		"0.0.0.0",   "0",	  "0.0",       "0.0.0",
		"0.0.0.00",  "000.0.0.0", "0x0.0.0.0", "0X00.0x0.0.0",
		"0.0.0x000", "0x0",	  "00000000",
	};
	static const uint8_t any[16];
	struct haunt_request r;
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		snprintf(text, sizeof(text), "%s,tcp/22", zeros[i]);
		check_ok(get(text, HAUNT_TYPE_ACCESS, &r));
		assert_memory_equal(r.allow, any, 16);
		assert_put(&r, "0.0.0.0,tcp/22", message_put);
	}
	r.allow[10] = r.allow[11] = 255;
	assert_put(&r, "0.0.0.0,tcp/22", message_put);
}

static void test_not_access(void **state)
{
	static const char *const bad[] = {
		"",
		"203.0.113.10",
		"203.0.113.10,",
		",tcp/22",
		"203.0.113.10,tcp/22,",
		"203.0.113.10,,tcp/22",
		"203.0.113.10 ,tcp/22",
		"203.0.113.10, tcp/22",
		"203.0.113.10,tcp/22 ",
		"999.1.1.1,tcp/22",
		"010.0.0.1,tcp/22",
		"10.0.0.01,tcp/22",
		"0x0a.0.0.1,tcp/22",
		"10.0.1,tcp/22",
		"167772161,tcp/22",
		"0.0.0.0.0,tcp/22",
		"0x.0.0.0,tcp/22",
		"0..0.0,tcp/22",
		"0.0.0.,tcp/22",
		"0.0.0.0 x,tcp/22",
		"0000000000000000,tcp/22",
		"2001:db8::1,tcp/22",
		"::,tcp/22",
		"::ffff:1.2.3.4,tcp/22",
		"alice,tcp/22",
		"203.0.113.10,tcp/0",
		"203.0.113.10,tcp/000022",
		"203.0.113.10,tcp/-1",
		"203.0.113.10,tcp/",
		"203.0.113.10,tcp",
		"203.0.113.10,/22",
		"203.0.113.10,TCP/22",
		"203.0.113.10,icmp/1",
		"203.0.113.10,sctp/22",
		"203.0.113.10,none/0",
		"203.0.113.10,tcp/22/22",
		"203.0.113.10;tcp/22",
	};
	struct haunt_request r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (get(bad[i], HAUNT_TYPE_ACCESS, &r) != HAUNT_EFORMAT)
			fail_msg("\"%s\" is not refused", bad[i]);
	}
	check_err(get("203.0.113.10,tcp/65536", HAUNT_TYPE_ACCESS, &r),
		  HAUNT_ELENGTH);
}

static void test_too_many_ports(void **state)
{
	struct haunt_request r;
	char text[512] = "1.2.3.4";

	(void)state;
	for (int i = 0; i < HAUNT_PORTS_MAX; i++)
		strcat(text, ",tcp/1");
	check_ok(get(text, HAUNT_TYPE_ACCESS, &r));
	assert_int_equal(r.ports_len, HAUNT_PORTS_MAX);
	strcat(text, ",tcp/1");
	check_err(get(text, HAUNT_TYPE_ACCESS, &r), HAUNT_ELENGTH);
}

static void test_command(void **state)
{
	struct haunt_request r;

	(void)state;
	check_ok(get("203.0.113.10,echo a, b", HAUNT_TYPE_COMMAND, &r));
	assert_string_equal(r.command, "echo a, b");
	assert_int_equal(r.ports_len, 0);
	assert_put(&r, "203.0.113.10,echo a, b", message_put);
	check_err(get("203.0.113.10,", HAUNT_TYPE_COMMAND, &r), HAUNT_EFORMAT);
	check_err(get("203.0.113.10", HAUNT_TYPE_COMMAND, &r), HAUNT_EFORMAT);
	check_err(get("echo a", HAUNT_TYPE_COMMAND, &r), HAUNT_EFORMAT);
	check_err(message_get("1.2.3.4,a\0b", 11, &r), HAUNT_EFORMAT);
}

static enum haunt_err nat_get(const char *text, struct haunt_request *out)
{
	*out = (struct haunt_request){ .type = HAUNT_TYPE_NAT };
	return message_nat_get(text, strlen(text), out);
}

static void test_nat(void **state)
{
	struct haunt_request r;

	(void)state;
	check_ok(nat_get("host.example,65535", &r));
	assert_string_equal(r.nat_host, "host.example");
	assert_int_equal(r.nat_port, 65535);
	assert_put(&r, "host.example,65535", message_nat_put);
	check_ok(nat_get("2001:db8::2,00022", &r));
	assert_put(&r, "2001:db8::2,22", message_nat_put);
	check_err(nat_get(",22", &r), HAUNT_EFORMAT);
	check_err(nat_get("host", &r), HAUNT_EFORMAT);
	check_err(nat_get("host,", &r), HAUNT_EFORMAT);
	check_err(nat_get("host,0", &r), HAUNT_EFORMAT);
	check_err(nat_get("host,65536", &r), HAUNT_ELENGTH);
	check_err(nat_get("host,1,2", &r), HAUNT_EFORMAT);
	check_err(nat_get("host,22x", &r), HAUNT_EFORMAT);
	check_err(message_nat_get("a\0b,22", 6, &r), HAUNT_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_every_spelling_of_zero),
		cmocka_unit_test(test_not_access),
		cmocka_unit_test(test_too_many_ports),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_nat),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
