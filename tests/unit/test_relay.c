/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay: everything arrives, both ends end by themselves. */
#include "client/relay.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/check.h"

#define MUCH (3u << 20)

struct ends {
	int in;	  /* what the person types into */
	int out;  /* what the person reads */
	int peer; /* the server's side */
	pid_t pid;
};

/* The relay in a process of its own; its status is relay_run()'s result. */
static struct ends start(const char *first)
{
	int in[2], out[2], sock[2];
	struct ends e;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
	assert_true(fcntl(sock[0], F_SETFL, O_NONBLOCK) == 0);
	e = (struct ends){ in[1], out[0], sock[1], fork() };
	assert_true(e.pid >= 0);
	if (!e.pid) {
		struct relay r = { in[0], out[1], sock[0], first,
				   strlen(first) };

		signal(SIGPIPE, SIG_IGN);
		close(in[1]);
		close(out[0]);
		close(sock[1]);
		_exit((int)relay_run(&r));
	}
	close(in[0]);
	close(out[1]);
	close(sock[0]);
	return e;
}

static int finish(const struct ends *e)
{
	int status = -1;

	assert_int_equal(waitpid(e->pid, &status, 0), e->pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void expect_text(int fd, const char *text)
{
	char buf[64];
	size_t len = strlen(text), got = 0;

	while (got < len) {
		ssize_t n = read(fd, buf + got, len - got);

		assert_true(n > 0);
		got += (size_t)n;
	}
	assert_memory_equal(buf, text, len);
}

static void expect_end(int fd)
{
	char c;

	assert_int_equal(read(fd, &c, 1), 0);
}

static void put_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void test_both_ways(void **state)
{
	struct ends e = start("SSH-2.0-x\r\n");

	(void)state;
	expect_text(e.out, "SSH-2.0-x\r\n");
	put_text(e.in, "hello");
	expect_text(e.peer, "hello");
	put_text(e.peer, "world");
	expect_text(e.out, "world");
	put_text(e.in, "again");
	expect_text(e.peer, "again");
	close(e.peer);
	expect_end(e.out);
	assert_int_equal(finish(&e), HAUNT_OK);
	close(e.in);
	close(e.out);
}

/* The end of stdin is the end of one direction only. */
static void test_half_close(void **state)
{
	struct ends e = start("");

	(void)state;
	put_text(e.in, "question");
	close(e.in);
	expect_text(e.peer, "question");
	expect_end(e.peer);
	put_text(e.peer, "answer");
	expect_text(e.out, "answer");
	close(e.peer);
	expect_end(e.out);
	assert_int_equal(finish(&e), HAUNT_OK);
	close(e.out);
}

static void test_server_ends_with_words_left(void **state)
{
	struct ends e = start("first");

	(void)state;
	put_text(e.peer, "last");
	close(e.peer);
	expect_text(e.out, "firstlast");
	expect_end(e.out);
	assert_int_equal(finish(&e), HAUNT_OK);
	close(e.in);
	close(e.out);
}

static void test_reader_goes_away(void **state)
{
	struct ends e = start("");

	(void)state;
	close(e.out);
	put_text(e.peer, "to nobody");
	assert_int_equal(finish(&e), HAUNT_OK);
	close(e.in);
	close(e.peer);
}

/* More than any buffer holds, to a server that sends it all back. */
static void test_much(void **state)
{
	struct ends e = start("");
	unsigned int sum = 0, back = 0;
	char buf[4096];
	pid_t echo = fork(), writer;
	ssize_t n;

	(void)state;
	assert_true(echo >= 0);
	if (!echo) {
		close(e.in);
		close(e.out);
		while ((n = read(e.peer, buf, sizeof(buf))) > 0)
			if (write(e.peer, buf, (size_t)n) != n)
				_exit(1);
		_exit(0);
	}
	close(e.peer);
	writer = fork();
	assert_true(writer >= 0);
	if (!writer) {
		close(e.out);
		for (unsigned int i = 0; i < MUCH / sizeof(buf); i++) {
			memset(buf, (int)(i & 0xff), sizeof(buf));
			if (write(e.in, buf, sizeof(buf)) !=
			    (ssize_t)sizeof(buf))
				_exit(1);
		}
		_exit(0);
	}
	close(e.in);
	while ((n = read(e.out, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++, back++)
			sum += (unsigned char)buf[i] ==
			       ((back / sizeof(buf)) & 0xff);
	assert_int_equal(back, MUCH);
	assert_int_equal(sum, MUCH);
	assert_int_equal(finish(&e), HAUNT_OK);
	assert_int_equal(waitpid(echo, NULL, 0), echo);
	assert_int_equal(waitpid(writer, NULL, 0), writer);
	close(e.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_server_ends_with_words_left),
		cmocka_unit_test(test_reader_goes_away),
		cmocka_unit_test(test_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
