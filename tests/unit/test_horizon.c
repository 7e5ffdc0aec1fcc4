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
	struct horizon in = { .boot = "boot" };
	struct horizon out;

	(void)state;
	check_err(horizon_read(dir, &out), HAUNT_ENOENT);
	for (size_t i = 0; i < 4; i++) {
		in.time_s = times[i];
		in.clean = i % 2;
		check_ok(horizon_write(dir, &in));
		assert_int_equal(in.turn, i + 1);
		check_ok(horizon_read(dir, &out));
		assert_int_equal(out.time_s, in.time_s);
		assert_string_equal(out.boot, in.boot);
		assert_int_equal(out.clean, in.clean);
		assert_int_equal(out.turn, in.turn);
	}
}

/* The file as bytes. */
static size_t file_load(char out[2048])
{
	int fd = openat(dir, HORIZON_FILE, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, out, 2048);
	close(fd);
	assert_int_equal(n, 1024);
	return (size_t)n;
}

/* Each place can be lost, in part or whole, and the other counts. */
static void test_torn_writes(void **state)
{
	struct horizon h = { .time_s = 100, .boot = "b" };
	char file[2048], bad[2048];
	size_t len;

	(void)state;
	check_ok(horizon_write(dir, &h));
	h.time_s = 200;
	check_ok(horizon_write(dir, &h));
	len = file_load(file);
	for (size_t place = 0; place < len; place += 512) {
		for (size_t i = 0; i < 120; i++) {
			struct horizon out;

			memcpy(bad, file, len);
			bad[place + i] ^= 1;
			file_write(bad, len);
			check_ok(horizon_read(dir, &out));
			assert_true(out.time_s == 100 || out.time_s == 200);
			if (bad[place + i] != file[place + i] &&
			    file[place + i])
				assert_int_equal(out.time_s, place ? 200 : 100);
		}
	}
}

static void test_nothing_else_is_read(void **state)
{
	struct horizon h = { .time_s = 17, .boot = "b" };
	struct horizon out;
	char file[2048];
	size_t len;

	(void)state;
	check_ok(horizon_write(dir, &h));
	len = file_load(file);
	for (size_t cut = 0; cut < len; cut += 7) {
		file_write(file, cut);
		check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
	}
	/* Both places damaged. */
	file[20] ^= 1;
	file[512 + 40] ^= 1;
	file_write(file, len);
	check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
	file[20] ^= 1;
	file_write(file, len);
	check_ok(horizon_read(dir, &out));
	assert_int_equal(out.time_s, 17);
	/* A date before all dates, though its sum is right. */
	h = (struct horizon){ .time_s = -1, .boot = "b" };
	check_ok(horizon_write(dir, &h));
	check_err(horizon_read(dir, &out), HAUNT_EFORMAT);
}

static void test_removed_meanwhile(void **state)
{
	struct horizon h = { .time_s = 100, .boot = "b" };
	struct horizon out;

	(void)state;
	check_ok(horizon_write(dir, &h));
	assert_int_equal(unlinkat(dir, HORIZON_FILE, 0), 0);
	h.time_s = 200;
	check_ok(horizon_write(dir, &h));
	check_ok(horizon_read(dir, &out));
	assert_int_equal(out.time_s, 200);
	assert_int_equal(out.turn, 2);
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
		each(test_torn_writes),
		each(test_nothing_else_is_read),
		each(test_removed_meanwhile),
		each(test_too_long),
		each(test_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
