/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of hauntctl explain: each mistake is named. */
#include "explain/question.h"

#include <string.h>

#include "tests/lib/check.h"

static struct explain_ask ask(const char *address, const char *door)
{
	return (struct explain_ask){ .address = address, .door = door };
}

static void good(void **state)
{
	struct explain_ask a = ask("198.51.100.7", "tcp/22");
	struct question q;
	char why[EXPLAIN_WHY_MAX] = "";
	char text[ADDR_TEXT_MAX];

	(void)state;
	check_ok(question_parse(&a, &q, why));
	assert_string_equal(addr_format(&q.client, text), "198.51.100.7");
	assert_int_equal(q.proto, IPPROTO_TCP);
	assert_int_equal(q.port, 22);
	assert_true(addr_is_any(&q.to));
	assert_string_equal(q.in, "");
	a = ask("2001:db8::7", "udp/65535");
	a.to = "2001:db8::1";
	a.in = "eth0.100";
	check_ok(question_parse(&a, &q, why));
	assert_int_equal(q.proto, IPPROTO_UDP);
	assert_int_equal(q.port, 65535);
	assert_string_equal(addr_format(&q.to, text), "2001:db8::1");
	assert_string_equal(q.in, "eth0.100");
	assert_string_equal(why, "");
}

/* The error quotes the word that is wrong, and the question is left alone. */
static void wrong(struct explain_ask a, const char *word)
{
	struct question q = { .port = 1 };
	char why[EXPLAIN_WHY_MAX] = "";

	check_err(question_parse(&a, &q, why), HAUNT_EFORMAT);
	assert_non_null(strstr(why, word));
	assert_int_equal(q.port, 1);
}

static void bad(void **state)
{
	static const char *const addresses[] = { "",	       "alice",
						 "0.0.0.0",    "::",
						 "ff02::1",    "10.0.0.0/8",
						 "192.0.2.01", "fe80::1%eth0" };
	static const char *const doors[] = { "",	"22",	   "tcp",
					     "tcp/",	"tcp/0",   "tcp/65536",
					     "icmp/8",	"tcp/1-2", "TCP/22",
					     "tcp/22 ", "tcp/0x16" };
	struct explain_ask a;

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		wrong(ask(addresses[i], "tcp/22"), addresses[i]);
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		wrong(ask("198.51.100.7", doors[i]), doors[i]);
	a = ask("198.51.100.7", "tcp/22");
	a.to = "2001:db8::1";
	wrong(a, "--to '2001:db8::1'");
	a.to = "here";
	wrong(a, "--to 'here'");
	a.to = NULL;
	a.in = "";
	wrong(a, "--in ''");
	a.in = "abcdefghijklmnop";
	wrong(a, "--in 'abcdefghijklmnop'");
	a.in = "eth 0";
	wrong(a, "--in 'eth 0'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
