/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands, hooks and conditions in the configuration: what they come to, what
 * is a mistake and where, and that they are printed as they are read. */
#include "conf/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

#define HEAD "listen eth0 { ports = 1 }\n"
#define SSH  "service ssh { target = tcp/22 "
#define BOB  "client bob { key = /k services = ssh "

static char told[4096];

static void tell(void *arg, const char *name, unsigned int line,
		 const char *what)
{
	size_t used = strlen(told);

	(void)arg, (void)name;
	snprintf(told + used, sizeof(told) - used, "%u: %s\n", line, what);
}

static struct config *parse(const char *text)
{
	struct config *c = NULL;

	told[0] = '\0';
	if (config_parse(text, "f", tell, NULL, &c) != HAUNT_OK)
		c = NULL;
	return c;
}

static void test_defaults(void **state)
{
	struct config *c = parse(HEAD SSH "}\n" BOB "}\n");

	(void)state;
	assert_non_null(c);
	assert_false(config_runs(c));
	assert_int_equal(c->commands_len, 0);
	assert_int_equal(c->clients[0].commands_len, 0);
	assert_int_equal(c->clients[0].expires_s, 0);
	assert_string_equal(c->clients[0].username, "");
	assert_int_equal(c->clients[0].destination_len, 0);
	assert_string_equal(c->user_run, "_haunt-run");
	config_free(c);
	c = parse(HEAD SSH "on-grant = /bin/x }\n"
			   "command one { argv = /bin/y }\n"
			   "client bob { key = /k commands = one }\n");
	assert_non_null(c);
	assert_true(config_runs(c));
	assert_string_equal(c->services[0].hook_user, "nobody");
	assert_null(c->services[0].hook_group);
	assert_int_equal(c->services[0].hook_timeout_s, 10);
	assert_int_equal(c->services[0].hooks[HOOK_END].len, 0);
	assert_string_equal(c->commands[0].request, "one");
	assert_string_equal(c->commands[0].program.user, "nobody");
	assert_null(c->commands[0].program.group);
	assert_int_equal(c->commands[0].program.timeout_s, 10);
	assert_int_equal(c->clients[0].services_len, 0);
	config_free(c);
	/* One of them is enough to need somebody who runs it. */
	c = parse(HEAD SSH "on-end = {/a, b} }\n" BOB "}\n");
	assert_true(c && config_runs(c));
	config_free(c);
}

static const char everything[] = HEAD SSH
	"on-grant = {/bin/x, \"two words\", \"\", '$HOME \"q\"'}\n"
	"  on-end = {/bin/z} hook-user = www hook-group = mail\n"
	"  hook-timeout = 5m }\n"
	"command a { argv = {/bin/y, \"\xc3\xa4\"} user = root group = adm\n"
	"  timeout = 24h request = \"do it; now\" }\n"
	"command b { argv = /bin/y }\n" BOB "commands = {b, a}\n"
	"  expires = 2027-01-31 require-username = \"al ice\"\n"
	"  destination = {192.0.2.1, \"2001:db8::/32\"} }\n"
	"user-run = x\n";

static void test_everything(void **state)
{
	struct config *c = parse(everything);

	(void)state;
	assert_string_equal(told, "");
	assert_int_equal(c->services[0].hooks[HOOK_GRANT].len, 4);
	assert_string_equal(c->services[0].hooks[HOOK_GRANT].words[1],
			    "two words");
	assert_string_equal(c->services[0].hooks[HOOK_GRANT].words[2], "");
	assert_string_equal(c->services[0].hooks[HOOK_GRANT].words[3],
			    "$HOME \"q\"");
	assert_int_equal(c->services[0].hook_timeout_s, 300);
	assert_string_equal(c->services[0].hook_group, "mail");
	assert_string_equal(c->commands[0].program.argv.words[1], "\xc3\xa4");
	assert_string_equal(c->commands[0].program.user, "root");
	assert_int_equal(c->commands[0].program.timeout_s, 86400);
	assert_string_equal(c->commands[0].request, "do it; now");
	assert_int_equal(c->clients[0].commands[0], 1);
	assert_int_equal(c->clients[0].commands[1], 0);
	assert_int_equal(c->clients[0].expires_s, 1801440000);
	assert_string_equal(c->clients[0].username, "al ice");
	assert_int_equal(c->clients[0].destination_len, 2);
	assert_string_equal(c->user_run, "x");
	config_free(c);
}

static char *print(const struct config *c)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	check_ok(config_print(c, to));
	fclose(to);
	return text;
}

static void test_print(void **state)
{
	struct config *c = parse(everything);
	char *first = print(c), *second;

	(void)state;
	config_free(c);
	c = parse(first);
	assert_string_equal(told, "");
	second = print(c);
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "on-grant = {\"/bin/x\", \"two words\", "
				      "\"\", '$HOME \"q\"'}"));
	assert_non_null(strstr(first, "request = \"do it; now\""));
	assert_non_null(strstr(first, "expires = \"2027-02-01 00:00\""));
	assert_non_null(strstr(first, "commands = {\"b\", \"a\"}"));
	config_free(c);
	free(first);
	free(second);
}

#define S176                                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define COMMAND(rest) HEAD SSH "}\ncommand c { " rest " }\n" BOB "}\n"
#define CLIENT(rest)  HEAD SSH "}\n" BOB rest " }\n"
#define SERVICE(rest) HEAD SSH rest " }\n" BOB "}\n"

static const struct {
	const char *text;
	const char *expected;
} cases[] = {
	{ COMMAND("user = x"), "3: command 'c' has no 'argv'\n" },
	{ COMMAND("argv = true"),
	  "3: argv: expected a path that begins with '/' as the first word, "
	  "found 'true'\n" },
	{ COMMAND("argv = {\"/a\001b\"}"),
	  "3: there is a control character in this value\n" },
	{ COMMAND("argv = /a timeout = 0"),
	  "3: timeout: expected a time of 1s to 24h, as in \"10s\" or \"5m\", "
	  "found '0'\n" },
	{ COMMAND("argv = /a user = \"a b\" group = \"\""),
	  "3: user: expected the name of an account, found 'a b'\n"
	  "3: group: expected the name of an account, found ''\n" },
	{ COMMAND("argv = /a request = \"\""),
	  "3: request: expected 1 to 175 printable ASCII characters, found "
	  "''\n" },
	{ COMMAND("argv = /a request = \"\xc3\xa4\""),
	  "3: request: expected 1 to 175 printable ASCII characters, found "
	  "'\xc3\xa4'\n" },
	{ COMMAND("argv = /a request = " S176),
	  "3: request: expected 1 to 175 printable ASCII characters, found "
	  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
	  "\n" },
	{ COMMAND("argv = /a } command c { argv = /b"),
	  "3: command 'c' is there twice, first in line 3\n" },
	{ COMMAND("argv = /a }\ncommand d { argv = /b\n request = c"),
	  "5: command 'd' has the same request as 'c' in line 3\n" },
	{ CLIENT("commands = {c, \"a b\"}"),
	  "3: commands: expected the name of a command, found 'a b'\n"
	  "3: commands: there is no command 'c'\n" },
	{ CLIENT("expires = tomorrow"),
	  "3: expires: expected a day, as in \"2027-01-31\", or a time in UTC, "
	  "as in \"2027-01-31 18:00\", from 1970 to 9998, found 'tomorrow'\n" },
	{ CLIENT("require-username = \"a:b\""),
	  "3: require-username: expected 1 to 48 printable characters without "
	  "\"/\\[]:;|=,+*?<>, found 'a:b'\n" },
	{ CLIENT("destination = 192.0.2.1/24"),
	  "3: destination: expected \"any\", an address, or a prefix without "
	  "host bits, as in \"198.51.100.0/24\", found '192.0.2.1/24'\n" },
	{ SERVICE("on-grant = a"),
	  "2: on-grant: expected a path that begins with '/' as the first "
	  "word, found 'a'\n" },
	{ SERVICE("hook-user = a\nhook-timeout = 3"),
	  "2: hook-user is for on-grant and on-end; there is none of them\n"
	  "3: hook-timeout is for on-grant and on-end; there is none of "
	  "them\n" },
};

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config *c = parse(cases[i].text);

		assert_string_equal(told, cases[i].expected);
		assert_null(c);
	}
}

/* 64 words, and 256 commands, and no more. */
static void test_most(void **state)
{
	(void)state;
	for (int over = 0; over < 2; over++) {
		char *text = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&text, &len);
		struct config *c;

		assert_non_null(f);
		fputs(HEAD SSH "on-end = {/a", f);
		for (int i = 1; i < CONFIG_ARGV_MAX + over; i++)
			fputs(", b", f);
		fputs("} }\n" BOB "}\n", f);
		for (int i = 0; i < CONFIG_COMMANDS_MAX + over; i++)
			fprintf(f, "command c%d { argv = /a }\n", i);
		fclose(f);
		c = parse(text);
		if (over)
			assert_string_equal(told,
					    "2: on-end: more than 64 words\n"
					    "260: more than 256 commands\n");
		else
			assert_non_null(c);
		config_free(c);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
