/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The far end of the benchmarks: accepts TCP connections on a port and closes
 * them at once, and has the UDP port of the same number bound, which nobody
 * reads. Prints "ready".
 *
 *	sink PORT
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/knock.h"

static int open_port(int type, uint16_t port)
{
	struct sockaddr_in any = address_make(INADDR_ANY, port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (const struct sockaddr *)&any, sizeof(any)) != 0)
		die("bind");
	return fd;
}

int main(int argc, char **argv)
{
	uint16_t port;
	int fd;

	if (argc != 2) {
		fputs("usage: sink PORT\n", stderr);
		return 2;
	}
	port = (uint16_t)number_parse(argv[1]);
	open_port(SOCK_DGRAM, port);
	fd = open_port(SOCK_STREAM, port);
	if (listen(fd, 4096) != 0)
		die("listen");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (conn >= 0)
			close(conn);
		else if (errno != ECONNABORTED && errno != EINTR)
			die("accept");
	}
}
