/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hash functions: the published results for "abc", and starting libgcrypt
 * from several threads at once. */
#include "core/proto/digest.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/check.h"

static const struct {
	enum haunt_digest type;
	size_t len;
	const char *hex; /* of the first eight bytes */
} abc[] = {
	{ HAUNT_DIGEST_MD5, 16, "900150983cd24fb0" },
	{ HAUNT_DIGEST_SHA1, 20, "a9993e364706816a" },
	{ HAUNT_DIGEST_SHA256, 32, "ba7816bf8f01cfea" },
	{ HAUNT_DIGEST_SHA384, 48, "cb00753f45a35e8b" },
	{ HAUNT_DIGEST_SHA512, 64, "ddaf35a193617aba" },
	{ HAUNT_DIGEST_SHA3_256, 32, "3a985da74fe225b2" },
	{ HAUNT_DIGEST_SHA3_512, 64, "b751850b1a57168a" },
};

static void *start(void *arg)
{
	*(enum haunt_err *)arg = digest_init();
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[8];
	enum haunt_err errs[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, start, &errs[i]), 0);
	for (size_t i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		check_ok(errs[i]);
	}
}

static void test_abc(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(abc) / sizeof(abc[0]); i++) {
		uint8_t out[DIGEST_LEN_MAX];
		char hex[17];

		check_ok(digest_compute(abc[i].type, "abc", 3, out));
		for (size_t b = 0; b < 8; b++)
			snprintf(hex + 2 * b, 3, "%02x", out[b]);
		assert_string_equal(hex, abc[i].hex);
		assert_int_equal(digest_len(abc[i].type), abc[i].len);
		assert_true(digest_known(abc[i].type));
	}
}

static void test_unknown(void **state)
{
	(void)state;
	assert_false(digest_known(HAUNT_DIGEST_NONE));
	assert_false(digest_known((enum haunt_digest)8));
	assert_false(digest_known((enum haunt_digest) - 1));
	assert_int_equal(digest_len(HAUNT_DIGEST_NONE), 0);
	assert_int_equal(digest_block(HAUNT_DIGEST_NONE), 0);
	assert_int_equal(digest_block(HAUNT_DIGEST_SHA3_256), 136);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_abc),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
