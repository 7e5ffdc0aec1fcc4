/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Services that say who they are: listens on every PROTO/PORT given, IPv4 and
 * IPv6, and tells whoever connects (TCP) or sends a datagram (UDP) its name,
 * the port it heard that on, and the address that it saw. Hides the sockets;
 * a test compares one line. Prints "ready" when all ports are open.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORTS_MAX 64

struct door {
	int type;
	unsigned int port;
};

static int door_open(const struct door *door)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)door->port) };
	int on = 1, off = 0;
	int fd = socket(AF_INET6, door->type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    (door->type == SOCK_STREAM && listen(fd, 64))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int line_make(char *line, size_t size, const char *name,
		     const struct door *door, const struct sockaddr_in6 *peer)
{
	char text[INET6_ADDRSTRLEN] = "?";
	const char *from = text;

	inet_ntop(AF_INET6, &peer->sin6_addr, text, sizeof(text));
	if (!strncmp(text, "::ffff:", 7))
		from = text + 7;
	return snprintf(line, size, "%s %s/%u %s\n", name,
			door->type == SOCK_STREAM ? "tcp" : "udp", door->port,
			from);
}

/* One visitor of one door. */
static void door_answer(int fd, const char *name, const struct door *door)
{
	struct sockaddr_in6 peer = { 0 };
	socklen_t len = sizeof(peer);
	char line[128], buf[2048];
	int n, conn;

	if (door->type == SOCK_DGRAM) {
		if (recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&peer,
			     &len) < 0)
			return;
		n = line_make(line, sizeof(line), name, door, &peer);
		if (sendto(fd, line, (size_t)n, 0, (struct sockaddr *)&peer,
			   len) < 0)
			perror("banner: sendto");
		return;
	}
	conn = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC);
	if (conn < 0)
		return;
	n = line_make(line, sizeof(line), name, door, &peer);
	if (send(conn, line, (size_t)n, MSG_NOSIGNAL) < 0)
		perror("banner: send");
	close(conn);
}

static int door_parse(const char *text, struct door *door)
{
	if (strncmp(text, "tcp/", 4) && strncmp(text, "udp/", 4))
		return -1;
	door->type = text[0] == 't' ? SOCK_STREAM : SOCK_DGRAM;
	door->port = (unsigned int)strtoul(text + 4, NULL, 10);
	return door->port >= 1 && door->port <= 65535 ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct pollfd fds[PORTS_MAX];
	struct door doors[PORTS_MAX];
	nfds_t n = 0, i;

	if (argc < 3 || argc - 2 > PORTS_MAX) {
		fprintf(stderr, "usage: banner NAME PROTO/PORT...\n");
		return 2;
	}
	for (; n < (nfds_t)(argc - 2); n++) {
		if (door_parse(argv[n + 2], &doors[n])) {
			fprintf(stderr, "banner: %s?\n", argv[n + 2]);
			return 2;
		}
		fds[n].fd = door_open(&doors[n]);
		fds[n].events = POLLIN;
		if (fds[n].fd < 0) {
			perror(argv[n + 2]);
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	while (poll(fds, n, -1) >= 0 || errno == EINTR)
		for (i = 0; i < n; i++)
			if (fds[i].revents & POLLIN)
				door_answer(fds[i].fd, argv[1], &doors[i]);
	return 1;
}
