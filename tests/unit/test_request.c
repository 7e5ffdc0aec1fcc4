/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of a request and the digest behind them. */
#include "core/proto/request.h"

#include <stdio.h>

#include "core/proto/b64.h"
#include "core/proto/digest.h"
#include "tests/lib/check.h"
#include "tests/lib/request.h"

#define HEAD "1234567890123456:YWxpY2U:1795178975:3.0.0:"
#define M    "MjAzLjAuMTEzLjEwLHRjcC8yMg" /* 203.0.113.10,tcp/22 */
#define N    "MTkyLjAuMi4xLDIy"		  /* 192.0.2.1,22 */
#define A    "Y3J5cHQsc2VjcmV0"		  /* crypt,secret */

static enum haunt_err get(const char *text, struct haunt_request *out)
{
	return request_get(text, strlen(text), out);
}

static void test_types(void **state)
{
	struct haunt_request r;

	(void)state;
	check_ok(get(HEAD "1:" M, &r));
	assert_string_equal(r.random, "1234567890123456");
	assert_string_equal(r.user, "alice");
	assert_true(r.time_s == 1795178975);
	assert_string_equal(r.version, "3.0.0");
	assert_int_equal(r.digest, HAUNT_DIGEST_NONE);
	assert_int_equal(r.ports[0].port, 22);
	check_ok(get(HEAD "1:" M ":" A, &r));
	assert_string_equal(r.server_auth, "crypt,secret");
	check_ok(get(HEAD "2:" M ":" N, &r));
	assert_string_equal(r.nat_host, "192.0.2.1");
	assert_int_equal(r.nat_port, 22);
	check_ok(get(HEAD "3:" M ":0", &r));
	assert_int_equal(r.lifetime_s, 0);
	check_ok(get(HEAD "3:" M ":" A ":00060", &r));
	assert_int_equal(r.lifetime_s, 60);
	assert_string_equal(r.server_auth, "crypt,secret");
	check_ok(get(HEAD "4:" M ":" N ":65536", &r));
	assert_int_equal(r.lifetime_s, 65536);
	check_ok(get(HEAD "6:" M ":" N ":" A ":1", &r));
	check_ok(get(HEAD "05:" M ":" N ":" A, &r));
	assert_int_equal(r.type, HAUNT_TYPE_LOCAL_NAT);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"",
		HEAD "1",
		HEAD "1:",
		HEAD "7:" M,
		HEAD "-1:" M,
		HEAD "+1:" M,
		HEAD "001:" M,
		HEAD ":" M,
		HEAD "1:" M ":",
		HEAD "1:" M ":" A ":" A,
		HEAD "1:" M ":5", /* five is no base64 */
		HEAD "2:" M,
		HEAD "2:" M ":" N ":" A ":60",
		HEAD "3:" M,
		HEAD "3:" M ":",
		HEAD "3:" M ":x",
		HEAD "3:" M ":65537",
		HEAD "3:" M ":-1",
		HEAD "3:" M "::60",
		HEAD "3:" M ":" A ":" A ":60",
		HEAD "6:" M ":60",
		HEAD "6:" M ":" N,
		HEAD "6:" M ":" N ":" A ":60:60",
		HEAD "1:" M "*",
		"1234567890123456::1795178975:3.0.0:1:" M,
		"1234567890123456:YWxpY2U::3.0.0:1:" M,
		"1234567890123456:YWxpY2U:17951789x5:3.0.0:1:" M,
		"1234567890123456:YWxpY2U: 1795178975:3.0.0:1:" M,
		"1234567890123456:YWxpY2U:1234567890123:3.0.0:1:" M,
		"1234567890123456:YWxpY2U:1795178975::1:" M,
		"1234567890123456:YWxpY2U:1795178975:3.0.0.0.0:1:" M,
		"1234567890123456:YWxpY2U:1795178975:3\t0:1:" M,
		"123456789012345:YWxpY2U:1795178975:3.0.0:1:" M,
		"12345678901234567:YWxpY2U:1795178975:3.0.0:1:" M,
		"123456789012345x:YWxpY2U:1795178975:3.0.0:1:" M,
		"1234567890123456:YTpi:1795178975:3.0.0:1:" M, /* a:b */
		"1234567890123456:YQBi:1795178975:3.0.0:1:" M, /* a NUL b */
		"1234567890123456:YQpi:1795178975:3.0.0:1:" M, /* a LF b */
		"1234567890123456:w6Q:1795178975:3.0.0:1:" M,  /* a umlaut */
	};
	struct haunt_request r = { .user = "untouched" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (get(bad[i], &r) == HAUNT_OK)
			fail_msg("%s is not refused", bad[i]);
		assert_string_equal(r.user, "untouched");
	}
}

static void test_nul_in_plain_field(void **state)
{
	static const char text[] =
		"1234567890123456:YWxpY2U:1795178975:3\0:1:" M;
	struct haunt_request r;

	(void)state;
	check_err(request_get(text, sizeof(text) - 1, &r), HAUNT_EFORMAT);
}

/* A field of len bytes between a head and a tail. */
static enum haunt_err get_sized(const char *head, size_t len, const char *tail)
{
	char text[1024], data[300];
	struct wr w = wr_of(text, sizeof(text));
	struct haunt_request r;

	memset(data, 'u', sizeof(data));
	memcpy(data, "1.2.3.4,", 8);
	if (tail[0])
		memset(data, 'u', 8);
	wr_bytes(&w, head, strlen(head));
	b64_put(&w, data, len);
	wr_bytes(&w, tail, strlen(tail));
	return request_get(text, w.len, &r);
}

static void test_sizes(void **state)
{
	const char *user = "1234567890123456:", *rest = ":1:3.0.0:1:" M;

	(void)state;
	check_ok(get_sized(user, 48, rest));
	check_err(get_sized(user, 49, rest), HAUNT_ELENGTH);
	check_ok(get_sized(HEAD "0:", 191, ""));
	check_err(get_sized(HEAD "0:", 192, ""), HAUNT_ELENGTH);
	check_ok(get_sized(HEAD "3:" M ":", 64, ":60"));
	check_err(get_sized(HEAD "3:" M ":", 65, ":60"), HAUNT_ELENGTH);
}

static void test_round_trip(void **state)
{
	(void)state;
	for (unsigned int seed = 0; seed < 2000; seed++) {
		const struct haunt_request r =
			request_example((enum haunt_type)(seed % 7), seed);
		char text[REQUEST_TEXT_MAX], again[REQUEST_TEXT_MAX];
		struct wr w = wr_of(text, sizeof(text));
		struct wr a = wr_of(again, sizeof(again));
		struct haunt_request back;

		check_ok(request_text_put(&w, &r));
		check_ok(request_text_get(text, w.len, &back));
		request_assert_equal(&back, &r);
		check_ok(request_text_put(&a, &back));
		assert_int_equal(a.len, w.len);
		assert_memory_equal(again, text, w.len);
	}
}

static void test_largest_fits(void **state)
{
	struct haunt_request r = request_example(HAUNT_TYPE_NAT_TIMEOUT, 7);
	char text[REQUEST_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));

	(void)state;
	r.digest = HAUNT_DIGEST_SHA512;
	r.time_s = REQUEST_TIME_MAX;
	r.lifetime_s = 65536;
	strcpy(r.version, "12345678");
	memset(r.user, 'u', sizeof(r.user) - 1);
	memset(r.server_auth, 'a', sizeof(r.server_auth) - 1);
	memset(r.nat_host, 'h', 185);
	r.nat_host[185] = '\0';
	r.nat_port = 65535;
	r.ports_len = 17;
	for (size_t i = 0; i < r.ports_len; i++)
		r.ports[i] = (struct haunt_port){ 17, 10000 };
	check_ok(haunt_request_check(&r, NULL));
	check_ok(request_text_put(&w, &r));
	assert_true(w.len > REQUEST_TEXT_MAX - 20);
}

static void test_digest_guards(void **state)
{
	const struct haunt_request r = request_example(HAUNT_TYPE_ACCESS, 3);
	char text[REQUEST_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct haunt_request back;

	(void)state;
	check_ok(request_text_put(&w, &r));
	for (size_t i = 0; i < w.len * 8; i++) {
		enum haunt_err err;

		text[i / 8] ^= (char)(1 << i % 8);
		err = request_text_get(text, w.len, &back);
		check_err(err, i / 8 > 16	    ? HAUNT_EDIGEST
			       : err == HAUNT_EAUTH ? HAUNT_EAUTH
						    : HAUNT_EDIGEST);
		text[i / 8] ^= (char)(1 << i % 8);
	}
	for (size_t len = 0; len < w.len; len++)
		check_err(request_text_get(text, len, &back),
			  len < 17 ? HAUNT_EAUTH : HAUNT_EDIGEST);
	check_ok(request_text_get(text, w.len, &back));
}

static void test_complete(void **state)
{
	struct haunt_request a = { .user = "a" }, b = { .user = "b" };

	(void)state;
	check_ok(request_complete(&a));
	check_ok(request_complete(&b));
	assert_string_not_equal(a.random, b.random);
	assert_string_equal(a.version, "3.0.0");
	assert_int_equal(a.digest, HAUNT_DIGEST_SHA256);
	strcpy(b.random, "0000000000000001");
	strcpy(b.version, "2.0");
	b.digest = HAUNT_DIGEST_MD5;
	check_ok(request_complete(&b));
	assert_string_equal(b.random, "0000000000000001");
	assert_string_equal(b.version, "2.0");
	assert_int_equal(b.digest, HAUNT_DIGEST_MD5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nul_in_plain_field),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_largest_fits),
		cmocka_unit_test(test_digest_guards),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
