/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: names, what becomes of texts from elsewhere, both ways of telling.
 */
#include "doctor/finding.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < FOUND_COUNT; i++) {
		const char *name = finding_name((enum finding_id)i);

		assert_non_null(name);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"),
				 strlen(name));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				name, finding_name((enum finding_id)j));
	}
}

static void one(struct findings *list, enum finding_id id, const char *where,
		const char *fix)
{
	struct finding *f = finding_add(list, id);

	finding_where(f, "%s", where);
	finding_text(f, "a text of %d words", 5);
	finding_fix(f, "%s", fix);
}

static void ok_is_notes_alone(void **state)
{
	struct findings list = { .len = 0 };

	(void)state;
	assert_true(findings_ok(&list));
	one(&list, FOUND_GHOST_ALONE, "here", "");
	assert_true(findings_ok(&list));
	one(&list, FOUND_STATE_DIR_OPEN, "there", "chmod");
	assert_false(findings_ok(&list));
	check_ok(findings_whole(&list));
	findings_free(&list);
}

static char *told(const struct findings *list, bool json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	if (json)
		check_ok(findings_print_json(list, NULL, f));
	else
		findings_print(list, f);
	fclose(f);
	return text;
}

static void text(void **state)
{
	struct findings list = { .len = 0 };
	char *said;

	(void)state;
	said = told(&list, false);
	assert_string_equal(said, "nothing found\n");
	free(said);
	one(&list, FOUND_GHOST_ALONE, "a", "");
	one(&list, FOUND_FORWARDING_OFF, "b\033[2J\n", "do it");
	said = told(&list, false);
	assert_string_equal(said, "error forwarding-off: b?[2J?\n"
				  "    a text of 5 words\n"
				  "    fix: do it\n"
				  "note ghost-alone: a\n"
				  "    a text of 5 words\n"
				  "1 error, 1 note\n");
	free(said);
	findings_free(&list);
}

static void json(void **state)
{
	struct findings list = { .len = 0 };
	json_t *all, *f;
	char *said;

	(void)state;
	one(&list, FOUND_FORWARDING_OFF, "caf\xc3\xa9", "bad \xff byte");
	said = told(&list, true);
	all = json_loads(said, 0, NULL);
	assert_non_null(all);
	assert_true(json_is_false(json_object_get(all, "ok")));
	f = json_array_get(json_object_get(all, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(f, "name")),
			    "forwarding-off");
	assert_string_equal(json_string_value(json_object_get(f, "severity")),
			    "error");
	assert_string_equal(json_string_value(json_object_get(f, "where")),
			    "caf\xc3\xa9");
	assert_string_equal(json_string_value(json_object_get(f, "fix")),
			    "bad ? byte");
	json_decref(all);
	free(said);
	findings_free(&list);
}

static void words(void **state)
{
	static const struct {
		const char *text;
		const char *word;
	} cases[] = {
		{ "/etc/haunt/keys/alice", "/etc/haunt/keys/alice" },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "$(reboot)", "'$(reboot)'" },
		{ "it's", "'it'\\''s'" },
		{ "a;b", "'a;b'" },
	};
	char buf[SHELL_WORD_MAX];
	char longer[SHELL_WORD_MAX * 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(shell_word(cases[i].text, buf),
				    cases[i].word);
	memset(longer, '\'', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_string_equal(shell_word(longer, buf), "''");
	memset(longer, 'a', sizeof(longer) - 1);
	assert_string_equal(shell_word(longer, buf), "''");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), cmocka_unit_test(ok_is_notes_alone),
		cmocka_unit_test(text),	 cmocka_unit_test(json),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
