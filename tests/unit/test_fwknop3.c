/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The envelope: round trips, and everything that must not open. */
#include "core/proto/fwknop3.h"

#include <stdlib.h>

#include "core/proto/b64.h"
#include "core/proto/request.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"

static const enum haunt_mode modes[] = {
	HAUNT_MODE_ECB, HAUNT_MODE_CBC, HAUNT_MODE_CFB,
	HAUNT_MODE_OFB, HAUNT_MODE_CTR, HAUNT_MODE_LEGACY,
};

#define MODES (sizeof(modes) / sizeof(modes[0]))

static struct haunt_key *key_of(enum haunt_mode mode, enum haunt_digest hmac)
{
	const struct haunt_key_spec spec = {
		.key = "a key of the tests",
		.key_len = 18,
		.hmac = hmac == HAUNT_DIGEST_NONE ? NULL : "another one",
		.hmac_len = 11,
		.mode = mode,
		.hmac_type = hmac,
	};
	struct haunt_key *key;

	check_ok(haunt_key_new(&spec, &key));
	return key;
}

static void test_round_trip(void **state)
{
	unsigned int seed = 0;

	(void)state;
	for (size_t m = 0; m < MODES; m++) {
		for (int hmac = HAUNT_DIGEST_NONE;
		     hmac <= HAUNT_DIGEST_SHA3_512; hmac++) {
			struct haunt_key *key =
				key_of(modes[m], (enum haunt_digest)hmac);

			for (int n = 0; n < 49; n++, seed++) {
				const struct haunt_request r = request_example(
					(enum haunt_type)(n % 7), seed);
				char packet[HAUNT_PACKET_MAX + 1];
				struct haunt_request back;
				size_t len;

				check_ok(haunt_seal(key, &r, packet,
						    sizeof(packet), &len));
				assert_int_equal(strlen(packet), len);
				assert_true(len >= HAUNT_PACKET_MIN &&
					    len <= HAUNT_PACKET_MAX);
				check_ok(haunt_open(key, packet, len, &back));
				request_assert_equal(&back, &r);
			}
			haunt_key_free(key);
		}
	}
}

static size_t seal(struct haunt_key *key, const struct haunt_request *r,
		   char packet[HAUNT_PACKET_MAX + 1])
{
	size_t len;

	check_ok(haunt_seal(key, r, packet, HAUNT_PACKET_MAX + 1, &len));
	return len;
}

static void assert_flips_refused(struct haunt_key *key, char *packet,
				 size_t len)
{
	struct haunt_request back;

	for (size_t bit = 0; bit < len * 8; bit++) {
		packet[bit / 8] ^= (char)(1 << bit % 8);
		if (haunt_open(key, packet, len, &back) == HAUNT_OK)
			fail_msg("opens with bit %zu changed", bit);
		packet[bit / 8] ^= (char)(1 << bit % 8);
	}
	check_ok(haunt_open(key, packet, len, &back));
}

static void assert_cuts_refused(struct haunt_key *key, const char *packet,
				size_t len)
{
	struct haunt_request back;

	for (size_t n = 0; n < len; n++) {
		if (haunt_open(key, packet, n, &back) == HAUNT_OK ||
		    haunt_open(key, packet + len - n, n, &back) == HAUNT_OK)
			fail_msg("opens when cut to %zu characters", n);
	}
}

/* The seeds give texts of every length modulo the block. */
static void test_altered_with_hmac(void **state)
{
	char packet[HAUNT_PACKET_MAX + 1];

	(void)state;
	for (size_t m = 0; m < MODES; m++) {
		for (int hmac = 1; hmac <= HAUNT_DIGEST_SHA3_512; hmac++) {
			struct haunt_key *key =
				key_of(modes[m], (enum haunt_digest)hmac);
			const struct haunt_request r = request_example(
				(enum haunt_type)hmac - 1, (unsigned int)m);
			const size_t len = seal(key, &r, packet);

			assert_flips_refused(key, packet, len);
			assert_cuts_refused(key, packet, len);
			haunt_key_free(key);
		}
	}
}

static void test_altered_without_hmac(void **state)
{
	struct haunt_key *key = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_NONE);
	char packet[HAUNT_PACKET_MAX + 1];
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 9);

	(void)state;
	r.ports_len = 1;
	r.server_auth[0] = '\0';
	for (size_t n = 1; n <= 20; n++) {
		size_t len;

		memset(r.user, 'u', n);
		r.user[n] = '\0';
		len = seal(key, &r, packet);
		assert_flips_refused(key, packet, len);
		assert_cuts_refused(key, packet, len);
	}
	haunt_key_free(key);
}

static void test_lengthened(void **state)
{
	static const char tails[][6] = {
		"=", "==", "A", "AAAA", "\n", "=AAAA"
	};
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4), back;

	(void)state;
	for (int hmac = HAUNT_DIGEST_NONE; hmac <= HAUNT_DIGEST_SHA256;
	     hmac += 3) {
		struct haunt_key *key =
			key_of(HAUNT_MODE_CBC, (enum haunt_digest)hmac);
		char packet[HAUNT_PACKET_MAX + 10];
		const size_t len = seal(key, &r, packet);

		for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
			strcpy(packet + len, tails[i]);
			assert_int_not_equal(
				haunt_open(key, packet, strlen(packet), &back),
				HAUNT_OK);
		}
		haunt_key_free(key);
	}
}

static void test_parse_bounds(void **state)
{
	char data[HAUNT_PACKET_MAX + 1];
	struct fwknop3_packet p;

	(void)state;
	memset(data, '+', sizeof(data));
	check_err(fwknop3_parse(data, HAUNT_PACKET_MIN - 1, &p), HAUNT_ELENGTH);
	check_err(fwknop3_parse(data, sizeof(data), &p), HAUNT_ELENGTH);
	/* 150 characters with prefix are 112 bytes: seven blocks, no tag. */
	check_ok(fwknop3_parse(data, HAUNT_PACKET_MIN, &p));
	assert_int_equal(p.splits[0].text_len, 150);
	for (int c = 0; c < 256; c++) {
		const bool first = c && strchr("89+/", c);

		data[0] = (char)c;
		check_err(fwknop3_parse(data, HAUNT_PACKET_MIN, &p),
			  first ? HAUNT_OK : HAUNT_EFORMAT);
	}
	memcpy(data, FWKNOP3_PREFIX, FWKNOP3_PREFIX_LEN);
	check_err(fwknop3_parse(data, HAUNT_PACKET_MIN + 10, &p),
		  HAUNT_EFORMAT);
}

/* Nothing is decrypted that did not verify, and not with another key. */
static void test_order(void **state)
{
	struct haunt_key *key = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256);
	struct haunt_key *same = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256);
	struct haunt_key *other = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_SHA1);
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	struct haunt_request back = { .user = "untouched" };
	char text[HAUNT_PACKET_MAX + 1];
	const size_t len = seal(key, &r, text);
	uint8_t id[FWKNOP3_ID_LEN] = { 0 };
	struct fwknop3_packet p;

	(void)state;
	check_ok(fwknop3_parse(text, len, &p));
	check_err(fwknop3_decrypt(key, &p, &back, id), HAUNT_EAUTH);
	check_err(fwknop3_verify(other, &p), HAUNT_EAUTH);
	check_err(fwknop3_decrypt(key, &p, &back, id), HAUNT_EAUTH);
	check_err(fwknop3_decrypt(other, &p, &back, id), HAUNT_EAUTH);
	check_ok(fwknop3_verify(key, &p));
	check_err(fwknop3_decrypt(same, &p, &back, id), HAUNT_EAUTH);
	assert_string_equal(back.user, "untouched");
	check_ok(fwknop3_decrypt(key, &p, &back, id));
	request_assert_equal(&back, &r);
	check_err(fwknop3_verify(other, &p), HAUNT_EAUTH);
	check_err(fwknop3_decrypt(key, &p, &back, id), HAUNT_EAUTH);
	haunt_key_free(key);
	haunt_key_free(same);
	haunt_key_free(other);
}

static enum haunt_err open_id(struct haunt_key *key, const char *text,
			      size_t len, uint8_t id[FWKNOP3_ID_LEN])
{
	struct haunt_request back;
	struct fwknop3_packet p;
	enum haunt_err err = fwknop3_parse(text, len, &p);

	if (err == HAUNT_OK)
		err = fwknop3_verify(key, &p);
	if (err == HAUNT_OK)
		err = fwknop3_decrypt(key, &p, &back, id);
	return err;
}

/* Seals a text of whole blocks, and cuts the block off that only pads. */
static size_t pad_block_cut(struct haunt_key *key, char *text, size_t *whole)
{
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 9);
	char plain[REQUEST_TEXT_MAX];
	uint8_t bytes[HAUNT_PACKET_MAX];
	struct wr w = wr_of(plain, sizeof(plain)), b, t;
	char full[FWKNOP3_TEXT_MAX];

	for (size_t n = 1; n < 49; n++) {
		w.len = 0;
		memset(r.user, 'u', n);
		check_ok(request_text_put(&w, &r));
		if (w.len % CIPHER_BLOCK == 0)
			break;
	}
	assert_int_equal(w.len % CIPHER_BLOCK, 0);
	*whole = seal(key, &r, text);
	memcpy(full, FWKNOP3_PREFIX, FWKNOP3_PREFIX_LEN);
	memcpy(full + FWKNOP3_PREFIX_LEN, text, *whole);
	b = wr_of(bytes, sizeof(bytes));
	check_ok(b64_get(full, FWKNOP3_PREFIX_LEN + *whole, &b));
	t = wr_of(full, sizeof(full));
	b64_put(&t, bytes, b.len - CIPHER_BLOCK);
	memcpy(text + HAUNT_PACKET_MAX, full + FWKNOP3_PREFIX_LEN,
	       t.len - FWKNOP3_PREFIX_LEN);
	return t.len - FWKNOP3_PREFIX_LEN;
}

static void test_missing_padding(void **state)
{
	static char text[2 * HAUNT_PACKET_MAX];
	const char *cut = text + HAUNT_PACKET_MAX;
	uint8_t a[FWKNOP3_ID_LEN], b[FWKNOP3_ID_LEN];

	(void)state;
	for (size_t m = 0; m < MODES; m++) {
		struct haunt_key *key = key_of(modes[m], HAUNT_DIGEST_NONE);
		size_t whole, len = pad_block_cut(key, text, &whole);

		check_ok(open_id(key, text, whole, a));
		if (modes[m] == HAUNT_MODE_LEGACY) {
			check_ok(open_id(key, cut, len, b));
			assert_memory_equal(a, b, sizeof(a));
		} else {
			check_err(open_id(key, cut, len, b), HAUNT_EDIGEST);
		}
		haunt_key_free(key);
	}
}

static void test_id(void **state)
{
	struct haunt_key *key = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256);
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	char text[HAUNT_PACKET_MAX + 1], other[HAUNT_PACKET_MAX + 1];
	uint8_t a[FWKNOP3_ID_LEN], b[FWKNOP3_ID_LEN];
	size_t len = seal(key, &r, text), other_len = seal(key, &r, other);

	(void)state;
	check_ok(open_id(key, text, len, a));
	check_ok(open_id(key, text, len, b));
	assert_memory_equal(a, b, sizeof(a));
	check_ok(open_id(key, other, other_len, b));
	assert_memory_not_equal(a, b, sizeof(a));
	haunt_key_free(key);
}

static void test_seal_refuses(void **state)
{
	struct haunt_key *key = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_SHA256);
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	char packet[HAUNT_PACKET_MAX + 1];
	size_t len = 77, need;

	(void)state;
	check_ok(haunt_seal(key, &r, packet, sizeof(packet), &need));
	for (size_t cap = 0; cap <= need; cap++)
		check_err(haunt_seal(key, &r, packet, cap, &len), HAUNT_EBUSY);
	assert_int_equal(len, 77);
	check_ok(haunt_seal(key, &r, packet, need + 1, &len));
	r.ports_len = 0;
	check_err(haunt_seal(key, &r, packet, sizeof(packet), &len),
		  HAUNT_ELENGTH);
	haunt_key_free(key);
}

/* A time and a version that no client has make it shorter than any packet. */
static void test_seal_too_short(void **state)
{
	struct haunt_key *key = key_of(HAUNT_MODE_CBC, HAUNT_DIGEST_NONE);
	struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 4);
	char packet[HAUNT_PACKET_MAX + 1];
	size_t len;

	(void)state;
	memset(r.allow, 0, sizeof(r.allow));
	r.digest = HAUNT_DIGEST_MD5;
	strcpy(r.user, "u");
	strcpy(r.version, "3");
	r.server_auth[0] = '\0';
	r.time_s = 0;
	r.ports_len = 1;
	r.ports[0].port = 1;
	check_err(haunt_seal(key, &r, packet, sizeof(packet), &len),
		  HAUNT_ELENGTH);
	haunt_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_altered_with_hmac),
		cmocka_unit_test(test_altered_without_hmac),
		cmocka_unit_test(test_lengthened),
		cmocka_unit_test(test_parse_bounds),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_missing_padding),
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_seal_refuses),
		cmocka_unit_test(test_seal_too_short),
	};

	return cmocka_run_group_tests_name("fwknop3", tests, NULL, NULL);
}
