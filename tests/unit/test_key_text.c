/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of key files. */
#include "core/proto/key_text.h"

#include <stdio.h>

#include "tests/lib/check.h"

static void assert_pair(const char *text, const char *key, const char *hmac)
{
	struct key_pair pair;
	unsigned int line = 99;

	check_ok(key_text_get(text, strlen(text), &pair, &line));
	assert_int_equal(line, 99);
	assert_int_equal(pair.key_len, strlen(key));
	assert_memory_equal(pair.key, key, pair.key_len);
	assert_int_equal(pair.hmac_len, strlen(hmac));
	assert_memory_equal(pair.hmac, hmac, pair.hmac_len);
}

static void test_accepted(void **state)
{
	(void)state;
	assert_pair("KEY_BASE64: Zm9v\nHMAC_KEY_BASE64: YmFyCg==\n", "foo",
		    "bar\n");
	assert_pair("KEY: foo bar\nHMAC_KEY: b#:r", "foo bar", "b#:r");
	assert_pair("HMAC_KEY:bar\n\n \t\n# KEY: no\nKEY:foo", "foo", "bar");
	assert_pair("  KEY :  foo \t\r\n", "foo", "");
	assert_pair("KEY_BASE64: Zm9vYg\r\n", "foob", "");
}

static void assert_blames(const char *text, enum haunt_err err,
			  unsigned int line)
{
	struct key_pair pair;
	unsigned int blamed = 99;
	static const struct key_pair wiped;

	check_err(key_text_get(text, strlen(text), &pair, &blamed), err);
	assert_int_equal(blamed, line);
	assert_memory_equal(&pair, &wiped, sizeof(pair));
}

static void test_refused(void **state)
{
	(void)state;
	assert_blames("", HAUNT_EFORMAT, 0);
	assert_blames("# nothing\n", HAUNT_EFORMAT, 0);
	assert_blames("HMAC_KEY: bar\n", HAUNT_EFORMAT, 0);
	assert_blames("KEY: foo\nKEY: foo\n", HAUNT_EFORMAT, 2);
	assert_blames("KEY: foo\nKEY_BASE64: Zm9v\n", HAUNT_EFORMAT, 2);
	assert_blames("KEY foo\n", HAUNT_EFORMAT, 1);
	assert_blames("key: foo\n", HAUNT_EFORMAT, 1);
	assert_blames("\nSECRET: foo\n", HAUNT_EFORMAT, 2);
	assert_blames("KEY_BASE64: Zm9v!\n", HAUNT_EFORMAT, 1);
	assert_blames("KEY_BASE64: Zm9v Zm9v\n", HAUNT_EFORMAT, 1);
	assert_blames("KEY:\n", HAUNT_ELENGTH, 1);
	assert_blames("KEY: foo\nHMAC_KEY_BASE64:   \n", HAUNT_ELENGTH, 2);
	assert_blames("KEY: 012345678901234567890123456789012\n", HAUNT_ELENGTH,
		      1);
}

static void test_nul(void **state)
{
	struct key_pair pair;
	unsigned int line = 0;

	(void)state;
	check_err(key_text_get("KEY: a\0b\n", 9, &pair, &line), HAUNT_EFORMAT);
	assert_int_equal(line, 1);
}

static void test_round_trip(void **state)
{
	struct key_pair pair = { .key_len = 1 }, back;
	unsigned int line;
	char text[KEY_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(pair.hmac); i++)
		pair.hmac[i] = (uint8_t)(i * 7);
	for (; pair.key_len <= HAUNT_KEY_MAX; pair.key_len++) {
		struct wr w = wr_of(text, sizeof(text));

		pair.key[pair.key_len - 1] = (uint8_t)(255 - pair.key_len);
		pair.hmac_len = pair.key_len * 4;
		key_text_put(&w, &pair);
		assert_false(w.failed);
		assert_int_equal((w.len - 31) % 4, 0);
		check_ok(key_text_get(text, w.len, &back, &line));
		assert_int_equal(back.key_len, pair.key_len);
		assert_memory_equal(back.key, pair.key, pair.key_len);
		assert_int_equal(back.hmac_len, pair.hmac_len);
		assert_memory_equal(back.hmac, pair.hmac, pair.hmac_len);
	}
}

static void test_written(void **state)
{
	const struct key_pair pair = { .key_len = 4, .key = "foob" };
	char text[64];
	struct wr w = wr_of(text, sizeof(text));

	(void)state;
	key_text_put(&w, &pair);
	assert_int_equal(w.len, 21);
	assert_memory_equal(text, "KEY_BASE64: Zm9vYg==\n", 21);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests_name("key_text", tests, NULL, NULL);
}
