/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the search for a key may take: one HMAC a key, and no memory that it
 * keeps. libgcrypt borrows the bytes of one result for the outer hash.
 */
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/fwknop3.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"

static size_t taken, largest, given_back;

static void *counted_malloc(size_t n)
{
	taken++;
	largest = n > largest ? n : largest;
	return malloc(n);
}

static void *counted_realloc(void *p, size_t n)
{
	taken++;
	largest = n > largest ? n : largest;
	return realloc(p, n);
}

static void counted_free(void *p)
{
	given_back++;
	free(p);
}

static struct haunt_key *key_of(enum haunt_digest type)
{
	const struct haunt_key_spec spec = { .key = "a key",
					     .key_len = 5,
					     .hmac = "another",
					     .hmac_len = 7,
					     .mode = HAUNT_MODE_CBC,
					     .hmac_type = type };
	struct haunt_key *key;

	check_ok(haunt_key_new(&spec, &key));
	return key;
}

static void test_search(void **state)
{
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	struct haunt_key *key = key_of(HAUNT_DIGEST_SHA256);
	struct haunt_key *other = key_of(HAUNT_DIGEST_SHA3_256);
	char text[HAUNT_PACKET_MAX + 1];
	struct fwknop3_packet p;
	size_t len;

	(void)state;
	check_ok(haunt_seal(key, &r, text, sizeof(text), &len));
	assert_true(taken > 0);
	taken = largest = given_back = 0;
	check_ok(fwknop3_parse(text, len, &p));
	assert_int_equal(taken, 0);
	for (int i = 0; i < 500; i++) {
		check_ok(fwknop3_verify(key, &p));
		check_err(fwknop3_verify(other, &p), HAUNT_EAUTH);
	}
	assert_true(taken <= 1000);
	assert_true(largest <= 64);
	assert_int_equal(taken, given_back);
	haunt_key_free(key);
	haunt_key_free(other);
}

/* A tag of another length leaves no whole blocks: not even an HMAC. */
static void test_impossible_length(void **state)
{
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	struct haunt_key *key = key_of(HAUNT_DIGEST_SHA256);
	struct haunt_key *other = key_of(HAUNT_DIGEST_SHA1);
	char text[HAUNT_PACKET_MAX + 1];
	struct fwknop3_packet p;
	size_t len;

	(void)state;
	check_ok(haunt_seal(key, &r, text, sizeof(text), &len));
	check_ok(fwknop3_parse(text, len, &p));
	taken = 0;
	check_err(fwknop3_verify(other, &p), HAUNT_EAUTH);
	assert_int_equal(taken, 0);
	haunt_key_free(key);
	haunt_key_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_impossible_length),
	};

	gcry_set_allocation_handler(counted_malloc, NULL, NULL, counted_realloc,
				    counted_free);
	return cmocka_run_group_tests_name("fwknop3_cost", tests, NULL, NULL);
}
