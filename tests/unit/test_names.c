/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every number has a name, and every name leads back. */
#include "core/proto/haunt.h"

#include <string.h>

#include "tests/lib/check.h"

static void test_errors(void **state)
{
	(void)state;
	for (int e = 0; e < HAUNT_ERR_COUNT; e++) {
		const char *text = haunt_strerror((enum haunt_err)e);

		assert_non_null(text);
		for (int other = 0; other < e; other++)
			assert_string_not_equal(
				text, haunt_strerror((enum haunt_err)other));
	}
	assert_string_equal(haunt_strerror((enum haunt_err) - 1),
			    "unknown error");
	assert_string_equal(haunt_strerror(HAUNT_ERR_COUNT), "unknown error");
}

static void test_digests(void **state)
{
	enum haunt_digest d;

	(void)state;
	for (int i = HAUNT_DIGEST_NONE; i <= HAUNT_DIGEST_SHA3_512; i++) {
		const char *name = haunt_digest_name((enum haunt_digest)i);

		assert_non_null(name);
		check_ok(haunt_digest_parse(name, &d));
		assert_int_equal(d, i);
	}
	assert_null(haunt_digest_name((enum haunt_digest)8));
	check_err(haunt_digest_parse("SHA256", &d), HAUNT_EFORMAT);
	check_err(haunt_digest_parse("", &d), HAUNT_EFORMAT);
}

static void test_modes(void **state)
{
	static const enum haunt_mode all[] = {
		HAUNT_MODE_ECB, HAUNT_MODE_CBC, HAUNT_MODE_CFB,
		HAUNT_MODE_OFB, HAUNT_MODE_CTR, HAUNT_MODE_LEGACY,
	};
	enum haunt_mode m;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		check_ok(haunt_mode_parse(haunt_mode_name(all[i]), &m));
		assert_int_equal(m, all[i]);
	}
	assert_null(haunt_mode_name((enum haunt_mode)0));
	assert_null(haunt_mode_name((enum haunt_mode)4));
	check_err(haunt_mode_parse("pcbc", &m), HAUNT_EFORMAT);
}

static void test_version(void **state)
{
	(void)state;
	assert_int_equal(strspn(haunt_version(), "0123456789."),
			 strlen(haunt_version()));
	assert_non_null(strchr(haunt_version(), '.'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
