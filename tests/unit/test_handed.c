/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that go past ssh and a shell, and words of a command: as they were. */
#include "client/handed.h"

#include <stdlib.h>
#include <string.h>

#include "client/start.h"
#include "tests/lib/check.h"

static const char *const odd[] = {
	"proxy", "--config", "a b'c\"d%h%%\\\n$(x);`y`\xff", "", "--",
	"h",	 NULL,
};

static void test_handed(void **state)
{
	const char *const few[] = { "proxy", "one", NULL };
	char *got[HANDED_MAX + 2] = { NULL };
	size_t i;

	(void)state;
	check_err(handed_take(got), HAUNT_ENOENT);
	check_ok(handed_put("/a b/haunt", odd));
	assert_string_equal(getenv("HAUNT_PROXY"), "/a b/haunt");
	check_ok(handed_take(got));
	for (i = 1; odd[i]; i++) {
		assert_string_equal(got[i], odd[i]);
		free(got[i]);
	}
	assert_null(got[i]);
	check_err(handed_take(got), HAUNT_ENOENT);
	/* What another one left behind is no part of it. */
	check_ok(handed_put("haunt", odd));
	check_ok(handed_put("haunt", few));
	check_ok(handed_take(got));
	assert_string_equal(got[1], "one");
	assert_null(got[2]);
	free(got[1]);
}

static void test_too_many(void **state)
{
	const char *words[HANDED_MAX + 3];

	(void)state;
	for (size_t i = 0; i < HANDED_MAX + 2; i++)
		words[i] = "w";
	words[HANDED_MAX + 2] = NULL;
	check_err(handed_put("haunt", words), HAUNT_ELENGTH);
	words[HANDED_MAX + 1] = NULL;
	check_ok(handed_put("haunt", words));
}

/* No byte of it means anything to a percent sign's reader or a shell. */
static void test_command(void **state)
{
	(void)state;
	assert_string_equal(HANDED_COMMAND, "\"$HAUNT_PROXY\" proxy --handed");
	assert_null(strchr(HANDED_COMMAND, '%'));
}

static void test_words(void **state)
{
	const struct way way = {
		.gateway = "home",
		.service = "",
		.address = "2001:db8::1",
		.doors = "tcp/80,udp/53",
		.port = 80,
	};
	char program[] = "x{port}", both[] = "[{address}]:{port}{port}",
	     none[] = "{addres}{Port}{", empty[] = "";
	char *const argv[] = { program, both, none, empty, NULL };
	char **out = NULL;

	(void)state;
	check_ok(start_prepare(&way, argv, &out));
	assert_string_equal(out[0], "x80");
	assert_string_equal(out[1], "[2001:db8::1]:8080");
	assert_string_equal(out[2], none);
	assert_string_equal(out[3], "");
	assert_null(out[4]);
	assert_string_equal(getenv("HAUNT_ADDRESS"), "2001:db8::1");
	assert_string_equal(getenv("HAUNT_PORT"), "80");
	assert_string_equal(getenv("HAUNT_PORTS"), "tcp/80,udp/53");
	assert_string_equal(getenv("HAUNT_GATEWAY"), "home");
	assert_string_equal(getenv("HAUNT_SERVICE"), "");
	start_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handed),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
