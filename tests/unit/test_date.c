/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments: a day is to its end, a time is to its minute, and what no calendar
 * has is no moment. */
#include "conf/date.h"

#include <string.h>

#include "tests/lib/check.h"

static void test_moments(void **state)
{
	static const struct {
		const char *text;
		int64_t when_s;
		const char *again;
	} cases[] = {
		{ "2027-01-31", 1801440000, "2027-02-01 00:00" },
		{ "2027-01-31 18:00", 1801418400, "2027-01-31 18:00" },
		{ "2028-02-29", 1835481600, "2028-03-01 00:00" },
		{ "1970-01-01", 86400, "1970-01-02 00:00" },
		{ "1970-01-01 00:01", 60, "1970-01-01 00:01" },
		{ "2027-12-31", 1830297600, "2028-01-01 00:00" },
		{ "9998-12-31", 253370764800, "9999-01-01 00:00" },
	};
	char buf[DATE_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t when = 0, again = 0;

		check_ok(date_parse(cases[i].text, &when));
		assert_int_equal(when, cases[i].when_s);
		assert_string_equal(date_format(when, buf), cases[i].again);
		check_ok(date_parse(buf, &again));
		assert_int_equal(again, when);
	}
}

static void test_none(void **state)
{
	static const char *const cases[] = {
		"",
		"2027",
		"2027-1-31",
		"2027-01-32",
		"2027-02-29",
		"2027-00-10",
		"2027-13-01",
		"2027-04-31",
		"2027-01-00",
		"2027-01-31 ",
		"2027-01-31T18:00",
		"2027-01-31 24:00",
		"2027-01-31 18:60",
		"2027-01-31 18:00:00",
		"2027-01-31 1:00",
		" 2027-01-31",
		"-027-01-31",
		"1969-12-31",
		"1970-01-01 00:00",
		"9999-01-01",
		"31.01.2027",
		"2027/01/31",
		"20270131",
	};
	int64_t when = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_err(date_parse(cases[i], &when), HAUNT_EFORMAT);
	assert_int_equal(when, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
