/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting text, and decimal numbers. */
#include "core/proto/token.h"

#include "tests/lib/check.h"

static void test_take(void **state)
{
	struct rd r = rd_of("ab::c", 5), t;

	(void)state;
	assert_true(token_take(&r, ':', &t));
	assert_int_equal(t.left, 2);
	assert_memory_equal(t.at, "ab", 2);
	assert_true(token_take(&r, ':', &t));
	assert_int_equal(t.left, 0);
	assert_false(token_take(&r, ':', &t));
	assert_int_equal(t.left, 1);
	assert_memory_equal(t.at, "c", 1);
	assert_true(rd_done(&r));
}

static void test_take_last_empty(void **state)
{
	struct rd r = rd_of("a,", 2), t;

	(void)state;
	assert_true(token_take(&r, ',', &t));
	assert_false(token_take(&r, ',', &t));
	assert_int_equal(t.left, 0);
	assert_false(r.failed);
}

static enum haunt_err number(const char *text, uint64_t max, uint64_t *out)
{
	return token_number(rd_of(text, strlen(text)), 12, max, out);
}

static void test_number(void **state)
{
	static const char *const bad[] = { "",	 " 1",	"1 ",
					   "+1", "-1",	"0x1",
					   "1a", "1.0", "1234567890123" };
	uint64_t n;

	(void)state;
	check_ok(number("0", 0, &n));
	assert_true(n == 0);
	check_ok(number("00060", 65536, &n));
	assert_true(n == 60);
	check_ok(number("999999999999", UINT64_MAX, &n));
	assert_true(n == UINT64_C(999999999999));
	check_ok(number("65536", 65536, &n));
	check_err(number("65537", 65536, &n), HAUNT_ELENGTH);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(number(bad[i], UINT64_MAX, &n), HAUNT_EFORMAT);
}

static void test_number_put(void **state)
{
	char buf[20];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	token_number_put(&w, UINT64_MAX);
	assert_int_equal(w.len, 20);
	assert_memory_equal(buf, "18446744073709551615", 20);
	w = wr_of(buf, sizeof(buf));
	token_number_put(&w, 0);
	assert_int_equal(w.len, 1);
	assert_int_equal(buf[0], '0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_take_last_empty),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_number_put),
	};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
