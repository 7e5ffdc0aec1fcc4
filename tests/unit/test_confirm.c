/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sshd says of a connection, the list from before, and the monitor's
 * news. */
#include "core/gate/confirm.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/news.h"
#include "tests/lib/check.h"

static void test_connection(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"198.51.100.7 51000 198.51.100.1",
		"a b c d",
		"198.51.100.7 51000 198.51.100.1 22 ",
		"198.51.100.7 51000 198.51.100.1 22 x",
		"198.51.100.7 0 198.51.100.1 22",
		"198.51.100.7 65536 198.51.100.1 22",
		"198.51.100.7  51000 198.51.100.1 22",
	};
	struct endpoint a, b;
	char text[ADDR_TEXT_MAX];

	(void)state;
	check_ok(
		connection_parse("198.51.100.7 51000 198.51.100.1 22", &a, &b));
	assert_string_equal(endpoint_format(&a, text), "198.51.100.7:51000");
	assert_string_equal(endpoint_format(&b, text), "198.51.100.1:22");
	check_ok(
		connection_parse("fe80::7%eth0 51000 fe80::1%eth0 22", &a, &b));
	assert_string_equal(endpoint_format(&a, text), "[fe80::7]:51000");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check_err(connection_parse(wrong[i], &a, &b), HAUNT_EFORMAT);
}

static void test_before(void **state)
{
	uint8_t bytes[3 * 18];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct endpoint e = { addr_from_v4("\306\063\144\007"), 51000 };
	struct before b;
	int fd = memfd_create("before", 0);

	(void)state;
	check_ok(before_read(fd, &b));
	assert_false(before_has(&b, &e));
	before_free(&b);
	for (uint16_t i = 0; i < 3; i++) {
		struct endpoint other = { e.addr, (uint16_t)(e.port + i) };

		endpoint_put(&w, &other);
	}
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	check_ok(before_read(fd, &b));
	assert_int_equal(b.len, 3);
	e.port += 2;
	assert_true(before_has(&b, &e));
	e.port++;
	assert_false(before_has(&b, &e));
	before_free(&b);
	assert_int_equal(write(fd, bytes, 1), 1);
	check_err(before_read(fd, &b), HAUNT_EFORMAT);
	close(fd);
}

static void test_news(void **state)
{
	struct news n = { .generation = 7,
			  .reloads = 9,
			  .busy = true,
			  .result = NEWS_REFUSED,
			  .cloak = NEWS_CLOAK_TRIED,
			  .cloak_until_ms = 1234567890123,
			  .takeover_ns = 1700000000123456789,
			  .text = "hauntd.conf:1: no\n" };
	uint8_t bytes[NEWS_MAX + 1];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct news back;
	struct rd r;

	(void)state;
	news_put(&w, &n);
	assert_false(w.failed);
	r = rd_of(bytes, w.len);
	check_ok(news_get(&r, &back));
	assert_memory_equal(&n, &back, sizeof(n));
	for (size_t len = 0; len < w.len; len++) {
		r = rd_of(bytes, len);
		assert_int_not_equal(news_get(&r, &back), HAUNT_OK);
	}
	r = rd_of(bytes, w.len + 1);
	check_err(news_get(&r, &back), HAUNT_EFORMAT);
	bytes[9] = NEWS_RESULT_COUNT;
	r = rd_of(bytes, w.len);
	check_err(news_get(&r, &back), HAUNT_EFORMAT);
	memset(n.text, 'x', sizeof(n.text));
	w = wr_of(bytes, sizeof(bytes));
	news_put(&w, &n);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
