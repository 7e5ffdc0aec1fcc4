/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UDP end of the tests in namespaces: a service that names itself and the
 * client that it sees, a flow that keeps its port, one shot from a file, and a
 * catcher that keeps a datagram for later. Hides the sockets from the shell,
 * whose own are cut at a byte and end at the first ICMP error.
 *
 *	udp echo PORT NAME [MS]      answers "NAME CLIENT TEXT", MS milliseconds
 *	                             later; says "ready"
 *	udp flow ADDRESS PORT        a line in: a datagram out; and back
 *	udp send ADDRESS PORT [N]    standard input as one datagram, N times
 *	udp catch PORT COUNT PREFIX  writes PREFIX1, PREFIX2, …; says "ready"
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 2048

static void die(const char *what)
{
	fprintf(stderr, "udp: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint16_t port_parse(const char *text)
{
	unsigned long n = strtoul(text, NULL, 10);

	if (n == 0 || n > UINT16_MAX) {
		fprintf(stderr, "udp: %s is no port\n", text);
		exit(2);
	}
	return (uint16_t)n;
}

static int bound_socket(const char *port)
{
	struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port_parse(port)),
		.sin6_addr = IN6ADDR_ANY_INIT,
	};
	int off = 0;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
		die("IPV6_V6ONLY");
	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) != 0)
		die("bind");
	puts("ready");
	fflush(stdout);
	return fd;
}

static int connected_socket(const char *address, const char *port)
{
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port_parse(port)),
	};
	char mapped[INET6_ADDRSTRLEN + 8];
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(mapped, sizeof(mapped), "%s%s",
		 strchr(address, ':') == NULL ? "::ffff:" : "", address);
	if (inet_pton(AF_INET6, mapped, &to.sin6_addr) != 1) {
		fprintf(stderr, "udp: %s is no address\n", address);
		exit(2);
	}
	if (fd < 0)
		die("socket");
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	return fd;
}

static _Noreturn void echo(const char *port, const char *name,
			   unsigned int think_ms)
{
	int fd = bound_socket(port);

	for (;;) {
		char in[DATAGRAM_MAX];
		char out[2 * DATAGRAM_MAX];
		char client[INET6_ADDRSTRLEN];
		struct sockaddr_in6 from;
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(fd, in, sizeof(in), 0,
				     (struct sockaddr *)&from, &from_len);
		int len;

		if (n < 0)
			continue;
		usleep(think_ms * 1000);
		inet_ntop(AF_INET6, &from.sin6_addr, client, sizeof(client));
		len = snprintf(out, sizeof(out), "%s %s %.*s", name,
			       strncmp(client, "::ffff:", 7) == 0 ? client + 7
								  : client,
			       (int)n, in);
		if (sendto(fd, out, (size_t)len, 0,
			   (const struct sockaddr *)&from, from_len) < 0)
			perror("udp: answer");
	}
}

static void flow_answer(int fd)
{
	char in[DATAGRAM_MAX];
	ssize_t n = recv(fd, in, sizeof(in), 0);

	if (n < 0)
		printf("error %s\n", strerror(errno));
	else
		printf("%.*s\n", (int)n, in);
	fflush(stdout);
}

/* False when the shell has closed its end. */
static bool flow_ask(int fd)
{
	char out[DATAGRAM_MAX];
	ssize_t n = read(STDIN_FILENO, out, sizeof(out));
	char *rest = out;
	char *end;

	if (n <= 0)
		return false;
	while ((end = memchr(rest, '\n', (size_t)(out + n - rest))) != NULL) {
		if (send(fd, rest, (size_t)(end - rest), 0) < 0)
			printf("error %s\n", strerror(errno));
		rest = end + 1;
	}
	fflush(stdout);
	return true;
}

static int flow(const char *address, const char *port)
{
	int fd = connected_socket(address, port);
	struct pollfd poller[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	while (poll(poller, 2, -1) >= 0) {
		if (poller[1].revents != 0)
			flow_answer(fd);
		if (poller[0].revents != 0 && !flow_ask(fd))
			return 0;
	}
	return 1;
}

/* Sends, although an earlier datagram met a closed port: the error that tells
 * so takes the place of this one. */
static bool send_surely(int fd, const char *out, size_t n)
{
	for (int i = 0; i < 100; i++) {
		if (send(fd, out, n, 0) >= 0)
			return true;
		if (errno != ECONNREFUSED)
			break;
	}
	return false;
}

static int send_input(const char *address, const char *port, long times)
{
	int fd = connected_socket(address, port);
	char out[DATAGRAM_MAX];
	size_t n = fread(out, 1, sizeof(out), stdin);

	for (long i = 0; i < times; i++) {
		if (!send_surely(fd, out, n))
			die("send");
	}
	return 0;
}

static int catch_input(const char *port, long count, const char *prefix)
{
	int fd = bound_socket(port);

	for (long i = 1; i <= count; i++) {
		char in[DATAGRAM_MAX];
		char path[512];
		ssize_t n = recv(fd, in, sizeof(in), 0);
		FILE *to;

		if (n < 0)
			die("recv");
		snprintf(path, sizeof(path), "%s%ld", prefix, i);
		to = fopen(path, "w");
		if (to == NULL || fwrite(in, 1, (size_t)n, to) != (size_t)n ||
		    fclose(to) != 0)
			die(path);
		printf("caught %s\n", path);
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "echo") == 0 && (argc == 4 || argc == 5))
		echo(argv[2], argv[3],
		     argc == 5 ? (unsigned int)strtoul(argv[4], NULL, 10) : 0);
	if (strcmp(verb, "flow") == 0 && argc == 4)
		return flow(argv[2], argv[3]);
	if (strcmp(verb, "send") == 0 && (argc == 4 || argc == 5))
		return send_input(argv[2], argv[3],
				  argc == 5 ? strtol(argv[4], NULL, 10) : 1);
	if (strcmp(verb, "catch") == 0 && argc == 5)
		return catch_input(argv[2], strtol(argv[3], NULL, 10), argv[4]);
	fputs("usage: udp echo|flow|send|catch …\n", stderr);
	return 2;
}
