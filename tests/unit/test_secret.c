/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Secrets: copied, compared whole, wiped. */
#include "core/base/secret.h"

#include "tests/lib/check.h"

static void test_copied_whole(void **state)
{
	struct secret *a, *none;

	(void)state;
	check_ok(secret_new("ab\0d", 4, &a));
	check_ok(secret_new(NULL, 0, &none));
	assert_int_equal(secret_len(a), 4);
	assert_int_equal(secret_len(none), 0);
	assert_memory_equal(secret_bytes(a), "ab\0d", 4);
	secret_free(a);
	secret_free(none);
	secret_free(NULL);
}

static void test_memequal_sees_every_bit(void **state)
{
	uint8_t a[33] = { 1, 2, 3 }, b[33] = { 1, 2, 3 };

	(void)state;
	assert_true(secret_memequal(a, b, sizeof(a)));
	for (size_t bit = 0; bit < sizeof(a) * 8; bit++) {
		b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(secret_memequal(a, b, sizeof(a)));
		b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
}

static void test_wipe(void **state)
{
	static const uint8_t zeros[16];
	uint8_t key[16] = "0123456789abcde";

	(void)state;
	secret_wipe(key, sizeof(key));
	assert_memory_equal(key, zeros, sizeof(key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copied_whole),
		cmocka_unit_test(test_memequal_sees_every_bit),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
