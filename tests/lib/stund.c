/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A STUN server for IPv4 that can misbehave:
 *
 *	stund PORT xor            XOR-MAPPED-ADDRESS, as RFC 8489 has it
 *	stund PORT mapped         MAPPED-ADDRESS alone, as RFC 3489 had it
 *	stund PORT late N         does not hear the first N questions
 *	stund PORT liar ADDRESS   answers other questions with ADDRESS first,
 *and what is cut off, and then this one truly stund PORT says ADDRESS   says
 *this of everybody stund PORT error          error 500
 *
 * Says "ready", and "heard" for each question.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/wire.h"

#define HEADER 20
#define COOKIE 0x2112a442u

struct server {
	int fd;
	const char *mode;
	struct in_addr told; /* by liar and says */
	int deaf;	     /* questions left that are not heard */
};

struct question {
	uint8_t id[12];
	struct sockaddr_in from;
};

static void die(const char *what)
{
	fprintf(stderr, "stund: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void head_put(struct wr *w, uint16_t type, uint16_t len,
		     const uint8_t id[12])
{
	wr_u16(w, type);
	wr_u16(w, len);
	wr_u32(w, COOKIE);
	wr_bytes(w, id, 12);
}

static void address_put(struct wr *w, uint16_t type, const struct in_addr *a,
			uint16_t port)
{
	const uint32_t mask = type == 0x20 ? COOKIE : 0;

	wr_u16(w, type);
	wr_u16(w, 8);
	wr_u16(w, 1);
	wr_u16(w, (uint16_t)(port ^ mask >> 16));
	wr_u32(w, ntohl(a->s_addr) ^ mask);
}

static void reply(const struct server *s, const struct question *q,
		  const struct wr *w)
{
	if (sendto(s->fd, w->start, w->len, 0,
		   (const struct sockaddr *)&q->from, sizeof(q->from)) < 0)
		die("sendto");
}

static void answer(const struct server *s, const struct question *q,
		   uint16_t type, const struct in_addr *a)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	head_put(&w, 0x101, 12, q->id);
	address_put(&w, type, a, ntohs(q->from.sin_port));
	reply(s, q, &w);
}

static void lie(const struct server *s, const struct question *q)
{
	struct question other = *q;
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	other.id[11] ^= 1;
	answer(s, &other, 0x20, &s->told);
	head_put(&w, 0x101, 12, q->id);
	reply(s, q, &w);
	w = wr_of(buf, sizeof(buf));
	head_put(&w, 0x011, 12, q->id);
	address_put(&w, 1, &s->told, 1);
	reply(s, q, &w);
	answer(s, q, 0x20, &q->from.sin_addr);
}

static void serve(struct server *s, const struct question *q)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	puts("heard");
	if (s->deaf && s->deaf--)
		return;
	if (!strcmp(s->mode, "liar")) {
		lie(s, q);
	} else if (!strcmp(s->mode, "error")) {
		head_put(&w, 0x111, 8, q->id);
		wr_u32(&w, 0x00090004);
		wr_u32(&w, 0x00000500);
		reply(s, q, &w);
	} else if (!strcmp(s->mode, "says")) {
		answer(s, q, 0x20, &s->told);
	} else {
		answer(s, q, strcmp(s->mode, "mapped") ? 0x20 : 1,
		       &q->from.sin_addr);
	}
}

/* A binding request and nothing else. */
static bool question_get(const struct server *s, struct question *q)
{
	socklen_t len = sizeof(q->from);
	uint8_t buf[1500];
	ssize_t n = recvfrom(s->fd, buf, sizeof(buf), 0,
			     (struct sockaddr *)&q->from, &len);
	struct rd r;

	if (n < 0)
		die("recvfrom");
	r = rd_of(buf, (size_t)n);
	return n == HEADER && rd_u32(&r) == 0x00010000 &&
	       rd_u32(&r) == COOKIE && (rd_copy(&r, q->id, 12), rd_done(&r));
}

int main(int argc, char **argv)
{
	struct server s = { .mode = argc > 2 ? argv[2] : "" };
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct question q;

	if (argc < 3) {
		fputs("usage: stund PORT MODE [ARGUMENT]\n", stderr);
		return 2;
	}
	here.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	if (argc > 3 && !strcmp(s.mode, "late"))
		s.deaf = (int)strtoul(argv[3], NULL, 10);
	else if (argc > 3 && inet_pton(AF_INET, argv[3], &s.told) != 1)
		die(argv[3]);
	s.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0 ||
	    bind(s.fd, (const struct sockaddr *)&here, sizeof(here)) < 0)
		die("bind");
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	for (;;)
		if (question_get(&s, &q))
			serve(&s, &q);
}
