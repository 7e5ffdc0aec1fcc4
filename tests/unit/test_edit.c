/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A section is taken out of the text, and nothing else. */
#include "conf/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

static void check_cut(const char *text, const char *name, const char *wanted)
{
	char *out = NULL;

	check_ok(edit_client_remove(text, name, &out));
	assert_string_equal(out, wanted);
	free(out);
}

static void test_lines(void **state)
{
	(void)state;
	check_cut("# head\nclient \"a\" {\n\tkey = \"/a\"\n}\n# tail\n", "a",
		  "# head\n# tail\n");
	check_cut("max-grants = 7\n  client \"a\" { key = /a }  \n\nx = y", "a",
		  "max-grants = 7\n\nx = y");
	check_cut("client a { }", "a", "");
	check_cut("client 'a' { }\r\nx = y\n", "a", "x = y\n");
	/* What else stands on its lines stays. */
	check_cut("x = y client \"a\" { } # why\n", "a", "x = y  # why\n");
	check_cut("client \"a\" { } client \"b\" { }\n", "a",
		  " client \"b\" { }\n");
	check_cut("/* c */ client \"a\" { }\n", "a", "/* c */ \n");
}

static void test_not_fooled(void **state)
{
	static const char text[] =
		"# client \"a\" { key = \"/wrong\" }\n"
		"/* client \"a\" { } */\n"
		"// client \"a\" {\n"
		"state-dir = \"client \\\"a\\\" { }\"\n"
		"service \"s\" { at = {\"tcp/1\", 'client \"a\" {'} # }\n"
		"\ttarget = \"}\" /* } */ }\n"
		"client \"aa\" { key = \"client\" services = {a, \"}\"} }\n"
		"service \"a\" { client = a }\n";
	char whole[1024], *out = NULL;

	(void)state;
	snprintf(whole, sizeof(whole),
		 "%sclient \"a\" {\n # }\n key = \"}\" }\n%s", text,
		 "other = {client, a}\n");
	check_err(edit_client_remove(text, "a", &out), HAUNT_ENOENT);
	assert_null(out);
	check_ok(edit_client_remove(whole, "a", &out));
	snprintf(whole, sizeof(whole), "%s%s", text, "other = {client, a}\n");
	assert_string_equal(out, whole);
	free(out);
}

static void test_refused(void **state)
{
	static const char *const wrong[] = {
		"client \"a\" {",	    "client \"a\" { } }",
		"client \"a\" { } \"x",	    "client \"a\" { } client \"a\" { }",
		"client \"a\" { } /*",	    "= client \"a\" { }",
		"client \"a\" { } x",	    "client \"a\" { } x =",
		"client \"a\" { } y \"z\"",
	};
	char *out = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		enum haunt_err err = edit_client_remove(wrong[i], "a", &out);

		/* "x =" ends where a value should be: that is for the parser.
		 */
		if (strstr(wrong[i], "x ="))
			free(out);
		else
			check_err(err, HAUNT_EFORMAT);
		out = NULL;
	}
	check_err(edit_client_remove("", "a", &out), HAUNT_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_not_fooled),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
