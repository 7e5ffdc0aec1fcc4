/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of a configuration file, and what libconfuse gets to see. */
#include "conf/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/reader.h"
#include "tests/lib/check.h"

/* An outline that is written down again as it is told. */
static void note(struct reader *r, const char *what, const char *value)
{
	fprintf(reader_arg(r), "%u %s %s\n", reader_line(r), what, value);
}

static void take_one(struct reader *r, const char *value)
{
	note(r, "one", value);
}

static void take_many(struct reader *r, const char *value)
{
	note(r, "many", value);
}

static void begin(struct reader *r, const char *title)
{
	note(r, "begin", title);
}

static void end(struct reader *r)
{
	note(r, "end", "");
}

static const struct reader_field fields[] = {
	{ "one", false, take_one },
	{ "many", true, take_many },
};
static const struct reader_section inner = {
	.name = "inner",
	.fields = fields,
	.fields_len = 2,
	.begin = begin,
	.end = end,
};
static const struct reader_section *const inners[] = { &inner };
static const struct reader_section outer = {
	.name = "outer",
	.fields = fields,
	.fields_len = 2,
	.sections = inners,
	.sections_len = 1,
	.begin = begin,
	.end = end,
};
static const struct reader_section *const outers[] = { &outer };
static const struct reader_section root = {
	.name = "the file",
	.fields = fields,
	.fields_len = 2,
	.sections = outers,
	.sections_len = 1,
};

static void tell(void *arg, const char *name, unsigned int line,
		 const char *text)
{
	fprintf(arg, "%s:%u: %s\n", name, line, text);
}

/* What is told about a text: its values first, then its mistakes. */
static void check_told(const char *text, const char *expected)
{
	struct reader *r = NULL;
	struct reader_calls calls = { .mistake = tell, .name = "f" };
	char *told = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&told, &len);
	enum haunt_err err;

	assert_non_null(to);
	calls.arg = to;
	calls.mistake_arg = to;
	check_ok(reader_new(&calls, &r));
	check_ok(reader_run(r, text, &root));
	err = reader_finish(r);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(told, expected);
	check_err(err, strstr(expected, "f:") ? HAUNT_EFORMAT : HAUNT_OK);
	reader_free(r);
	free(told);
}

static void test_values(void **state)
{
	(void)state;
	check_told("", "");
	check_told("one = a", "1 one a\n");
	check_told("one=\"a b\"", "1 one a b\n");
	check_told("one = 'it''", "f:1: this value has no closing quote on its "
				  "line\n");
	check_told("one = \"a \\\"b\\\" \\\\\"", "1 one a \"b\" \\\n");
	check_told("one = 'a \\'b\\' \\\\ \\n'", "1 one a 'b' \\ \\n\n");
	check_told("one = /a/b//c", "1 one /a/b//c\n");
	check_told("one = \"\"", "1 one \n");
	check_told("one = \"\xc3\xa4\"", "1 one \xc3\xa4\n");
	check_told("many = a", "1 many a\n");
	check_told("many = {a}", "1 many a\n");
	check_told("\nmany = {a,\n'b',}\n", "2 many a\n3 many b\n");
	/* What a list's opening line is does not matter, a value's does. */
	check_told("many\n=\n{\na\n}", "4 many a\n");
}

static void test_sections(void **state)
{
	(void)state;
	check_told("outer a {\none = 1\ninner b {\n}\n}\nouter a { one = 2 }",
		   "1 begin a\n2 one 1\n3 begin b\n4 end \n5 end \n"
		   "6 begin a\n6 one 2\n6 end \n");
	check_told("outer \"x y\" { inner c { one = 1 } inner c { one = 1 } }",
		   "1 begin x y\n1 begin c\n1 one 1\n1 end \n"
		   "1 begin c\n1 one 1\n1 end \n1 end \n");
}

static void test_comments_keep_lines(void **state)
{
	(void)state;
	check_told("# \n#\n//x\n/* y\n z */ one = 1 # end", "5 one 1\n");
	check_told("/**/one = 1/**/", "1 one 1\n");
	check_told("one = a/b/**/", "1 one a/b\n");
	check_told("many = { # a\n b, // c\n c /* d\n*/ }",
		   "2 many b\n3 many c\n");
	check_told("one = '# no comment /* here'",
		   "1 one # no comment /* here\n");
	check_told("\n/* ", "f:2: this comment has no end; expected \"*/\"\n");
	check_told("/*/ one = 1",
		   "f:1: this comment has no end; expected \"*/\"\n");
}

static void test_unknown_names(void **state)
{
	(void)state;
	check_told("two = 2\none = 1\nthree = { 1, 2\n}\nfour \"x\" { a = {b}\n"
		   "c { } }\nmany = 5\nfive { }",
		   "2 one 1\n7 many 5\n"
		   "f:1: unknown option 'two' in the file; known: one, many\n"
		   "f:3: unknown option 'three' in the file; known: one, "
		   "many\n"
		   "f:5: unknown section 'four' in the file; known: outer\n"
		   "f:8: unknown section 'five' in the file; known: outer\n");
	check_told("outer a { inner b { x y { } } }",
		   "1 begin a\n1 begin b\n1 end \n1 end \n"
		   "f:1: unknown section 'x' in inner; known: none\n");
	/* Words of libconfuse and of the reader itself are no options. */
	check_told("outer a { title = b context = 1 }\ncontext = 1",
		   "1 begin a\n1 end \n"
		   "f:1: unknown option 'title' in outer; known: one, many\n"
		   "f:1: unknown option 'context' in outer; known: one, many\n"
		   "f:2: unknown option 'context' in the file; known: one, "
		   "many\n");
}

static void test_lists_and_twice(void **state)
{
	(void)state;
	check_told("one = {1}\nmany = 2", "2 many 2\n"
					  "f:1: 'one' takes one value, not a "
					  "list\n");
	check_told("many = {\n}", "f:1: 'many' is an empty list; expected a "
				  "value\n");
	check_told("one = 1\none = 2",
		   "1 one 1\nf:2: 'one' is given twice, first in line 1\n");
	check_told("many = {1, 2}\nmany = {3}",
		   "1 many 1\n1 many 2\n"
		   "f:2: 'many' is given twice, first in line 1\n");
	check_told("outer a { one = 1 inner b { one = 2 } one = 3 }",
		   "1 begin a\n1 one 1\n1 begin b\n1 one 2\n1 end \n1 end \n"
		   "f:1: 'one' is given twice, first in line 1\n");
}

static void test_broken_grammar(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "one", "f:1: expected '=', found the end of the file\n" },
		{ "one\n1", "f:2: expected '=', found '1'\n" },
		{ "one =", "f:1: expected a value, found the end of the "
			   "file\n" },
		{ "one = }", "f:1: expected a value, found '}'\n" },
		{ "one += 2", "f:1: unexpected character '+'\n" },
		{ "one = 1;", "f:1: unexpected character ';'\n" },
		{ "include(\"x\")", "f:1: unexpected character '('\n" },
		{ "one = $HOME", "f:1: unexpected character '$'\n" },
		{ "one = a\x01", "f:1: unexpected character number 1\n" },
		{ "one = \"a\x01\"", "f:1: there is a control character in "
				     "this value\n" },
		{ "one = \"${HOME}\"",
		  "f:1: environment variables are not expanded here; write the "
		  "value itself, or 'single quotes' for a literal ${\n" },
		{ "one = \"\\n\"", "f:1: a backslash in a value needs a quote "
				   "or a backslash after it\n" },
		{ "one = \"a\n\"", "f:1: this value has no closing quote on "
				   "its line\n" },
		{ "one = \"a\\", "f:1: a backslash in a value needs a quote or "
				 "a backslash after it\n" },
		{ "\n}", "f:2: expected an option or a section, found '}'\n" },
		{ "\"one\" = 1", "f:1: expected an option or a section, found "
				 "'one'\n" },
		{ "outer {", "f:1: expected a name in quotes, found '{'\n" },
		{ "outer a = 1", "f:1: expected '{', found '='\n" },
		{ "outer a {\none = 1",
		  "f:1: the outer that begins here has no closing '}'\n" },
		{ "outer a { one = 1 }}",
		  "f:1: expected an option or a section, found '}'\n" },
		{ "many = {1 2}", "f:1: expected ',' or '}', found '2'\n" },
		{ "many = {,}", "f:1: expected a value or '}', found ','\n" },
		{ "many = {1", "f:1: expected ',' or '}', found the end of the "
			       "file\n" },
		{ "x y { z", "f:1: unknown section 'x' in the file; known: "
			     "outer\n"
			     "f:1: expected '}', found the end of the file\n" },
		{ "x y z", "f:1: unknown section 'x' in the file; known: "
			   "outer\n"
			   "f:1: expected '=' or '{', found 'z'\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_told(cases[i].text, cases[i].expected);
}

static void test_long_values(void **state)
{
	static char text[6 + 4097 + 1], expected[6 + 4097 + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "one = ", 6);
	text[6 + 4097] = '\0';
	check_told(text, "f:1: this value is longer than 4096 characters\n");
	text[6 + 4096] = '\0';
	memset(expected, 'a', sizeof(expected));
	memcpy(expected, "1 one ", 6);
	memcpy(expected + 6 + 4096, "\n", 2);
	check_told(text, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_comments_keep_lines),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_lists_and_twice),
		cmocka_unit_test(test_broken_grammar),
		cmocka_unit_test(test_long_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
