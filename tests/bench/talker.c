/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server that talks: to each of its connections, a byte a millisecond, and
 * listens to nobody. Prints "ready".
 *
 *	talker PORT
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/knock.h"

#define CONNECTIONS_MAX 16384
#define EVERY_NS	1000000u

static int listen_at(uint16_t port)
{
	struct sockaddr_in any = address_make(INADDR_ANY, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (const struct sockaddr *)&any, sizeof(any)) != 0 ||
	    listen(fd, 4096) != 0)
		die("listen");
	return fd;
}

/* Says a byte to each; those that have ended are forgotten. */
static size_t talk(int *fds, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (send(fds[i], ".", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ||
		    errno == EAGAIN)
			fds[kept++] = fds[i];
		else
			close(fds[i]);
	}
	return kept;
}

int main(int argc, char **argv)
{
	struct rlimit files = { .rlim_cur = 65536, .rlim_max = 65536 };
	int *fds = calloc(CONNECTIONS_MAX, sizeof(*fds));
	uint64_t due = now_ns();
	size_t n = 0;
	int fd;

	if (argc != 2 || fds == NULL) {
		fputs("usage: talker PORT\n", stderr);
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	fd = listen_at((uint16_t)number_parse(argv[1]));
	puts("ready");
	fflush(stdout);
	for (;;) {
		int conn;

		while (n < CONNECTIONS_MAX &&
		       (conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
			fds[n++] = conn;
		n = talk(fds, n);
		due += EVERY_NS;
		sleep_until(due);
	}
}
