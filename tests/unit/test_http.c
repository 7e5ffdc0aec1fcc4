/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests: fwknop's form, proxies' form, and all that could be read in two
 * ways. */
#include "core/capture/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/capture/text.h"
#include "tests/lib/check.h"

#define FORM  "GET /%s HTTP/1.0\r\nUser-Agent: Fwknop/2.6.10\r\n"
#define FIELD "Host: gw\r\n"

static char text[TEXT_MAX + 2];
static char request[HTTP_HEAD_MAX + 1];
static struct datagram d;
static struct ip_prefix trusted[2];
static const struct http_proxies proxies = { trusted, 2 };

static int setup(void **state)
{
	(void)state;
	check_ok(prefix_parse("192.0.2.0/24", 12, &trusted[0]));
	check_ok(prefix_parse("2001:db8:9::/48", 15, &trusted[1]));
	return 0;
}

/* n characters of a path. */
static const char *text_of(size_t n)
{
	static const char letters[] = "-_AZaz09";

	for (size_t i = 0; i < n; i++)
		text[i] = letters[i % (sizeof(letters) - 1)];
	text[n] = '\0';
	return text;
}

/* In an allocation of its own, so that a read beyond its end is seen. */
static enum haunt_err unwrap_n(const char *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum haunt_err err;

	memcpy(copy, bytes, len);
	memset(&d, 0, sizeof(d));
	err = http_unwrap(copy, len, &proxies, &d);
	free(copy);
	return err;
}

__attribute__((format(printf, 1, 2))) static enum haunt_err unwrap(
	const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(request, sizeof(request), format, ap);
	va_end(ap);
	assert_true(n > 0 && (size_t)n < sizeof(request));
	return unwrap_n(request, (size_t)n);
}

static void assert_text(size_t n)
{
	assert_int_equal(d.len, n);
	assert_int_equal(d.carrier, CARRIER_HTTP);
	for (size_t i = 0; i < n; i++) {
		char c = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];

		assert_int_equal(d.payload[i], c);
	}
}

static void test_forms(void **state)
{
	(void)state;
	check_ok(unwrap(FORM FIELD "\r\n", text_of(140)));
	assert_text(140);
	assert_int_equal(d.forwarding, FORWARDING_NONE);
	check_ok(unwrap("GET /%s HTTP/1.1\r\n\r\n", text_of(1500)));
	assert_text(1500);
	check_ok(unwrap("GET http://gw.example.com:62201/%s HTTP/1.1\r\n\r\n",
			text_of(200)));
	assert_text(200);
	check_ok(unwrap("GET HTTP://[2001:db8::1]/%s HTTP/1.0\r\n\r\nrest",
			text_of(200)));
	assert_text(200);
	/* Within its own payload. */
	memcpy(d.payload, request, strlen(request));
	check_ok(http_unwrap(d.payload, strlen(request), &proxies, &d));
	assert_text(200);
}

static void test_not_forms(void **state)
{
	static const char *const bad[] = {
		"get /%s HTTP/1.1\r\n\r\n",
		"POST /%s HTTP/1.1\r\n\r\n",
		"GET  /%s HTTP/1.1\r\n\r\n",
		"GET %s HTTP/1.1\r\n\r\n",
		"GET //%s HTTP/1.1\r\n\r\n",
		"GET /%s  HTTP/1.1\r\n\r\n",
		"GET /%s HTTP/2.0\r\n\r\n",
		"GET /%s HTTP/1.1 \r\n\r\n",
		"GET /%s HTTP/1.\r\n\r\n",
		"GET /%s\r\n\r\n",
		"GET /x/%s HTTP/1.1\r\n\r\n",
		"GET /%s?a=b HTTP/1.1\r\n\r\n",
		"GET /%s%%2B HTTP/1.1\r\n\r\n",
		"GET /%s+ HTTP/1.1\r\n\r\n",
		"GET /%s. HTTP/1.1\r\n\r\n",
		"GET https://gw/%s HTTP/1.1\r\n\r\n",
		"GET http:///%s HTTP/1.1\r\n\r\n",
		"GET http://u@gw/%s HTTP/1.1\r\n\r\n",
		"GET http://gw%s HTTP/1.1\r\n\r\n",
		"GET /%s HTTP/1.1\n\n",
		"GET /%s HTTP/1.1\r\nHost: gw\n\r\n",
		"GET /%s HTTP/1.1\r\nA: b\rX-Forwarded-For: 1.2.3.4\r\n\r\n",
		"GET /%s HTTP/1.1\r\nA: b\r\n X-Forwarded-For: 1.2.3.4\r\n\r\n",
		"GET /%s HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n",
		"GET /%s HTTP/1.1\r\nX-Forwarded-For : 1.2.3.4\r\n\r\n",
		"GET /%s HTTP/1.1\r\n: b\r\n\r\n",
		"GET /%s HTTP/1.1\r\nno colon\r\n\r\n",
		"GET /%s HTTP/1.1\r\nA: b\x01\r\n\r\n",
		"GET /%s HTTP/1.1\r\nA: b\x7f\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char path[300], *at;

		/* By hand: the forms are no literals. */
		at = strstr(bad[i], "%s");
		snprintf(path, sizeof(path), "%.*s%s%s", (int)(at - bad[i]),
			 bad[i], text_of(140), at + 2);
		check_err(unwrap_n(path, strlen(path)), HAUNT_EFORMAT);
	}
	check_err(unwrap(FORM FIELD "\r\n", text_of(139)), HAUNT_EFORMAT);
	check_err(unwrap(FORM FIELD "\r\n", text_of(1501)), HAUNT_EFORMAT);
	check_err(unwrap_n("GET /\0x HTTP/1.1\r\n\r\n", 21), HAUNT_EFORMAT);
}

/* Cut anywhere, it is not there yet. */
static void test_parts(void **state)
{
	size_t whole;

	(void)state;
	check_ok(unwrap(FORM FIELD "X-Forwarded-For: 203.0.113.7\r\n\r\n",
			text_of(150)));
	whole = strlen(request);
	for (size_t n = 0; n < whole; n++)
		check_err(unwrap_n(request, n), HAUNT_ESHORT);
	for (size_t n = 0; n <= 8; n++)
		assert_true(http_begins((const uint8_t *)request, n));
	assert_false(http_begins((const uint8_t *)"GET x", 5));
	assert_false(http_begins((const uint8_t *)"GX", 2));
}

/* who is NULL: nobody. */
static void forwarded(const char *fields, enum forwarding forwarding,
		      const char *who)
{
	struct ip_addr a = { { 0 } };

	check_ok(unwrap(FORM "%s" FIELD "\r\n", text_of(150), fields));
	assert_int_equal(d.forwarding, forwarding);
	if (who)
		check_ok(addr_parse(who, strlen(who), &a));
	assert_true(addr_equal(&a, &d.forwarded));
}

#define F "X-Forwarded-For:"

static void test_forwarded(void **state)
{
	static const char *const bad[] = {
		F "\r\n",
		F " \r\n",
		F " ,\r\n",
		F " 203.0.113.7,\r\n",
		F " ,203.0.113.7\r\n",
		F " 203.0.113.7 198.51.100.1\r\n",
		F " unknown, 203.0.113.7\r\n",
		F " 203.0.113.7, unknown\r\n",
		F " 203.0.113.7:80\r\n",
		F " [2001:db8::7]\r\n",
		F " \"203.0.113.7\"\r\n",
		F " 203.0.113.007\r\n",
		F " 203.0.113\r\n",
		F " 192.0.2.1\r\n", /* all are proxies */
		F " 192.0.2.1, 192.0.2.2\r\n" F " 2001:db8:9::1\r\n",
		F " 0.0.0.0\r\n",
		F " 203.0.113.7, 0.0.0.0\r\n",
		F " 224.0.0.1\r\n",
		F " ::\r\n",
		F " ff02::1\r\n",
		F " 203.0.113.7\r\n" F "\r\n",
		F " x\r\n" F " 203.0.113.7\r\n",
	};

	(void)state;
	forwarded("", FORWARDING_NONE, NULL);
	forwarded("X-Forwarded-Fo: 203.0.113.7\r\n", FORWARDING_NONE, NULL);
	forwarded("X-Forwarded-For2: 203.0.113.7\r\n", FORWARDING_NONE, NULL);
	forwarded(F " 203.0.113.7\r\n", FORWARDING_NAMED, "203.0.113.7");
	forwarded("x-FORWARDED-for:203.0.113.7 \t\r\n", FORWARDING_NAMED,
		  "203.0.113.7");
	forwarded(F " 2001:db8::7\r\n", FORWARDING_NAMED, "2001:db8::7");
	forwarded(F " 198.51.100.1, 203.0.113.7\r\n", FORWARDING_NAMED,
		  "203.0.113.7");
	forwarded(F " 198.51.100.1 ,\t203.0.113.7, 192.0.2.9\r\n",
		  FORWARDING_NAMED, "203.0.113.7");
	forwarded(F " 203.0.113.7\r\n" F " 198.51.100.2, 192.0.2.9\r\n" F
		    " 2001:db8:9::2\r\n",
		  FORWARDING_NAMED, "198.51.100.2");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		forwarded(bad[i], FORWARDING_BAD, NULL);
}

/* As many as are kept, and one more. */
static void test_long_lists(void **state)
{
	char list[HTTP_FORWARDED_MAX * 16 + 64] = F " 203.0.113.7";

	(void)state;
	for (int i = 1; i < HTTP_FORWARDED_MAX; i++)
		strcat(list, ",198.51.100.9");
	strcat(list, "\r\n");
	forwarded(list, FORWARDING_NAMED, "198.51.100.9");
	list[strlen(list) - 2] = '\0';
	strcat(list, ",198.51.100.9\r\n");
	forwarded(list, FORWARDING_BAD, NULL);
}

static void test_text(void **state)
{
	uint8_t bytes[TEXT_MAX + 1];

	(void)state;
	memset(bytes, 'A', sizeof(bytes));
	assert_false(text_is_packet(bytes, TEXT_MIN - 1));
	assert_true(text_is_packet(bytes, TEXT_MIN));
	assert_true(text_is_packet(bytes, TEXT_MAX));
	assert_false(text_is_packet(bytes, TEXT_MAX + 1));
	for (int c = 0; c < 256; c++) {
		bool base64 = c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "abcdefghijklmnopqrstuvwxyz"
					  "0123456789+/=",
					  c);

		bytes[100] = (uint8_t)c;
		assert_int_equal(text_is_packet(bytes, 200), base64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_not_forms),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
