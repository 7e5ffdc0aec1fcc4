/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a port that is closed to this host is open after all: connects
 * again and again for MS milliseconds, a few thousand times a second.
 *
 *	window ADDRESS PORT MS
 *
 * Says "ready" when it has begun, and at the end: tries, accepted, and
 * window_ms, from the first that was accepted to the last.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/knock.h"

/* On one wire a connection is accepted or refused before connect() returns. */
static bool accepted(const struct sockaddr_in *to)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes;

	if (fd < 0)
		die("socket");
	yes = connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
	return yes;
}

int main(int argc, char **argv)
{
	uint64_t end, first = 0, last = 0;
	struct sockaddr_in to;
	unsigned int tries = 0, yes = 0;

	if (argc != 4) {
		fputs("usage: window ADDRESS PORT MS\n", stderr);
		return 2;
	}
	to = address_make(address_parse(argv[1]),
			  (uint16_t)number_parse(argv[2]));
	end = now_ns() + (uint64_t)number_parse(argv[3]) * 1000000u;
	puts("ready");
	fflush(stdout);
	for (; now_ns() < end; tries++) {
		if (!accepted(&to))
			continue;
		last = now_ns();
		if (yes++ == 0)
			first = last;
	}
	printf("tries %u\naccepted %u\nwindow_ms %.3f\n", tries, yes,
	       (double)(last - first) / 1e6);
	return 0;
}
