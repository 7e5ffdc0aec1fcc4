/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a gateway's rules cost the traffic that passes: for MS milliseconds one
 * operation after the other, each through both ends' whole stack, which on a
 * veth pair runs in the sender's own time. So the clock is the CPU time of
 * this process: what else the machine does meanwhile does not count.
 *
 *	flow connect ADDRESS PORT MS		TCP connections, made and reset
 *	flow new ADDRESS PORT MS FIRST		UDP, each from another address
 *	flow old ADDRESS PORT MS		UDP, all of one flow
 *
 * Prints operations a second of CPU time.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/knock.h"

#define BATCH	  16	/* operations between looks at the clock */
#define ADDRESSES 65000 /* that new flows come from, in turn */

struct plan {
	struct sockaddr_in to;
	uint32_t first; /* address of the first new flow */
	int fd;
};

typedef void step_fn(const struct plan *plan, uint32_t i);

static void step_connect(const struct plan *plan, uint32_t i)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)i;
	if (fd < 0 || connect(fd, (const struct sockaddr *)&plan->to,
			      sizeof(plan->to)) != 0)
		die("connect");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void step_new(const struct plan *plan, uint32_t i)
{
	send_from(plan->fd, plan->first + i % ADDRESSES, &plan->to, "x", 1);
}

static void step_old(const struct plan *plan, uint32_t i)
{
	(void)i;
	if (sendto(plan->fd, "x", 1, 0, (const struct sockaddr *)&plan->to,
		   sizeof(plan->to)) < 0)
		die("send");
}

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double per_second(const struct plan *plan, step_fn *step, uint32_t ms)
{
	uint64_t start = cpu_ns(), now = start;
	uint32_t n = 0;

	while (now - start < (uint64_t)ms * 1000000u) {
		for (int i = 0; i < BATCH; i++)
			step(plan, n++);
		now = cpu_ns();
	}
	return n * 1e9 / (double)(now - start);
}

int main(int argc, char **argv)
{
	struct plan plan;
	step_fn *step = NULL;

	if (argc >= 5 && strcmp(argv[1], "connect") == 0)
		step = step_connect;
	if (argc >= 5 && strcmp(argv[1], "old") == 0)
		step = step_old;
	if (argc >= 6 && strcmp(argv[1], "new") == 0)
		step = step_new;
	if (step == NULL) {
		fputs("usage: flow connect|new|old ADDRESS PORT MS [FIRST]\n",
		      stderr);
		return 2;
	}
	plan.to = address_make(address_parse(argv[2]),
			       (uint16_t)number_parse(argv[3]));
	plan.first = argc > 5 ? address_parse(argv[5]) : 0;
	plan.fd = knock_socket();
	printf("%.0f\n", per_second(&plan, step, number_parse(argv[4])));
	return 0;
}
