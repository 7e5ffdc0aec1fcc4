/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The derivation and the modes against `openssl enc -md md5`. */
#include "core/proto/cipher.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/check.h"

static const uint8_t salt[CIPHER_SALT_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static const struct {
	enum haunt_mode mode;
	const char *hex;
} known[] = {
	{ HAUNT_MODE_ECB,
	  "6c4dee3083569e7a3406de774f040020b5eea18163d060f2ac2652237959d2c4" },
	{ HAUNT_MODE_CBC,
	  "49b798cfb6743780d5dce7b737920e8b89edb9f571af37ebbf36c503b0b6012c" },
	{ HAUNT_MODE_CFB,
	  "36b0f1f154f00ea6648275ab60982bbee7c09355ea43209bc64c489650055033" },
	{ HAUNT_MODE_OFB,
	  "36b0f1f154f00ea6648275ab60982bbeeac947d47ff9f8e5e04233d0306b2021" },
	{ HAUNT_MODE_CTR,
	  "36b0f1f154f00ea6648275ab60982bbe01e4336680e997245ab144581186da13" },
	{ HAUNT_MODE_LEGACY,
	  "d716923a4470d1512390ec2653edcc8d10a16ce8e5a35098a9d32202e2903224" },
};

static struct haunt_key *key_of(enum haunt_mode mode)
{
	const struct haunt_key_spec spec = { .key = "a key",
					     .key_len = 5,
					     .mode = mode };
	struct haunt_key *key;

	check_ok(haunt_key_new(&spec, &key));
	return key;
}

static void test_against_openssl(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint8_t data[32] = "thirty-two bytes of plain text!";
		uint8_t plain[32];
		struct haunt_key *key = key_of(known[i].mode);
		char hex[65];

		memcpy(plain, data, sizeof(plain));
		check_ok(cipher_encrypt(key, salt, data, sizeof(data)));
		for (size_t b = 0; b < sizeof(data); b++)
			snprintf(hex + 2 * b, 3, "%02x", data[b]);
		assert_string_equal(hex, known[i].hex);
		check_ok(cipher_decrypt(key, salt, data, sizeof(data)));
		assert_memory_equal(data, plain, sizeof(plain));
		haunt_key_free(key);
	}
}

static void test_salt_matters(void **state)
{
	static const enum haunt_mode modes[] = {
		HAUNT_MODE_ECB, HAUNT_MODE_CBC, HAUNT_MODE_CFB,
		HAUNT_MODE_OFB, HAUNT_MODE_CTR, HAUNT_MODE_LEGACY,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct haunt_key *key = key_of(modes[i]);
		uint8_t a[16] = { 0 }, b[16] = { 0 }, other[8] = { 1 };

		check_ok(cipher_encrypt(key, salt, a, sizeof(a)));
		check_ok(cipher_encrypt(key, other, b, sizeof(b)));
		assert_memory_not_equal(a, b, sizeof(a));
		haunt_key_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_openssl),
		cmocka_unit_test(test_salt_matters),
	};

	return cmocka_run_group_tests_name("cipher", tests, NULL, NULL);
}
