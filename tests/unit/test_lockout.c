/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who would be shut out, and how the kernel lists connections. */
#include "core/lockout.h"

#include <string.h>

#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char services[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/80\"} cloak = true }\n"
	"service \"web\" { target = \"tcp/443\" cloak = true }\n"
	"service \"open\" { target = \"tcp/25\" cloak = false }\n";

static struct tcp_conn conn(const char *remote, uint16_t port)
{
	return (struct tcp_conn){ .local = { kit_address("198.51.100.1"),
					     port },
				  .remote = { kit_address(remote), 50000 } };
}

/* True if the connection is found with these clients. */
static bool found(const char *clients, const char *remote, uint16_t port)
{
	const struct tcp_conn c = conn(remote, port);
	char text[2048];
	struct config *config;
	bool is;

	snprintf(text, sizeof(text), "%s%s", services, clients);
	config = kit_config(text, "/nowhere");
	is = lockout_find(config, &c, 1) == &c;
	config_free(config);
	return is;
}

static void test_from(void **state)
{
	static const char some[] =
		"client \"a\" { key = \"@/a\" services = {\"ssh\"}"
		" from = {\"203.0.113.0/24\"} }\n";

	(void)state;
	assert_true(found(some, "198.51.100.7", 22));
	assert_false(found(some, "203.0.113.7", 22));
	/* Its services do not lead there. */
	assert_true(found(some, "203.0.113.7", 443));
	assert_false(found(some, "198.51.100.7", 25));
	assert_false(found(some, "198.51.100.7", 2200));
}

static void test_others(void **state)
{
	(void)state;
	assert_false(found("client \"a\" { key = \"@/a\" services = {\"ssh\"}"
			   " from = {\"203.0.113.0/24\"}"
			   " may-open-for-others = true }\n",
			   "198.51.100.7", 22));
	assert_false(found("client \"a\" { key = \"@/a\" services = {\"web\"} }"
			   "never-close-for = {\"198.51.100.7\"}\n",
			   "198.51.100.7", 22));
	assert_true(found("client \"a\" { key = \"@/a\" services = {\"web\"} }"
			  "never-close-for = {\"198.51.100.8\"}\n",
			  "198.51.100.7", 22));
}

static bool parses(const char *line, struct tcp_conn *out)
{
	return tcp_line_parse(line, strlen(line), out);
}

static void test_lines(void **state)
{
	struct tcp_conn c;
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_true(
		parses("   1: 016433C6:0016 076433C6:C738 01 00000000:0", &c));
	assert_string_equal(endpoint_format(&c.local, text), "198.51.100.1:22");
	assert_string_equal(endpoint_format(&c.remote, text),
			    "198.51.100.7:51000");
	assert_true(parses("  10: B80D0120010000000000000001000000:0016 "
			   "B80D0120010000000000000007000000:C738 01 0",
			   &c));
	assert_string_equal(endpoint_format(&c.remote, text),
			    "[2001:db8:0:1::7]:51000");
	/* IPv4 on a socket for both. */
	assert_true(parses("0: 0000000000000000FFFF0000016433C6:0016 "
			   "0000000000000000FFFF0000076433C6:C738 01 0",
			   &c));
	assert_string_equal(endpoint_format(&c.local, text), "198.51.100.1:22");
	assert_false(
		parses("  sl  local_address rem_address   st tx_queue", &c));
	assert_false(parses("   1: 016433C6:0016 076433C6:C738 0A 0", &c));
	assert_false(parses("   1: 016433C6:0016 076433C6:C7", &c));
	assert_false(parses("   1: 016433C600:0016 076433C6:C738 01", &c));
	assert_false(parses("", &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
