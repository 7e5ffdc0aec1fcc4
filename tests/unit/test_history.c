/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked for, as a file: what is kept, for how long, for whom to see,
 * and that several at once lose nothing. */
#include "client/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/check.h"

#define WRITERS 6
#define EACH	8

static char *folder;
static char path[256];

static int begin(void **state)
{
	static char template[64];

	(void)state;
	strcpy(template, "/tmp/haunt-history.XXXXXX");
	folder = mkdtemp(template);
	snprintf(path, sizeof(path), "%s/a/b/haunt/last", folder);
	return folder ? 0 : -1;
}

static int end(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static enum haunt_err add(const char *service, int64_t time)
{
	const char *const words[] = { "home", service, NULL };
	const struct history_note note = {
		.time_s = time,
		.gateway = "home",
		.service = service,
		.address = "203.0.113.1",
		.doors = "tcp/22,udp/53",
		.lifetime_s = 30,
		.words = words,
	};

	return history_add(path, &note);
}

static const char *service_at(const json_t *all, size_t i)
{
	return json_string_value(
		json_object_get(json_array_get(all, i), "service"));
}

static void write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_not_equal(fputs(text, f), EOF);
	assert_int_equal(fclose(f), 0);
}

static void test_kept(void **state)
{
	json_t *all = NULL;
	const json_t *first;
	struct stat st;

	(void)state;
	check_err(history_read(path, &all), HAUNT_ENOENT);
	check_ok(add("ssh", 1000));
	check_ok(add("web", 2000));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	path[strlen(path)] = '/';
	check_ok(history_read(path, &all));
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(service_at(all, 0), "web");
	first = json_array_get(all, 1);
	assert_int_equal(json_integer_value(json_object_get(first, "time")),
			 1000);
	assert_int_equal(json_integer_value(json_object_get(first, "lifetime")),
			 30);
	assert_string_equal(json_string_value(json_object_get(first, "ports")),
			    "tcp/22,udp/53");
	assert_int_equal(json_array_size(json_object_get(first, "words")), 2);
	json_decref(all);
	/* The same words again: one entry, and the newest. */
	check_ok(add("ssh", 3000));
	check_ok(history_read(path, &all));
	assert_int_equal(json_array_size(all), 2);
	assert_string_equal(service_at(all, 0), "ssh");
	json_decref(all);
}

static void test_bounded(void **state)
{
	char name[1100];
	json_t *all = NULL;
	struct stat st;

	(void)state;
	for (int i = 0; i < HISTORY_ENTRIES_MAX + 5; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		check_ok(add(name, i));
	}
	check_ok(history_read(path, &all));
	assert_int_equal(json_array_size(all), HISTORY_ENTRIES_MAX);
	assert_string_equal(service_at(all, 0), "s68");
	assert_string_equal(service_at(all, HISTORY_ENTRIES_MAX - 1), "s5");
	json_decref(all);
	memset(name, 'x', sizeof(name));
	name[HISTORY_TEXT_MAX + 1] = '\0';
	check_err(add(name, 1), HAUNT_ELENGTH);
	check_err(add("a\033[31mb", 1), HAUNT_ELENGTH);
	check_err(add("\xff", 1), HAUNT_ELENGTH);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size < HISTORY_BYTES_MAX);
}

/* What cannot be understood is begun anew by who writes, told by who reads. */
static void test_broken(void **state)
{
	json_t *all = NULL;

	(void)state;
	check_ok(add("ssh", 1));
	write_text("[{\"time\": 1}");
	check_err(history_read(path, &all), HAUNT_EFORMAT);
	check_ok(add("ssh", 2));
	check_ok(history_read(path, &all));
	assert_int_equal(json_array_size(all), 1);
	json_decref(all);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	check_err(history_read(path, &all), HAUNT_EFORMAT);
	check_err(add("ssh", 3), HAUNT_ESYS);
	assert_int_equal(rmdir(path), 0);
}

#define ENTRY(time, service, words)                                    \
	"[{\"time\":" time ",\"gateway\":\"g\",\"service\":" service   \
	",\"address\":\"1.2.3.4\",\"ports\":\"tcp/1\",\"lifetime\":0," \
	"\"words\":" words "}]"

static void test_parse(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[1]",
		"[] x",
		"[{}]",
		ENTRY("-1", "\"s\"", "[\"g\"]"),
		ENTRY("1.5", "\"s\"", "[\"g\"]"),
		ENTRY("1", "1", "[\"g\"]"),
		ENTRY("1", "\"\\u001b\"", "[\"g\"]"),
		ENTRY("1", "\"s\"", "[]"),
		ENTRY("1", "\"s\"", "[1]"),
		ENTRY("1", "\"s\"", "[\"a\\u0000b\"]"),
		ENTRY("1", "\"s\"", "\"g\""),
		ENTRY("1", "\"s\",\"time\":1", "[\"g\"]"),
	};
	const char *good = ENTRY("1", "\"\"", "[\"a\\nb\"]");
	json_t *all = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_err(history_parse(bad[i], strlen(bad[i]), &all),
			  HAUNT_EFORMAT);
	check_ok(history_parse(good, strlen(good), &all));
	json_decref(all);
}

static void test_several(void **state)
{
	json_t *all = NULL;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		if (fork())
			continue;
		for (int j = 0; j < EACH; j++) {
			char name[16];

			snprintf(name, sizeof(name), "s%d-%d", i, j);
			if (add(name, j))
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < WRITERS; i++) {
		int how = 1;

		assert_true(wait(&how) > 0);
		assert_int_equal(how, 0);
	}
	check_ok(history_read(path, &all));
	assert_int_equal(json_array_size(all), WRITERS * EACH);
	json_decref(all);
}

static void test_path(void **state)
{
	char *found;

	(void)state;
	setenv("XDG_STATE_HOME", "/state", 1);
	found = history_path();
	assert_string_equal(found, "/state/haunt/last");
	free(found);
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/home/alice", 1);
	found = history_path();
	assert_string_equal(found, "/home/alice/.local/state/haunt/last");
	free(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_bounded, begin, end),
		cmocka_unit_test_setup_teardown(test_broken, begin, end),
		cmocka_unit_test(test_parse),
		cmocka_unit_test_setup_teardown(test_several, begin, end),
		cmocka_unit_test(test_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
