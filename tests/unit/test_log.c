/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log: shape of a line, nothing from outside can forge one, limits. */
#include "core/base/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/lib/check.h"

static char captured[4096];

/* Runs fn with stderr going to a file, then reads the file. */
static void capture(void (*fn)(void))
{
	int file = memfd_create("stderr", 0), saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_true(file >= 0 && saved >= 0);
	fflush(stderr);
	dup2(file, STDERR_FILENO);
	fn();
	dup2(saved, STDERR_FILENO);
	n = pread(file, captured, sizeof(captured) - 1, 0);
	assert_true(n >= 0);
	captured[n] = '\0';
	close(file);
	close(saved);
}

static void line_plain(void)
{
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_INFO, "admit", "client=%s result=%s", "alice",
		  "granted");
	log_event(LOG_LEVEL_WARNING, "idle", "%s", "");
	log_event(LOG_LEVEL_DEBUG, "hidden", "x=1");
}

static void test_shape(void **state)
{
	(void)state;
	capture(line_plain);
	assert_string_equal(captured,
			    "hauntd[gate]: admit client=alice result=granted\n"
			    "hauntd[gate]: warning idle \n");
}

static void line_long(void)
{
	char text[3000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_event(LOG_LEVEL_INFO, "long", "text=%s", text);
}

static void test_long_line_is_cut(void **state)
{
	size_t len;

	(void)state;
	capture(line_long);
	len = strlen(captured);
	assert_true(len <= 1001);
	assert_string_equal(captured + len - 4, "…\n");
}

static void line_forged(void)
{
	log_event(LOG_LEVEL_INFO, "user", "name=%s", "a\nhauntd[gate]: admit");
}

static void test_no_second_line(void **state)
{
	(void)state;
	capture(line_forged);
	assert_string_equal(captured,
			    "hauntd[gate]: user name=a?hauntd[gate]: admit\n");
}

static void test_text(void **state)
{
	char buf[32], tight[6];

	(void)state;
	assert_string_equal(log_text("al-ice_1", 8, buf, sizeof(buf)),
			    "al-ice_1");
	assert_string_equal(log_text("a b=\"\n\\", 7, buf, sizeof(buf)),
			    "a\\x20b\\x3d\\x22\\x0a\\x5c");
	assert_string_equal(log_text("ab\xff", 3, tight, sizeof(tight)), "ab");
	assert_string_equal(log_text("", 0, tight, sizeof(tight)), "");
}

static void test_limit(void **state)
{
	struct log_limit l = { .interval_ms = 1000, .burst = 2 };

	(void)state;
	assert_true(log_limit_pass(&l, 5000));
	assert_true(log_limit_pass(&l, 5001));
	assert_false(log_limit_pass(&l, 5002));
	assert_false(log_limit_pass(&l, 5999));
	assert_true(log_limit_pass(&l, 6000));
	assert_true(log_limit_pass(&l, 6999));
	assert_false(log_limit_pass(&l, 6999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_long_line_is_cut),
		cmocka_unit_test(test_no_second_line),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
