/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a gateway's rules cost the traffic that passes: COUNT operations one
 * after the other, each through both ends' whole stack, which on a veth pair
 * runs in the sender's own time.
 *
 *	flow connect ADDRESS PORT COUNT		TCP connections, made and reset
 *	flow new ADDRESS PORT COUNT FIRST	UDP, each from another address
 *	flow old ADDRESS PORT COUNT		UDP, all of one flow
 *
 * Prints operations a second.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/knock.h"

static void connect_all(const struct sockaddr_in *to, uint32_t count)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	for (uint32_t i = 0; i < count; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0 ||
		    connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
			die("connect");
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(fd);
	}
}

static void send_new(const struct sockaddr_in *to, uint32_t count,
		     uint32_t first)
{
	int fd = knock_socket();

	for (uint32_t i = 0; i < count; i++)
		send_from(fd, first + i, to, "x", 1);
	close(fd);
}

static void send_old(const struct sockaddr_in *to, uint32_t count)
{
	int fd = knock_socket();

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		die("connect");
	for (uint32_t i = 0; i < count; i++)
		if (send(fd, "x", 1, 0) < 0)
			die("send");
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in to;
	uint32_t count;
	uint64_t start;

	if (argc != 5 && argc != 6) {
		fputs("usage: flow connect|new|old ADDRESS PORT COUNT "
		      "[FIRST]\n",
		      stderr);
		return 2;
	}
	to = address_make(address_parse(argv[2]),
			  (uint16_t)number_parse(argv[3]));
	count = number_parse(argv[4]);
	start = now_ns();
	if (strcmp(argv[1], "connect") == 0)
		connect_all(&to, count);
	else if (strcmp(argv[1], "old") == 0)
		send_old(&to, count);
	else if (argc == 6)
		send_new(&to, count, address_parse(argv[5]));
	else
		return 2;
	printf("%.0f\n", count * 1e9 / (double)(now_ns() - start));
	return 0;
}
