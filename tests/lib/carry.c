/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends what is on standard input by carriers that the client of the tests
 * cannot do, over IPv4 and IPv6.
 *
 *	carry syn TO PORT	a lone SYN with it, from port 40000
 *	carry icmp TO TYPE	a message of that type with it
 *	carry tcp TO PORT [PIECE [PAUSE-MS [WAIT]]]
 *		a connection, in pieces of so many bytes; then its end or, with
 *		WAIT, waiting for the other's. Prints how that was:
 *		"sent=N end=eof|reset|answer|timeout ms=N", from the beginning.
 *	carry hold TO PORT COUNT [PREFIX]	COUNT connections that say
 *		nothing, from addresses PREFIX.0.1 and on, if given (two
 *		numbers of an IPv4 address); prints "held", ends with its input.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/wire.h"

#define PATIENCE_MS 8000

static uint8_t payload[65536];
static size_t payload_len;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "carry: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void payload_read(void)
{
	ssize_t n;

	while ((n = read(STDIN_FILENO, payload + payload_len,
			 sizeof(payload) - payload_len)) > 0)
		payload_len += (size_t)n;
}

static struct endpoint end_of(const char *address, const char *port)
{
	struct endpoint e = { .port = (uint16_t)atoi(port) };

	if (addr_parse(address, strlen(address), &e.addr) != HAUNT_OK)
		die(address);
	return e;
}

static int socket_to(const struct endpoint *to, int type, int proto,
		     struct sockaddr_storage *address, socklen_t *len)
{
	int fd;

	*len = endpoint_to_sockaddr(to, address);
	fd = socket(address->ss_family, type | SOCK_CLOEXEC, proto);
	if (fd < 0)
		die("socket");
	return fd;
}

/* Raw sockets have no port; IPv6 wants it to be 0. */
static int send_raw(const struct endpoint *to, int proto, const struct wr *w)
{
	const struct endpoint whole = { .addr = to->addr };
	struct sockaddr_storage address;
	socklen_t len;
	int fd = socket_to(&whole, SOCK_RAW, proto, &address, &len);

	if (w->failed || sendto(fd, w->start, w->len, 0,
				(struct sockaddr *)&address, len) < 0)
		die("sendto");
	return EXIT_SUCCESS;
}

static int send_syn(const struct endpoint *to)
{
	static uint8_t buf[4096];
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u16(&w, 40000);
	wr_u16(&w, to->port);
	wr_u32(&w, 1);
	wr_u32(&w, 0);
	wr_u8(&w, 5 << 4);
	wr_u8(&w, 0x02);
	wr_u16(&w, 32767);
	wr_u32(&w, 0); /* no checksum */
	wr_bytes(&w, payload, payload_len);
	return send_raw(to, IPPROTO_TCP, &w);
}

/* RFC 1071; the kernel does it for ICMPv6 alone. */
static uint16_t sum_of(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (uint32_t)at[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static int send_icmp(const struct endpoint *to, uint8_t type)
{
	static uint8_t buf[4096];
	struct wr w = wr_of(buf, sizeof(buf));
	uint16_t sum;

	wr_u8(&w, type);
	wr_u8(&w, 0);
	wr_u16(&w, 0);
	wr_u32(&w, 0x12340001);
	wr_bytes(&w, payload, payload_len);
	sum = sum_of(buf, w.len);
	buf[2] = (uint8_t)(sum >> 8);
	buf[3] = (uint8_t)sum;
	return send_raw(
		to, addr_is_v4(&to->addr) ? IPPROTO_ICMP : IPPROTO_ICMPV6, &w);
}

static int connected(const struct endpoint *to)
{
	static const int on = 1;
	struct sockaddr_storage address;
	socklen_t len;
	int fd = socket_to(to, SOCK_STREAM, 0, &address, &len);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&address, len) < 0)
		die("connect");
	return fd;
}

/* True if the other side has ended it, or says something. */
static bool waited(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

static int send_tcp(const struct endpoint *to, size_t piece, int pause,
		    bool wait)
{
	uint64_t start = now_ms();
	int fd = connected(to);
	const char *end = "timeout";
	size_t sent = 0;
	ssize_t n;

	while (sent < payload_len) {
		size_t len = payload_len - sent;

		if (sent && pause && waited(fd, pause))
			break;
		if (piece && len > piece)
			len = piece;
		if (send(fd, payload + sent, len, MSG_NOSIGNAL) < 0)
			break;
		sent += len;
	}
	if (!wait)
		shutdown(fd, SHUT_WR);
	if (waited(fd, PATIENCE_MS)) {
		n = recv(fd, payload, sizeof(payload), 0);
		end = n < 0 ? "reset" : n == 0 ? "eof" : "answer";
	}
	printf("sent=%zu end=%s ms=%llu\n", sent, end,
	       (unsigned long long)(now_ms() - start));
	return EXIT_SUCCESS;
}

static void bind_to(int fd, const char *prefix, int i)
{
	static const int on = 1;
	struct sockaddr_storage address;
	struct endpoint from;
	char text[64];
	socklen_t len;

	snprintf(text, sizeof(text), "%s.%d.%d", prefix, i / 250, i % 250 + 1);
	from = end_of(text, "0");
	len = endpoint_to_sockaddr(&from, &address);
	setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, len) < 0)
		die(text);
}

static int hold(const struct endpoint *to, int count, const char *prefix)
{
	const struct rlimit many = { (rlim_t)count + 64, (rlim_t)count + 64 };
	struct sockaddr_storage address;
	socklen_t len;
	char byte;

	if (setrlimit(RLIMIT_NOFILE, &many) < 0)
		die("descriptors");
	for (int i = 0; i < count; i++) {
		int fd = socket_to(to, SOCK_STREAM | SOCK_NONBLOCK, 0, &address,
				   &len);

		if (prefix)
			bind_to(fd, prefix, i);
		if (connect(fd, (struct sockaddr *)&address, len) < 0 &&
		    errno != EINPROGRESS)
			die("connect");
		if (i % 64 == 63)
			poll(NULL, 0, 1);
	}
	printf("held\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct endpoint to;

	if (argc >= 5 && !strcmp(argv[1], "hold")) {
		to = end_of(argv[2], argv[3]);
		return hold(&to, atoi(argv[4]), argv[5]);
	}
	payload_read();
	if (argc == 4 && !strcmp(argv[1], "syn")) {
		to = end_of(argv[2], argv[3]);
		return send_syn(&to);
	}
	if (argc == 4 && !strcmp(argv[1], "icmp")) {
		to = end_of(argv[2], "0");
		return send_icmp(&to, (uint8_t)atoi(argv[3]));
	}
	if (argc >= 4 && !strcmp(argv[1], "tcp")) {
		to = end_of(argv[2], argv[3]);
		return send_tcp(&to, argc > 4 ? (size_t)atoi(argv[4]) : 0,
				argc > 5 ? atoi(argv[5]) : 0, argc > 6);
	}
	errno = EINVAL;
	die("usage");
}
