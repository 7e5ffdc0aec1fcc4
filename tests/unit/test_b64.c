/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Base64: the examples of RFC 4648, and everything that is not base64. */
#include "core/proto/b64.h"

#include <stdlib.h>

#include "tests/lib/check.h"

static const struct {
	const char *plain;
	const char *text;
} examples[] = {
	{ "", "" },
	{ "f", "Zg" },
	{ "fo", "Zm8" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg" },
	{ "fooba", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy" },
};

static void test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const char *plain = examples[i].plain, *text = examples[i].text;
		char buf[16];
		struct wr w = wr_of(buf, sizeof(buf));

		b64_put(&w, plain, strlen(plain));
		assert_false(w.failed);
		assert_int_equal(w.len, strlen(text));
		assert_memory_equal(buf, text, w.len);
		assert_int_equal(b64_chars(strlen(plain)), strlen(text));
		assert_int_equal(b64_bytes(strlen(text)), strlen(plain));
		w = wr_of(buf, sizeof(buf));
		check_ok(b64_get(text, strlen(text), &w));
		assert_int_equal(w.len, strlen(plain));
		assert_memory_equal(buf, plain, w.len);
	}
}

static void test_round_trip(void **state)
{
	uint8_t data[100], back[100];
	char text[140];

	(void)state;
	srand(1);
	for (size_t len = 0; len <= sizeof(data); len++) {
		struct wr w = wr_of(text, sizeof(text));
		struct wr b = wr_of(back, sizeof(back));

		for (size_t i = 0; i < len; i++)
			data[i] = (uint8_t)rand();
		b64_put(&w, data, len);
		assert_int_equal(w.len, b64_chars(len));
		assert_true(b64_alphabet(text, w.len));
		check_ok(b64_get(text, w.len, &b));
		assert_int_equal(b.len, len);
		assert_memory_equal(back, data, len);
	}
}

static enum haunt_err get(const char *text)
{
	char buf[16];
	struct wr w = wr_of(buf, sizeof(buf));

	return b64_get(text, strlen(text), &w);
}

static enum haunt_err get_lenient(const char *text, size_t *len)
{
	char buf[16];
	struct wr w = wr_of(buf, sizeof(buf));
	enum haunt_err err = b64_get_lenient(text, strlen(text), &w);

	*len = w.len;
	return err;
}

static void test_strict(void **state)
{
	(void)state;
	check_err(get("Z"), HAUNT_EFORMAT); /* six bits */
	check_err(get("Zm9vY"), HAUNT_EFORMAT);
	check_err(get("Zh"), HAUNT_EFORMAT); /* bits of no byte */
	check_err(get("Zm9"), HAUNT_EFORMAT);
	check_err(get("Zg=="), HAUNT_EFORMAT);
	check_err(get("Zm9v\n"), HAUNT_EFORMAT);
	check_err(get("Zm-v"), HAUNT_EFORMAT);
	check_err(get("Zm_v"), HAUNT_EFORMAT);
	check_err(get("Zm v"), HAUNT_EFORMAT);
}

static void test_lenient(void **state)
{
	size_t len;

	(void)state;
	check_ok(get_lenient("Zg==", &len));
	assert_int_equal(len, 1);
	check_ok(get_lenient("Zm8=", &len));
	assert_int_equal(len, 2);
	check_ok(get_lenient("Zh", &len));
	assert_int_equal(len, 1);
	check_ok(get_lenient("", &len));
	assert_int_equal(len, 0);
	check_err(get_lenient("Zg=", &len), HAUNT_EFORMAT);
	check_err(get_lenient("Zg===", &len), HAUNT_EFORMAT);
	check_err(get_lenient("Z===", &len), HAUNT_EFORMAT);
	check_err(get_lenient("====", &len), HAUNT_EFORMAT);
	check_err(get_lenient("Zg==Zg==", &len), HAUNT_EFORMAT);
	check_err(get_lenient("Z=g=", &len), HAUNT_EFORMAT);
}

static void test_every_byte(void **state)
{
	const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
			       "uvwxyz0123456789+/";

	(void)state;
	for (int c = 0; c < 256; c++) {
		const char text[4] = { 'A', (char)c, 'A', 'A' };

		assert_int_equal(b64_alphabet(text, 4),
				 c && strchr(alphabet, c) != NULL);
	}
}

static void test_full(void **state)
{
	char buf[3];
	struct wr w = wr_of(buf, 2);

	(void)state;
	check_err(b64_get("Zm9v", 4, &w), HAUNT_ELENGTH);
	w = wr_of(buf, 3);
	b64_put(&w, "foo", 3);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests_name("b64", tests, NULL, NULL);
}
