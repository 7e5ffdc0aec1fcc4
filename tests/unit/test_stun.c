/* SPDX-License-Identifier: GPL-2.0-or-later */
/* STUN: the question, the vectors of RFC 5769, and everything that must not
 * pass for an answer. */
#include "client/stun.h"

#include <string.h>

#include "tests/lib/check.h"

static const struct stun_id rfc_id = { { 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
					 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae } };

/* RFC 5769, 2.2. */
static const uint8_t rfc_v4[] =
	"\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86"
	"\xfa\x87\xdf\xae\x80\x22\x00\x0b\x74\x65\x73\x74\x20\x76\x65\x63"
	"\x74\x6f\x72\x20\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"
	"\x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9"
	"\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7\x80\x28\x00\x04\xc0\x7d\x4c\x96";

/* RFC 5769, 2.3, as far as it is about the address. */
static const uint8_t rfc_v6[] =
	"\x01\x01\x00\x18\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86"
	"\xfa\x87\xdf\xae\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa"
	"\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9";

static void check_end(const struct stun_answer *a, const char *expected)
{
	char text[ADDR_TEXT_MAX];

	assert_int_equal(a->error, 0);
	assert_string_equal(endpoint_format(&a->mapped, text), expected);
}

static enum haunt_err get(const void *data, size_t len, struct stun_answer *out)
{
	struct rd r = rd_of(data, len);

	return stun_answer_get(&r, &rfc_id, out);
}

static void test_request(void **state)
{
	uint8_t buf[STUN_REQUEST_LEN + 1];
	struct wr w = wr_of(buf, sizeof(buf));

	(void)state;
	stun_request_put(&w, &rfc_id);
	assert_int_equal(w.len, STUN_REQUEST_LEN);
	assert_memory_equal(buf, "\0\1\0\0\x21\x12\xa4\x42", 8);
	assert_memory_equal(buf + 8, rfc_id.b, 12);
}

static void test_vectors(void **state)
{
	struct stun_answer a;

	(void)state;
	check_ok(get(rfc_v4, sizeof(rfc_v4) - 1, &a));
	check_end(&a, "192.0.2.1:32853");
	check_ok(get(rfc_v6, sizeof(rfc_v6) - 1, &a));
	check_end(&a, "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

/* An answer out of attributes: type, length, value. */
static size_t make(uint8_t *buf, uint16_t type, const char *body, size_t len)
{
	struct wr w = wr_of(buf, 256);

	wr_u16(&w, type);
	wr_u16(&w, (uint16_t)len);
	wr_u32(&w, 0x2112a442);
	wr_bytes(&w, rfc_id.b, 12);
	wr_bytes(&w, body, len);
	assert_false(w.failed);
	return w.len;
}

#define MAPPED	"\0\1\0\x08\0\1\x12\x34\xcb\0\x71\x09" /* 203.0.113.9:4660 */
#define XORED	"\0\x20\0\x08\0\1\xa1\x47\xe1\x12\xa6\x43"
#define OLD	"\0\4\0\x08\0\1\x12\x34\xcb\0\x71\x01" /* SOURCE-ADDRESS */
#define UNKNOWN "\0\x7f\0\4abcd"
#define PADDED	"\x80\x99\0\1x\0\0\0"
#define ERROR	"\0\x09\0\4\0\0\4\x14" /* 420 */

struct attempt {
	uint16_t type;
	const char *body;
	size_t len;
	const char *expected; /* NULL: no answer */
};
#define ATTEMPT(type, body, expected)                  \
	{                                              \
		type, body, sizeof(body) - 1, expected \
	}

static void test_attributes(void **state)
{
	static const struct attempt attempts[] = {
		ATTEMPT(0x101, MAPPED, "203.0.113.9:4660"),
		ATTEMPT(0x101, MAPPED XORED, "192.0.2.1:32853"),
		ATTEMPT(0x101, XORED MAPPED, "192.0.2.1:32853"),
		ATTEMPT(0x101, OLD MAPPED, "203.0.113.9:4660"),
		ATTEMPT(0x101, PADDED MAPPED, "203.0.113.9:4660"),
		/* the first of its kind */
		ATTEMPT(0x101, MAPPED "\0\1\0\x08\0\1\0\1\1\2\3\4",
			"203.0.113.9:4660"),
		ATTEMPT(0x101, "", NULL),
		ATTEMPT(0x101, OLD, NULL),
		ATTEMPT(0x101, UNKNOWN MAPPED, NULL),
		ATTEMPT(0x101, ERROR MAPPED, NULL),
		ATTEMPT(0x111, MAPPED, NULL),
		ATTEMPT(0x111, "\0\x09\0\4\0\0\2\x14", NULL),
		ATTEMPT(0x111, "\0\x09\0\4\0\0\4\x64", NULL),
		ATTEMPT(0x001, MAPPED, NULL),
		ATTEMPT(0x011, MAPPED, NULL),
		/* families and lengths */
		ATTEMPT(0x101, "\0\1\0\x08\0\3\x12\x34\xcb\0\x71\x09", NULL),
		ATTEMPT(0x101, "\0\1\0\x08\0\2\x12\x34\xcb\0\x71\x09", NULL),
		ATTEMPT(0x101, "\0\1\0\4\0\1\x12\x34", NULL),
		ATTEMPT(0x101, "\0\1\0\x0c\0\1\x12\x34\xcb\0\x71\x09zzzz",
			NULL),
		ATTEMPT(0x101, "\0\1\0\x0c\0\1\x12\x34\xcb\0\x71\x09", NULL),
		ATTEMPT(0x101, MAPPED "\x80\x99\0\0\0\0", NULL),
		/* ::ffff:192.0.2.1 as IPv6 */
		ATTEMPT(0x101,
			"\0\1\0\x14\0\2\x12\x34\0\0\0\0\0\0\0\0\0\0\xff\xff"
			"\xc0\0\2\1",
			NULL),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		const struct attempt *t = &attempts[i];
		struct stun_answer a;
		uint8_t buf[256];
		size_t len = make(buf, t->type, t->body, t->len);
		enum haunt_err err = get(buf, len, &a);

		assert_int_equal(err != HAUNT_OK, t->expected == NULL);
		if (t->expected)
			check_end(&a, t->expected);
	}
}

static void test_error(void **state)
{
	struct stun_answer a;
	uint8_t buf[256];
	size_t len = make(buf, 0x111, ERROR UNKNOWN, sizeof(ERROR) - 1);

	(void)state;
	check_ok(get(buf, len, &a));
	assert_int_equal(a.error, 420);
}

/* Any bit of the head that is another, and any byte that is missing. */
static void test_not_ours(void **state)
{
	struct stun_answer a;
	uint8_t buf[sizeof(rfc_v4) + 4];
	const size_t len = sizeof(rfc_v4) - 1;

	(void)state;
	for (size_t bit = 0; bit < 20 * 8; bit++) {
		memcpy(buf, rfc_v4, len);
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(get(buf, len, &a), HAUNT_OK);
	}
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(get(rfc_v4, cut, &a), HAUNT_OK);
	memset(buf, 0, sizeof(buf));
	memcpy(buf, rfc_v4, len);
	assert_int_not_equal(get(buf, len + 4, &a), HAUNT_OK);
}

static void test_many_attributes(void **state)
{
	uint8_t buf[256];
	char body[4 * (STUN_ATTRIBUTES_MAX + 1)];
	struct stun_answer a;

	(void)state;
	for (size_t i = 0; i < sizeof(body); i += 4)
		memcpy(body + i, "\x80\x99\0\0", 4);
	memcpy(body, MAPPED, 12);
	check_ok(get(buf, make(buf, 0x101, body, 4 * (STUN_ATTRIBUTES_MAX)),
		     &a));
	memcpy(body, "\x80\x99\0\0\x80\x99\0\0\x80\x99\0\0", 12);
	check_err(get(buf, make(buf, 0x101, body, sizeof(body)), &a),
		  HAUNT_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_many_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
