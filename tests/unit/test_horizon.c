/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small durable file: what is written is read, anything else is not. */
#include "core/gate/horizon.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/check.h"

static char path[64];
static int dir;

static int setup(void **state)
{
	(void)state;
	strcpy(path, "/tmp/haunt-horizon-XXXXXX");
	assert_non_null(mkdtemp(path));
	dir = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(dir >= 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlinkat(dir, HORIZON_FILE, 0);
	close(dir);
	assert_int_equal(rmdir(path), 0);
	return 0;
}

static void file_write(const char *text, size_t len)
{
	int fd = openat(dir, HORIZON_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void test_round_trip(void **state)
{
	static const int64_t times[] = { 0, 1, 1800000000, INT64_MAX };
	struct horizon out;

	(void)state;
	check_err(horizon_read(dir, &out), HAUNT_ENOENT);
	for (size_t i = 0; i < 4; i++) {
		struct horizon in = { .time_s = times[i],
				      .boot = "boot",
				      .clean = i % 2 };

		check_ok(horizon_write(dir, &in));
		check_ok(horizon_read(dir, &out));
		assert_int_equal(out.time_s, in.time_s);
		assert_string_equal(out.boot, in.boot);
		assert_int_equal(out.clean, in.clean);
	}
}

static void test_nothing_else_is_read(void **state)
{
	static const char good[] =
		"haunt horizon 1\ntime 17\nboot b\nclean 1\n";
	static const char *const bad[] = {
		"",
		"haunt horizon 2\ntime 17\nboot b\nclean 1\n",
		"haunt horizon 1\ntime -17\nboot b\nclean 1\n",
		"haunt horizon 1\ntime 017\nboot b\nclean 1\n",
		"haunt horizon 1\ntime 17\nboot b\nclean 2\n",
		"haunt horizon 1\ntime 17\nboot \nclean 1\n",
		"haunt horizon 1\ntime 17\nboot b\nclean 1\nmore\n",
		"haunt horizon 1\n\ntime 17\nboot b\nclean 1\n",
	};
	struct horizon out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		file_write(bad[i], strlen(bad[i]));
		check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
	}
	for (size_t len = 0; len < sizeof(good) - 1; len++) {
		file_write(good, len);
		check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
	}
	file_write(good, sizeof(good) - 1);
	check_ok(horizon_read(dir, &out));
	assert_int_equal(out.time_s, 17);
}

static void test_too_long(void **state)
{
	char text[4096];
	struct horizon out;

	(void)state;
	memset(text, '1', sizeof(text));
	file_write(text, sizeof(text));
	check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
}

static void test_boot(void **state)
{
	char a[HORIZON_BOOT_MAX], b[HORIZON_BOOT_MAX];
	char file[80];

	(void)state;
	check_ok(horizon_boot(NULL, a));
	check_ok(horizon_boot(NULL, b));
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), 36);
	check_err(horizon_boot("/nowhere/at/all", a), HAUNT_ESYS);
	snprintf(file, sizeof(file), "%s/%s", path, HORIZON_FILE);
	file_write("two words\n", 10);
	check_err(horizon_boot(file, a), HAUNT_EFORMAT);
	file_write("\n", 1);
	check_err(horizon_boot(file, a), HAUNT_EFORMAT);
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_round_trip),
		each(test_nothing_else_is_read),
		each(test_too_long),
		each(test_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
