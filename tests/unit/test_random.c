/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random bytes and digits: there are as many as asked for, and they differ. */
#include "core/proto/random.h"

#include <string.h>

#include "tests/lib/check.h"

static void test_bytes(void **state)
{
	uint8_t a[1000] = { 0 }, b[1000] = { 0 };
	static const uint8_t zeros[8];

	(void)state;
	check_ok(random_bytes(a, 999));
	check_ok(random_bytes(b, sizeof(b)));
	assert_int_equal(a[999], 0);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 991, zeros, sizeof(zeros));
	check_ok(random_bytes(a, 0));
}

static void test_digits(void **state)
{
	unsigned int seen[10] = { 0 };
	char text[17];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		check_ok(random_digits(text));
		assert_int_equal(strlen(text), 16);
		assert_int_equal(strspn(text, "0123456789"), 16);
		seen[text[0] - '0']++;
	}
	/* 100 each are expected; 40 is more than six deviations away. */
	for (int d = 0; d < 10; d++)
		assert_true(seen[d] > 40 && seen[d] < 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
