/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys: what is refused, and the HMAC against the results of RFC 4231. */
#include "core/proto/key.h"

#include <string.h>

#include "tests/lib/check.h"

static const uint8_t bytes[200] = "an encryption key, and an HMAC key";

static struct haunt_key_spec good(void)
{
	return (struct haunt_key_spec){
		.key = bytes,
		.key_len = 17,
		.hmac = bytes + 19,
		.hmac_len = 15,
		.mode = HAUNT_MODE_CBC,
		.hmac_type = HAUNT_DIGEST_SHA256,
	};
}

#define REFUSED(err, change)                               \
	do {                                               \
		struct haunt_key_spec s = good();          \
		struct haunt_key *key = NULL;              \
		change;                                    \
		check_err(haunt_key_new(&s, &key), (err)); \
		assert_null(key);                          \
	} while (0)

static void test_refused(void **state)
{
	(void)state;
	REFUSED(HAUNT_ELENGTH, s.key_len = 0);
	REFUSED(HAUNT_ELENGTH, s.key = NULL);
	REFUSED(HAUNT_ELENGTH, s.key_len = HAUNT_KEY_MAX + 1);
	REFUSED(HAUNT_ELENGTH, s.hmac_len = 0);
	REFUSED(HAUNT_ELENGTH, s.hmac_len = HAUNT_HMAC_KEY_MAX + 1);
	REFUSED(HAUNT_EFORMAT, s.hmac = NULL);
	REFUSED(HAUNT_EFORMAT, s.hmac_type = HAUNT_DIGEST_NONE);
	REFUSED(HAUNT_EFORMAT, (s.hmac = s.key, s.hmac_len = s.key_len));
	REFUSED(HAUNT_EUNSUPPORTED, s.hmac_type = (enum haunt_digest)8);
	REFUSED(HAUNT_EUNSUPPORTED, s.mode = (enum haunt_mode)4);
	REFUSED(HAUNT_EUNSUPPORTED, s.mode = (enum haunt_mode)0);
}

static void test_bounds(void **state)
{
	static const uint8_t ff[HAUNT_HMAC_KEY_MAX] = { 255 };
	struct haunt_key_spec s = good();
	struct haunt_key *key;

	(void)state;
	for (int type = HAUNT_DIGEST_MD5; type <= HAUNT_DIGEST_SHA3_512;
	     type++) {
		s.hmac_type = (enum haunt_digest)type;
		s.key_len = HAUNT_KEY_MAX;
		s.hmac = ff;
		for (s.hmac_len = 1; s.hmac_len <= sizeof(ff); s.hmac_len++) {
			check_ok(haunt_key_new(&s, &key));
			assert_int_equal(haunt_key_hmac_type(key), type);
			haunt_key_free(key);
		}
	}
	s = good();
	s.key_len = 1;
	s.hmac = NULL;
	s.hmac_type = HAUNT_DIGEST_NONE;
	check_ok(haunt_key_new(&s, &key));
	assert_int_equal(haunt_key_hmac_type(key), HAUNT_DIGEST_NONE);
	haunt_key_free(key);
	haunt_key_free(NULL);
}

/* RFC 4231, test case 2: the state goes back to its start each time. */
static void test_hmac(void **state)
{
	static const uint8_t want[8] = { 0x5b, 0xdc, 0xc1, 0x46,
					 0xbf, 0x60, 0x75, 0x4e };
	static const char text[] = "what do ya want for nothing?";
	struct haunt_key_spec s = good();
	struct haunt_key *key;

	(void)state;
	s.hmac = "Jefe";
	s.hmac_len = 4;
	check_ok(haunt_key_new(&s, &key));
	for (int i = 0; i < 3; i++) {
		assert_memory_equal(key_hmac(key, text, 28), want, 8);
		assert_memory_not_equal(key_hmac(key, text, 27), want, 8);
	}
	haunt_key_free(key);
}

static void assert_cipher(const struct haunt_key_spec *s, const char *want)
{
	struct haunt_key *key;

	check_ok(haunt_key_new(s, &key));
	assert_int_equal(secret_len(key->cipher), strlen(want));
	assert_memory_equal(secret_bytes(key->cipher), want, strlen(want));
	haunt_key_free(key);
}

static void test_legacy(void **state)
{
	struct haunt_key_spec s = good();

	(void)state;
	s.mode = HAUNT_MODE_LEGACY;
	s.key = "short";
	s.key_len = 5;
	assert_cipher(&s, "short00000000000");
	s.key = "exactly sixteen!";
	s.key_len = 16;
	assert_cipher(&s, "exactly sixteen!");
	s.key = "more than sixteen bytes";
	s.key_len = 23;
	assert_cipher(&s, "more than sixtee");
	s.mode = HAUNT_MODE_CBC;
	assert_cipher(&s, "more than sixteen bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_legacy),
	};

	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
