/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines: options, values, words, and what is refused. */
#include "client/args.h"

#include <stddef.h>

#include "tests/lib/check.h"

struct values {
	const char *port;
	const char *four;
};

struct more {
	const char *print;
};

static const struct arg some[] = {
	{ "--port", "a port", offsetof(struct values, port) },
	{ "-4", NULL, offsetof(struct values, four) },
};
static const struct arg others[] = {
	{ "--print", NULL, offsetof(struct more, print) },
};

struct parsed {
	struct values values;
	struct more more;
	const char *words[2];
	size_t words_len;
};

static enum haunt_err parse(struct parsed *p, char **argv)
{
	struct args args = {
		.tables = { { some, 2, &p->values }, { others, 1, &p->more } },
		.words_max = 2,
	};

	*p = (struct parsed){ .words_len = 0 };
	return args_parse(&args, argv, p->words, &p->words_len);
}

#define ARGV(...) ((char *[]){ (char[]){ "open" }, __VA_ARGS__, NULL })
#define A(text)	  ((char[]){ text })

static void test_good(void **state)
{
	struct parsed p;

	(void)state;
	check_ok(parse(&p, ARGV(A("home"), A("--port"), A("5"), A("-4"),
				A("ssh"), A("--print"))));
	assert_string_equal(p.values.port, "5");
	assert_string_equal(p.values.four, "-4");
	assert_string_equal(p.more.print, "--print");
	assert_int_equal(p.words_len, 2);
	assert_string_equal(p.words[0], "home");
	assert_string_equal(p.words[1], "ssh");
	check_ok(parse(&p, ARGV(A("--port=a=b"))));
	assert_string_equal(p.values.port, "a=b");
	assert_null(p.values.four);
	check_ok(parse(&p, ARGV(A("--port="))));
	assert_string_equal(p.values.port, "");
	check_ok(parse(&p, ARGV(A("--port"), A("-"), A("-"))));
	assert_string_equal(p.values.port, "-");
	assert_string_equal(p.words[0], "-");
	check_ok(parse(&p, ARGV(A("--"), A("--print"), A("-4"))));
	assert_null(p.more.print);
	assert_string_equal(p.words[1], "-4");
}

static void test_bad(void **state)
{
	struct parsed p;

	(void)state;
	check_err(parse(&p, ARGV(A("--por"), A("5"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("--ports=5"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("--port"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("--print=yes"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("-4=1"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("-46"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("--port=1"), A("--port=2"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("-4"), A("-4"))), HAUNT_EFORMAT);
	check_err(parse(&p, ARGV(A("a"), A("b"), A("c"))), HAUNT_EFORMAT);
}

/* What is left alone: a command behind "--", or all behind the last word. */
static void test_rest(void **state)
{
	struct parsed p = { .words_len = 0 };
	char **rest = NULL;
	struct args args = {
		.tables = { { some, 2, &p.values }, { others, 1, &p.more } },
		.words_max = 2,
		.rest = &rest,
	};
	char **argv = ARGV(A("a"), A("--"), A("-4"), A("--"));

	(void)state;
	check_ok(args_parse(&args, argv, p.words, &p.words_len));
	assert_int_equal(p.words_len, 1);
	assert_ptr_equal(rest, argv + 3);
	assert_null(p.values.four);
	argv = ARGV(A("a"), A("b"), A("--"));
	check_ok(args_parse(&args, argv, p.words, &p.words_len));
	assert_non_null(rest);
	assert_null(*rest);
	argv = ARGV(A("--"), A("a"), A("-4"));
	check_ok(args_parse(&args, argv, p.words, &p.words_len));
	assert_null(rest);
	assert_string_equal(p.words[1], "-4");
	args.words_max = 1;
	args.stops = true;
	argv = ARGV(A("-4"), A("a"), A("-v"), A("--port"));
	check_ok(args_parse(&args, argv, p.words, &p.words_len));
	assert_ptr_equal(rest, argv + 3);
	assert_string_equal(p.values.four, "-4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
