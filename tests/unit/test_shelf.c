/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies on the shelf is taken by whom it fits, and believed by nobody. */
#include "core/capture/shelf.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/ipc.h"
#include "core/capture/passive.h"
#include "tests/lib/check.h"

static int ends[2];

static int setup(void **state)
{
	(void)state;
	return ipc_pair(ends) != HAUNT_OK;
}

static int teardown(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static struct shelf look(void)
{
	struct shelf s;

	shelf_look(ends[0], ends[1], &s);
	return s;
}

static void leave(const int *fds, size_t n)
{
	struct shelf s = look();

	shelf_forget(&s);
	assert_int_equal(shelf_leave(&s, fds, n), HAUNT_OK);
}

/* Listens at a port of its own on the loopback. */
static int listening(struct endpoint *at)
{
	struct sockaddr_storage here = { 0 };
	socklen_t len = sizeof(here);
	int fd = -1;

	at->addr = addr_from_v4((const uint8_t[]){ 127, 0, 0, 1 });
	at->port = 0;
	assert_int_equal(passive_open(at, 1, &fd), HAUNT_OK);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &len), 0);
	*at = endpoint_from_sockaddr((const struct sockaddr *)&here);
	return fd;
}

static void nothing_lies_there(void **state)
{
	struct shelf s = look();
	struct endpoint at = { .port = 1 };

	(void)state;
	assert_int_equal(s.len, 0);
	assert_int_equal(shelf_take(&s, &at), -1);
	shelf_look(-1, -1, &s);
	assert_int_equal(s.len, 0);
	assert_int_equal(shelf_leave(&s, NULL, 0), HAUNT_OK);
}

/* Also after a look by one who then did not live to leave anything. */
static void it_stays_until_others_are_left(void **state)
{
	struct endpoint at, other;
	int fd = listening(&at), next = listening(&other), got;
	struct shelf s;

	(void)state;
	leave(&fd, 1);
	close(fd);
	for (int i = 0; i < 2; i++) {
		s = look();
		assert_int_equal(s.len, 1);
		assert_int_equal(shelf_take(&s, &other), -1);
		got = shelf_take(&s, &at);
		assert_true(got >= 0);
		assert_true(fcntl(got, F_GETFD) & FD_CLOEXEC);
		assert_int_equal(shelf_take(&s, &at), -1);
		shelf_forget(&s);
		assert_true(fcntl(got, F_GETFD) >= 0);
		close(got);
	}
	leave(&next, 1);
	s = look();
	assert_int_equal(s.len, 1);
	assert_int_equal(shelf_take(&s, &at), -1);
	shelf_forget(&s);
	leave(NULL, 0);
	s = look();
	assert_int_equal(s.len, 0);
	/* Nobody has it any more: the port is free. */
	assert_int_equal(passive_open(&at, 1, &fd), HAUNT_OK);
	close(fd);
	close(next);
}

/* At the address and port of a listener, but none, or another one. */
static void what_only_looks_like_it_is_not_taken(void **state)
{
	static const int on = 1;
	struct endpoint at, six = { .port = 0 };
	struct sockaddr_storage here;
	int fds[4], good = listening(&at);
	socklen_t len = endpoint_to_sockaddr(&at, &here);
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6 };
	struct shelf s;

	(void)state;
	fds[0] = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(fds[0], (struct sockaddr *)&here, len), 0);
	/* Bound, and never listening. */
	fds[1] = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fds[1], SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fds[1], SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	assert_int_equal(bind(fds[1], (struct sockaddr *)&here, len), 0);
	fds[2] = open("/dev/null", O_RDONLY);
	/* Would hear IPv4 as well. */
	fds[3] = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(bind(fds[3], (struct sockaddr *)&any6, sizeof(any6)),
			 0);
	assert_int_equal(listen(fds[3], 1), 0);
	len = sizeof(here);
	assert_int_equal(getsockname(fds[3], (struct sockaddr *)&here, &len),
			 0);
	six = endpoint_from_sockaddr((const struct sockaddr *)&here);
	leave(fds, 4);
	s = look();
	assert_int_equal(s.len, 4);
	assert_int_equal(shelf_take(&s, &at), -1);
	assert_int_equal(shelf_take(&s, &six), -1);
	shelf_forget(&s);
	close(good);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}

/* A message without descriptors, and one with more than there is room for. */
static void what_is_no_message_of_ours_is_nothing(void **state)
{
	int fds[SHELF_MAX + 8], closed = open("/dev/null", O_RDONLY), now;
	char control[CMSG_SPACE(sizeof(fds))] = { 0 };
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr head = { .msg_iov = &part,
			       .msg_iovlen = 1,
			       .msg_control = control,
			       .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&head);
	struct shelf s;

	(void)state;
	assert_int_equal(write(ends[1], "x", 1), 1);
	s = look();
	assert_int_equal(s.len, 0);
	leave(NULL, 0);
	for (size_t i = 0; i < SHELF_MAX + 8; i++)
		fds[i] = closed;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	assert_int_equal(sendmsg(ends[1], &head, 0), 1);
	s = look();
	assert_int_equal(s.len, SHELF_MAX);
	shelf_forget(&s);
	/* None of them is kept open. */
	now = open("/dev/null", O_RDONLY);
	assert_true(now <= closed + 1);
	close(now);
	close(closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_lies_there, setup,
						teardown),
		cmocka_unit_test_setup_teardown(it_stays_until_others_are_left,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_only_looks_like_it_is_not_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_no_message_of_ours_is_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
