/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The envelope around an OpenPGP message: what is put back in front, what the
 * HMAC is over, and which texts are no packets. */
#include "core/proto/pgp_text.h"

#include <string.h>

#include "core/proto/b64.h"
#include "core/proto/key.h"
#include "tests/lib/check.h"
#include "tests/lib/vectors.h"

#define VECTORS 9

static struct vector all[VECTORS];
static struct pgp_packet packet;

static int load(void **state)
{
	FILE *f = vectors_open_pgp();
	struct vector v;

	(void)state;
	for (size_t i = 0; i < VECTORS; i++)
		assert_true(vectors_next(f, &all[i]));
	assert_false(vectors_next(f, &v));
	fclose(f);
	return 0;
}

static struct haunt_key *mac_of(const struct vector *v)
{
	struct haunt_key *mac;

	check_ok(key_mac_new(v->hmac_len ? v->hmac : NULL, v->hmac_len,
			     v->hmac_type, &mac));
	return mac;
}

static enum haunt_err parse(const char *text)
{
	return pgp_parse(text, strlen(text), &packet);
}

static void test_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		const char *want = all[i].prefix[0] ? all[i].prefix : "hQ";

		check_ok(parse(all[i].packet));
		assert_memory_equal(packet.text, want, PGP_PREFIX_LEN);
		assert_memory_equal(all[i].packet, packet.text + PGP_PREFIX_LEN,
				    strlen(all[i].packet));
	}
}

/* What comes out goes in again, to the last character. */
static void test_round(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct haunt_key *mac = mac_of(&all[i]);
		uint8_t message[PGP_MESSAGE_MAX];
		char text[HAUNT_PACKET_MAX];
		struct wr m = wr_of(message, sizeof(message));
		struct wr w = wr_of(text, sizeof(text));

		check_ok(parse(all[i].packet));
		check_ok(pgp_verify(mac, &packet));
		check_ok(pgp_message(&packet, &m));
		check_ok(pgp_text_put(mac, message, m.len, &w));
		assert_int_equal(w.len, strlen(all[i].packet));
		assert_memory_equal(text, all[i].packet, w.len);
		haunt_key_free(mac);
	}
}

static void test_hmac(void **state)
{
	struct haunt_key *mac = mac_of(&all[0]), *none = mac_of(&all[1]),
			 *other;
	char text[HAUNT_PACKET_MAX + 1];
	const size_t len = strlen(all[0].packet);
	unsigned int refused = 0;

	(void)state;
	/* The first characters are checked by pgp_parse(). */
	for (size_t i = 200; i < len; i++) {
		strcpy(text, all[0].packet);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		/* One of them tells where the second part begins. */
		if (parse(text) != HAUNT_OK && !refused++)
			continue;
		check_err(pgp_verify(mac, &packet), HAUNT_EAUTH);
		assert_int_equal(packet.text_len, 0);
	}
	check_ok(parse(all[1].packet));
	check_err(pgp_verify(mac, &packet), HAUNT_EAUTH);
	check_ok(pgp_verify(none, &packet));
	check_ok(key_mac_new("another", 7, HAUNT_DIGEST_SHA256, &other));
	check_ok(parse(all[0].packet));
	check_err(pgp_verify(other, &packet), HAUNT_EAUTH);
	haunt_key_free(mac);
	haunt_key_free(none);
	haunt_key_free(other);
}

static void test_refused(void **state)
{
	char text[HAUNT_PACKET_MAX + 8];
	struct haunt_key *none = mac_of(&all[1]);
	uint8_t message[PGP_MESSAGE_MAX];
	struct wr m = wr_of(message, sizeof(message));
	const size_t len = strlen(all[1].packet);

	(void)state;
	strcpy(text, all[1].packet);
	strcat(text, "=");
	check_err(parse(text), HAUNT_EFORMAT);
	/* With what is never sent. */
	strcpy(text, "hQ");
	strcat(text, all[1].packet);
	check_err(parse(text), HAUNT_EFORMAT);
	/* Another length, version, algorithm in the first part. */
	for (size_t i = 0; i < 4; i++) {
		strcpy(text, all[1].packet);
		text[i] = text[i] == 'Z' ? 'Y' : 'Z';
		check_err(parse(text), HAUNT_EFORMAT);
	}
	/* Bits in the last character that belong to no byte. */
	strcpy(text, all[1].packet);
	assert_int_not_equal((len + PGP_PREFIX_LEN) % 4, 0);
	text[len - 1]++;
	check_ok(parse(text));
	check_ok(pgp_verify(none, &packet));
	check_err(pgp_message(&packet, &m), HAUNT_EFORMAT);
	/* Cut inside the first part, too short, too long. */
	strcpy(text, all[1].packet);
	text[300] = '\0';
	check_err(parse(text), HAUNT_EFORMAT);
	text[HAUNT_PACKET_MIN - 1] = '\0';
	check_err(parse(text), HAUNT_ELENGTH);
	memset(text, 'A', HAUNT_PACKET_MAX + 1);
	check_err(pgp_parse(text, HAUNT_PACKET_MAX + 1, &packet),
		  HAUNT_ELENGTH);
	haunt_key_free(none);
}

static void test_put_refuses(void **state)
{
	struct haunt_key *none = mac_of(&all[1]);
	uint8_t message[PGP_MESSAGE_MAX + 8] = { 0x85, 0x01, 0x0c };
	char text[HAUNT_PACKET_MAX];
	struct wr w = wr_of(text, sizeof(text)), small = wr_of(text, 100);
	struct wr m = wr_of(message, sizeof(message));

	(void)state;
	check_err(pgp_text_put(none, "", 0, &w), HAUNT_EUNSUPPORTED);
	check_err(pgp_text_put(none, message, 400, &w), HAUNT_EUNSUPPORTED);
	check_err(pgp_text_put(none, message, sizeof(message), &w),
		  HAUNT_ELENGTH);
	check_ok(parse(all[1].packet));
	check_ok(pgp_verify(none, &packet));
	check_ok(pgp_message(&packet, &m));
	check_err(pgp_text_put(none, message, m.len, &small), HAUNT_EBUSY);
	haunt_key_free(none);
}

static void test_fingerprint(void **state)
{
	static const char *const bad[] = {
		"",
		"DEADBEEF",
		"0xDEADBEEFDEADBEEF",
		"4FD75A8DCAFAB1E2BCF698A86EDD028739B10F3",
		"4FD75A8DCAFAB1E2BCF698A86EDD028739B10F300",
		"4FD75A8DCAFAB1E2BCF698A86EDD028739B10F3G",
		"alice@example.net",
	};
	char out[HAUNT_FINGERPRINT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(haunt_fingerprint_parse(bad[i], out),
				     HAUNT_OK);
	check_ok(haunt_fingerprint_parse("0x4fd7 5a8d CAFA B1E2 BCF6  98A8 "
					 "6EDD 0287 39B1 0F30",
					 out));
	assert_string_equal(out, "4FD75A8DCAFAB1E2BCF698A86EDD028739B10F30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_put_refuses),
		cmocka_unit_test(test_fingerprint),
	};

	return cmocka_run_group_tests_name("pgp_text", tests, load, NULL);
}
