/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The race, on the loopback of a network namespace of its own. Without the
 * right to make one this test is skipped. */
#include "client/race.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/check.h"

#define SECOND	  1000000ull
#define DOOR_PORT 2222

static const struct endpoint *door(void)
{
	static struct endpoint there;
	const uint8_t loopback[4] = { 127, 0, 0, 1 };

	there.addr = addr_from_v4(loopback);
	there.port = DOOR_PORT;
	return &there;
}

/* Bound: who connects is refused until it listens. */
static int door_new(void)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(door(), &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	assert_true(fd >= 0);
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

/* A server that says the first text to the first guest, and so on; the last
 * one to everybody after. NULL: nothing, and the guest may wait. */
static pid_t serve(int fd, const char *const *texts, size_t n)
{
	pid_t pid;

	assert_int_equal(listen(fd, 16), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid) {
		close(fd);
		return pid;
	}
	for (size_t i = 0;; i++) {
		const char *text = texts[i < n ? i : n - 1];
		int guest = accept(fd, NULL, NULL);

		if (guest < 0 ||
		    (text && send(guest, text, strlen(text), MSG_NOSIGNAL) < 0))
			_exit(1);
	}
}

static void stop(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_refused_until_it_opens(void **state)
{
	const char *const texts[] = { "SSH-2.0-x\r\n" };
	int fd = door_new();
	struct race *r = NULL;
	struct race_winner w = { .fd = -1 };
	struct race_stats stats;
	pid_t pid;

	(void)state;
	check_ok(race_new(door(), "SSH-", &r));
	check_err(race_run(r, race_now_us() + SECOND / 2, &w), HAUNT_ENOENT);
	stats = race_stats(r);
	assert_true(stats.refused >= 3);
	assert_int_equal(stats.refused, stats.tried);
	pid = serve(fd, texts, 1);
	check_ok(race_run(r, race_now_us() + 10 * SECOND, &w));
	assert_true(w.fd >= 0);
	assert_memory_equal(w.banner, "SSH-2.0-x\r\n", w.len);
	assert_true(w.len >= 4);
	close(w.fd);
	race_free(r);
	stop(pid);
}

static void test_wrong_server_does_not_win(void **state)
{
	const char *const texts[] = { "HTTP/1.1 400 Bad Request\r\n", "S",
				      "SSX-", "SSH-2.0-x\r\n" };
	pid_t pid = serve(door_new(), texts, 4);
	struct race *r = NULL;
	struct race_winner w = { .fd = -1 };

	(void)state;
	check_ok(race_new(door(), "SSH-", &r));
	check_ok(race_run(r, race_now_us() + 10 * SECOND, &w));
	assert_memory_equal(w.banner, "SSH-", 4);
	assert_int_equal(race_stats(r).wrong, 2);
	close(w.fd);
	race_free(r);
	stop(pid);
}

/* The public server of a shared port waits to be spoken to. */
static void test_silent_server_does_not_win(void **state)
{
	const char *const texts[] = { NULL, NULL, "SSH-2.0-x\r\n" };
	pid_t pid = serve(door_new(), texts, 3);
	struct race *r = NULL;
	struct race_winner w = { .fd = -1 };

	(void)state;
	check_ok(race_new(door(), "SSH-", &r));
	check_ok(race_run(r, race_now_us() + 10 * SECOND, &w));
	assert_memory_equal(w.banner, "SSH-", 4);
	assert_int_equal(race_stats(r).silent, 2);
	close(w.fd);
	race_free(r);
	stop(pid);
}

static void test_nobody_speaks(void **state)
{
	const char *const texts[] = { NULL };
	pid_t pid = serve(door_new(), texts, 1);
	struct race *r = NULL;
	struct race_winner w = { .fd = -1 };

	(void)state;
	check_ok(race_new(door(), "SSH-", &r));
	check_err(race_run(r, race_now_us() + SECOND / 5, &w), HAUNT_ENOENT);
	assert_int_equal(w.fd, -1);
	/* Patience with what has been reached, not a flood of it. */
	assert_in_range(race_stats(r).tried, 2, 6);
	race_free(r);
	/* Without words to wait for the first connection will do. */
	check_ok(race_new(door(), NULL, &r));
	check_ok(race_run(r, race_now_us() + 10 * SECOND, &w));
	assert_true(w.fd >= 0);
	assert_int_equal(w.len, 0);
	close(w.fd);
	race_free(r);
	stop(pid);
}

/* No route leads there: an error that is kept for the message. */
static void test_unreachable(void **state)
{
	struct race *r = NULL;
	struct race_winner w = { .fd = -1 };
	struct endpoint nowhere = { .port = 9 };
	const uint8_t far[4] = { 192, 0, 2, 1 };

	(void)state;
	nowhere.addr = addr_from_v4(far);
	check_ok(race_new(&nowhere, "SSH-", &r));
	check_err(race_run(r, race_now_us() + SECOND / 2, &w), HAUNT_ENOENT);
	assert_int_equal(race_stats(r).error, ENETUNREACH);
	assert_true(race_stats(r).tried >= 3);
	race_free(r);
	race_free(NULL);
}

/* A namespace of our own, with its loopback up. */
static bool world_new(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;
	bool up;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	up = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &ifr);
	if (fd >= 0)
		close(fd);
	return up;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_until_it_opens),
		cmocka_unit_test(test_wrong_server_does_not_win),
		cmocka_unit_test(test_silent_server_does_not_win),
		cmocka_unit_test(test_nobody_speaks),
		cmocka_unit_test(test_unreachable),
	};

	if (!world_new()) {
		puts("1..0 # SKIP no right to a network namespace");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
