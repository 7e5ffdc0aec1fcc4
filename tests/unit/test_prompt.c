/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prompt, on a terminal of its own: what is typed arrives, and is never
 * shown. */
#include "client/prompt.h"

#include <errno.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/check.h"

#define QUESTION "key: "

struct answer {
	enum haunt_err err;
	size_t len;
	char text[64];
};

/* Asks in the child, whose terminal is the new one. */
static void ask(int to, size_t max)
{
	struct answer a = { .err = HAUNT_OK };
	struct secret *s = NULL;

	a.err = prompt_secret(QUESTION, max, &s);
	if (!a.err) {
		a.len = secret_len(s);
		memcpy(a.text, secret_bytes(s), a.len);
	}
	secret_free(s);
	_exit(write(to, &a, sizeof(a)) != (ssize_t)sizeof(a));
}

/* Everything up to the end of the question: only then may one type. */
static void await_question(int tty, char *seen, size_t cap)
{
	size_t len = 0;

	while (!strstr(seen, QUESTION)) {
		ssize_t n = read(tty, seen + len, cap - 1 - len);

		assert_true(n > 0);
		len += (size_t)n;
		seen[len] = '\0';
	}
}

static struct answer type(const char *keys, size_t max, char *seen, size_t cap)
{
	struct answer a;
	int results[2], tty = -1, status = -1;
	size_t len;
	ssize_t n;
	pid_t pid;

	memset(seen, 0, cap);
	assert_int_equal(pipe(results), 0);
	pid = forkpty(&tty, NULL, NULL, NULL);
	assert_true(pid >= 0);
	if (!pid)
		ask(results[1], max);
	close(results[1]);
	await_question(tty, seen, cap);
	assert_int_equal(write(tty, keys, strlen(keys)), strlen(keys));
	assert_int_equal(read(results[0], &a, sizeof(a)), sizeof(a));
	/* The rest of what was shown, until the terminal is gone. */
	len = strlen(seen);
	while (len < cap - 1 && (n = read(tty, seen + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(tty);
	close(results[0]);
	return a;
}

static void check_typed(const char *keys, const char *expected)
{
	char seen[512];
	struct answer a = type(keys, 32, seen, sizeof(seen));

	check_ok(a.err);
	assert_int_equal(a.len, strlen(expected));
	assert_memory_equal(a.text, expected, a.len);
	assert_string_equal(seen, QUESTION "\r\n");
}

static void test_typing(void **state)
{
	(void)state;
	check_typed("s3cret!\n", "s3cret!");
	check_typed("s3cret!\r", "s3cret!");
	check_typed("\n", "");
	check_typed("a b\n", "a b");
	check_typed("abd\x7f"
		    "c\n",
		    "abc");
	check_typed("\x7f\x7f"
		    "a\b"
		    "b\n",
		    "b");
	check_typed("wrong\x15right\n", "right");
	check_typed("12345678901234567890123456789012\n",
		    "12345678901234567890123456789012");
}

static void check_gives_up(const char *keys, enum haunt_err err)
{
	char seen[512];
	struct answer a = type(keys, 4, seen, sizeof(seen));

	check_err(a.err, err);
	assert_string_equal(seen, QUESTION "\r\n");
}

static void test_giving_up(void **state)
{
	(void)state;
	check_gives_up("ab\x03", HAUNT_EDENIED);
	check_gives_up("\x04", HAUNT_EDENIED);
	check_gives_up("12345", HAUNT_ELENGTH);
}

static void test_no_terminal(void **state)
{
	int status = -1;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {
		struct secret *s = NULL;

		if (setsid() < 0)
			_exit(99);
		_exit((int)prompt_secret(QUESTION, 32, &s));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), HAUNT_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing),
		cmocka_unit_test(test_giving_up),
		cmocka_unit_test(test_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
