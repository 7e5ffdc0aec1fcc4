/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets in files: new ones, longer ones, and what is no file. */
#include "client/save.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/check.h"

static void check_file(const char *path, const char *expected)
{
	char buf[64] = "";
	struct stat st;
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
	assert_string_equal(buf, expected);
	fclose(f);
}

static void test_save(void **state)
{
	(void)state;
	umask(0);
	check_ok(packet_save("new", false, "one", 3));
	check_file("new", "one\n");
	check_err(packet_save("new", false, "two", 3), HAUNT_EEXIST);
	check_file("new", "one\n");
	check_ok(packet_save("new", true, "two", 3));
	check_file("new", "one\ntwo\n");
	check_ok(packet_save("other", true, "three", 5));
	check_file("other", "three\n");
}

static void test_no_file(void **state)
{
	(void)state;
	check_err(packet_save("none/file", false, "x", 1), HAUNT_ESYS);
	assert_int_equal(errno, ENOENT);
	check_err(packet_save(".", true, "x", 1), HAUNT_ESYS);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	check_err(packet_save("fifo", true, "x", 1), HAUNT_ESYS);
	assert_int_equal(errno, ENXIO);
	check_err(packet_save("/dev/null", true, "x", 1), HAUNT_EFORMAT);
	/* A link to nowhere is no new file. */
	assert_int_equal(symlink("nowhere", "link"), 0);
	check_err(packet_save("link", false, "x", 1), HAUNT_EEXIST);
}

/* Nothing half done: what has no room leaves nothing behind. */
static void test_no_room(void **state)
{
	struct rlimit before, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 3;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	check_err(packet_save("full", false, "packet", 6), HAUNT_ESYS);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(access("full", F_OK), -1);
	assert_int_equal(errno, ENOENT);
	check_ok(packet_save("full", false, "packet", 6));
	check_file("full", "packet\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_save),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_no_room),
	};
	char dir[] = "/tmp/test_save.XXXXXX", command[64];
	int failed;

	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) ? 1 : failed;
}
