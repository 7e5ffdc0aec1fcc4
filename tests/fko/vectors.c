/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libfko.so.3 by itself: the packets in tests/data with the result codes that
 * libfko 2.6.10 had for them, and what ours does otherwise on purpose.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fko/api.h"
#include "tests/fko/seal.h"
#include "tests/lib/check.h"
#include "tests/lib/vectors.h"

#define VECTORS 138

static struct fko_api api;

/* Where ours has another result code: times after January 2038. */
static const struct {
	const char *id;
	int rc;
} others[] = { { "n20", 0 } };

static int recorded(const char *id)
{
	const char *srcdir = getenv("srcdir");
	char path[4096], line[256], name[64];
	int code, rc = 0;
	FILE *f;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].id, id) == 0)
			return others[i].rc;
	snprintf(path, sizeof(path), "%s/tests/data/libfko.rc",
		 srcdir ? srcdir : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %d", name, &code) == 2 &&
		    strcmp(name, id) == 0)
			rc = code;
	fclose(f);
	return rc;
}

static void assert_text(int (*get)(fko_ctx_t, char **), fko_ctx_t ctx,
			const char *want)
{
	char *text = NULL;

	check_ok(get(ctx, &text));
	assert_string_equal(text ? text : "", want);
}

static void assert_values(fko_ctx_t ctx, const struct vector *v)
{
	int timeout;
	short type, digest;
	time_t at;

	check_ok(api.get_timestamp(ctx, &at));
	check_ok(api.get_spa_message_type(ctx, &type));
	check_ok(api.get_spa_digest_type(ctx, &digest));
	check_ok(api.get_spa_client_timeout(ctx, &timeout));
	assert_int_equal(at, v->want.time_s);
	assert_int_equal(type, v->want.type);
	assert_int_equal(digest, v->want.digest);
	assert_int_equal(timeout, v->want.lifetime_s);
	assert_text(api.get_rand_value, ctx, v->want.random);
	assert_text(api.get_username, ctx, v->want.user);
	assert_text(api.get_version, ctx, v->want.version);
	assert_text(api.get_spa_server_auth, ctx, v->want.server_auth);
	assert_text(api.get_spa_nat_access, ctx, v->nat);
}

static void test_vectors(void **state)
{
	FILE *f = vectors_open();
	struct vector v;
	size_t count = 0, refused = 0;

	(void)state;
	while (vectors_next(f, &v)) {
		const int want = recorded(v.id);
		fko_ctx_t ctx = NULL;
		int rc = api.new_with_data(
			&ctx, v.packet, (const char *)v.key, (int)v.key_len,
			(int)v.mode, v.hmac_len ? (const char *)v.hmac : NULL,
			(int)v.hmac_len, (int)v.hmac_type);

		if (rc != want)
			print_message("%s: %d, not %d\n", v.id, rc, want);
		assert_int_equal(rc, want);
		/* The values that the file has are those that libhaunt opens
		 * to. */
		if (rc == 0 && !v.refuse[0])
			assert_values(ctx, &v);
		if (ctx)
			api.destroy(ctx);
		refused += rc != 0;
		count++;
	}
	fclose(f);
	assert_int_equal(count, VECTORS);
	assert_true(refused >= 30);
}

static int open_packet(const char *packet, bool mac)
{
	fko_ctx_t ctx = NULL;
	int rc = api.new_with_data(&ctx, packet, SEAL_KEY, sizeof(SEAL_KEY) - 1,
				   HAUNT_MODE_CBC, mac ? SEAL_MAC : NULL,
				   mac ? sizeof(SEAL_MAC) - 1 : 0,
				   mac ? HAUNT_DIGEST_SHA256 : 0);

	if (ctx)
		api.destroy(ctx);
	return rc;
}

/* A message of whole blocks, so that its padding is a block of its own. */
static size_t message(const char *time, char text[SEAL_CAP])
{
	size_t users = 2;

	do {
		snprintf(text, SEAL_CAP,
			 "1234567890123456:%.*s:%s:3.0.0:1:MS4yLjMuNCx0Y3AvMjI",
			 (int)users, "YWFhYWFhYWFhYWFhYWFhYWFhYWFh", time);
		seal_digest(text, SEAL_CAP);
	} while (strlen(text) % 16 && ++users);
	return strlen(text);
}

/* One packet has one text: nothing can be appended, bent or cut off. */
static void test_one_text(void **state)
{
	char text[SEAL_CAP], packet[SEAL_CAP], other[SEAL_CAP + 8];
	const size_t len = message("1795905491", text);

	(void)state;
	seal(text, len, true, false, packet);
	check_ok(open_packet(packet, false));
	snprintf(other, sizeof(other), "%s=", packet);
	check_err(open_packet(other, false),
		  FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64);
	snprintf(other, sizeof(other), "%s=AAA", packet);
	check_err(open_packet(other, false),
		  FKO_ERROR_INVALID_DATA_ENCODE_NOTBASE64);
	snprintf(other, sizeof(other), "%sAAA", packet);
	assert_true(open_packet(other, false) != FKO_SUCCESS);
	seal(text, len, false, false, other);
	check_err(open_packet(other, false), FKO_ERROR_DECRYPTION_FAILURE);
	seal(text, len, false, true, other);
	check_ok(open_packet(other, true));
}

/* Where the last character has bits that belong to no byte, they are 0. */
static void test_last_bits(void **state)
{
	char text[SEAL_CAP], packet[SEAL_CAP];
	size_t chars, bent = 0;

	(void)state;
	for (int users = 2; users <= 28; users++) {
		snprintf(text, sizeof(text),
			 "1234567890123456:%.*s:1795905491:3.0.0:1:"
			 "MS4yLjMuNCx0Y3AvMjI",
			 users, "YWFhYWFhYWFhYWFhYWFhYWFhYWFh");
		seal_digest(text, sizeof(text));
		seal(text, strlen(text), true, false, packet);
		check_ok(open_packet(packet, false));
		chars = strlen(packet);
		if ((chars + 10) % 4 == 0)
			continue;
		packet[chars - 1]++;
		check_err(open_packet(packet, false),
			  FKO_ERROR_DECRYPTION_FAILURE);
		bent++;
	}
	assert_true(bent > 0);
}

static void test_after_2038(void **state)
{
	char text[SEAL_CAP], packet[SEAL_CAP];
	fko_ctx_t ctx;
	time_t at;

	(void)state;
	seal(text, message("4102444800", text), true, true, packet);
	check_ok(api.new_with_data(&ctx, packet, SEAL_KEY, 16, HAUNT_MODE_CBC,
				   SEAL_MAC, 11, HAUNT_DIGEST_SHA256));
	check_ok(api.get_timestamp(ctx, &at));
	assert_int_equal(at, 4102444800);
	api.destroy(ctx);
}

/* Modes without a cipher are refused, not sent with nothing in them. */
static void test_modes(void **state)
{
	static const int none[] = { 0, 4, 7 };
	fko_ctx_t ctx;
	char *packet;

	(void)state;
	check_ok(api.new(&ctx));
	check_ok(api.set_spa_message(ctx, "1.2.3.4,tcp/22"));
	for (size_t i = 0; i < 3; i++) {
		check_ok(api.set_spa_encryption_mode(ctx, none[i]));
		check_err(api.spa_data_final(ctx, "key", 3, NULL, 0),
			  FKO_ERROR_INVALID_DATA_ENCRYPT_MODE_VALIDFAIL);
		check_err(api.get_spa_data(ctx, &packet),
			  FKO_ERROR_MISSING_ENCODED_DATA);
	}
	api.destroy(ctx);
}

#define REFUSES(call) check_err((call), FKO_ERROR_INVALID_DATA)

static void test_null(void **state)
{
	fko_ctx_t ctx;

	(void)state;
	REFUSES(api.new(NULL));
	REFUSES(api.new_with_data(NULL, "x", NULL, 0, 2, NULL, 0, 0));
	REFUSES(api.key_gen(NULL, 0, NULL, 0, 3));
	assert_int_equal(api.base64_decode(NULL, NULL), -1);
	assert_int_equal(api.base64_encode(NULL, NULL, 3), 0);
	check_ok(api.destroy(NULL));
	check_err(api.decode_spa_data(NULL), FKO_ERROR_CTX_NOT_INITIALIZED);
	check_ok(api.new(&ctx));
	REFUSES(api.get_raw_spa_digest_type(ctx, NULL));
	REFUSES(api.get_raw_spa_digest(ctx, NULL));
	REFUSES(api.get_spa_encryption_type(ctx, NULL));
	REFUSES(api.get_gpg_exe(ctx, NULL));
	REFUSES(api.get_gpg_home_dir(ctx, NULL));
	REFUSES(api.get_gpg_signature_verify(ctx, NULL));
	api.destroy(ctx);
}

/* A wrong HMAC leaves the packet as it was, so that the next key can be
 * tried. */
static void test_second_key(void **state)
{
	char text[SEAL_CAP], packet[SEAL_CAP];
	fko_ctx_t ctx;

	(void)state;
	seal(text, message("1795905491", text), true, true, packet);
	check_ok(api.new_with_data(&ctx, packet, NULL, 0, HAUNT_MODE_CBC, NULL,
				   0, HAUNT_DIGEST_SHA256));
	check_err(api.verify_hmac(ctx, "wrong", 5),
		  FKO_ERROR_INVALID_DATA_HMAC_COMPAREFAIL);
	check_ok(api.verify_hmac(ctx, SEAL_MAC, 11));
	check_err(api.decrypt_spa_data(ctx, "wrong", 5),
		  FKO_ERROR_DECRYPTION_FAILURE);
	check_ok(api.decrypt_spa_data(ctx, SEAL_KEY, 16));
	api.destroy(ctx);
}

static void test_texts(void **state)
{
	(void)state;
	for (int i = 0; i < FKO_LAST_ERROR; i++)
		assert_true(strlen(api.errstr(i)) > 6);
	assert_string_equal(api.errstr(-1), api.errstr(FKO_LAST_ERROR));
	assert_int_equal(FKO_LAST_ERROR, 140);
}

static void test_sha3_keys(void **state)
{
	char key[64], mac[256];

	(void)state;
	check_ok(api.key_gen(key, 0, mac, 0, HAUNT_DIGEST_SHA3_256));
	assert_int_equal(strlen(mac), 172);
	check_ok(api.key_gen(key, 0, mac, 0, HAUNT_DIGEST_SHA3_512));
	assert_int_equal(strlen(mac), 96);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_one_text),
		cmocka_unit_test(test_last_bits),
		cmocka_unit_test(test_after_2038),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_second_key),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_sha3_keys),
	};

	api_load(".libs/libfko.so.3", &api);
	return cmocka_run_group_tests_name("libfko", tests, NULL, NULL);
}
