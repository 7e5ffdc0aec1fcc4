/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets and clocks for the benchmarks. Hides the sealing, the choice of the
 * source address for each datagram, and where the kernel counts processes.
 */
#include "tests/bench/knock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

_Noreturn void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void sleep_until(uint64_t due_ns)
{
	struct timespec due = { .tv_sec = (time_t)(due_ns / 1000000000u),
				.tv_nsec = (long)(due_ns % 1000000000u) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
	       EINTR)
		continue;
}

uint32_t number_parse(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n > UINT32_MAX) {
		errno = EINVAL;
		die(text);
	}
	return (uint32_t)n;
}

uint32_t address_parse(const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1) {
		errno = EINVAL;
		die(text);
	}
	return ntohl(address.s_addr);
}

struct sockaddr_in address_make(uint32_t address, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(address) };
}

struct haunt_key *knock_key(const char *path)
{
	const struct haunt_key_spec spec = { .mode = HAUNT_MODE_CBC,
					     .hmac_type = HAUNT_DIGEST_SHA256 };
	struct haunt_key *key;
	enum haunt_err err = haunt_key_load(path, &spec, &key, NULL);

	if (err != HAUNT_OK) {
		fprintf(stderr, "bench: %s: %s\n", path, haunt_strerror(err));
		exit(1);
	}
	return key;
}

void knock_seal(struct haunt_key *key, uint32_t address, uint16_t port,
		uint32_t lifetime_s, struct knock *out)
{
	struct haunt_request request = {
		.time_s = (uint64_t)time(NULL),
		.type = lifetime_s > 0 ? HAUNT_TYPE_ACCESS_TIMEOUT
				       : HAUNT_TYPE_ACCESS,
		.digest = HAUNT_DIGEST_SHA256,
		.user = "bench",
		.allow = { [10] = 0xff, [11] = 0xff },
		.ports_len = 1,
		.ports[0] = { .proto = IPPROTO_TCP, .port = port },
		.lifetime_s = lifetime_s,
	};
	uint32_t be = htonl(address);
	enum haunt_err err;

	memcpy(request.allow + 12, &be, sizeof(be));
	err = haunt_seal(key, &request, out->text, sizeof(out->text),
			 &out->len);
	if (err != HAUNT_OK) {
		fprintf(stderr, "bench: seal: %s\n", haunt_strerror(err));
		exit(1);
	}
}

int knock_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	/* Short sleeps are part of what is measured. */
	if (prctl(PR_SET_TIMERSLACK, 1ul) != 0)
		die("timer slack");
	return fd;
}

void send_from(int fd, uint32_t from, const struct sockaddr_in *to,
	       const void *packet, size_t len)
{
	struct sockaddr_in dst = *to;
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (char *)(uintptr_t)packet,
			     .iov_len = len };
	struct msghdr msg = { .msg_name = &dst,
			      .msg_namelen = sizeof(dst),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(from) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

	head->cmsg_level = IPPROTO_IP;
	head->cmsg_type = IP_PKTINFO;
	head->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(head), &info, sizeof(info));
	/* An earlier one may be answered by ICMP: nobody listens there. */
	while (sendmsg(fd, &msg, 0) < 0)
		if (errno != ECONNREFUSED && errno != EINTR)
			die("send");
}

void knock_send(int fd, uint32_t from, uint32_t gateway,
		const struct knock *knock)
{
	struct sockaddr_in to = address_make(gateway, HAUNT_PORT_DEFAULT);

	send_from(fd, from, &to, knock->text, knock->len);
}

uint64_t processes_ever(void)
{
	unsigned long long last = 0;
	FILE *f = fopen("/proc/loadavg", "r");

	/* The last number is the newest PID of the reader's namespace. */
	if (f == NULL || fscanf(f, "%*s %*s %*s %*s %llu", &last) != 1)
		die("/proc/loadavg");
	fclose(f);
	return last;
}
