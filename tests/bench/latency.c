/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long from a knock being sent to the first TCP connection accepted, and
 * how many processes that takes: COUNT times, each from an address that has
 * no grant yet.
 *
 *	latency KEYFILE GATEWAY PORT FIRST-ADDRESS COUNT GAP-US
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/knock.h"

#define PATIENCE_NS 5000000000u

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t measure(struct haunt_key *key, int fd, uint32_t from,
			const struct sockaddr_in *to, unsigned int gap_us)
{
	uint32_t gateway = ntohl(to->sin_addr.s_addr);
	struct knock knock;
	uint64_t start, end;

	if (door_is_open(from, to)) {
		fputs("latency: open before the knock\n", stderr);
		exit(1);
	}
	knock_seal(key, from, ntohs(to->sin_port), 0, &knock);
	start = now_ns();
	knock_send(fd, from, gateway, &knock);
	end = door_race(from, to, gap_us, start + PATIENCE_NS);
	if (end == 0) {
		fputs("latency: the door did not open\n", stderr);
		exit(1);
	}
	return end - start;
}

int main(int argc, char **argv)
{
	uint64_t *times, forks;
	struct sockaddr_in to;
	struct haunt_key *key;
	uint32_t first, count, gap_us;
	int fd = knock_socket();

	if (argc != 7) {
		fputs("usage: latency KEYFILE GATEWAY PORT FIRST-ADDRESS "
		      "COUNT GAP-US\n",
		      stderr);
		return 2;
	}
	key = knock_key(argv[1]);
	to = address_make(address_parse(argv[2]),
			  (uint16_t)number_parse(argv[3]));
	first = address_parse(argv[4]);
	count = number_parse(argv[5]);
	gap_us = number_parse(argv[6]);
	times = calloc(count, sizeof(*times));
	if (times == NULL || count == 0)
		die("count");
	measure(key, fd, first + count, &to, gap_us); /* warm */
	forks = processes_ever();
	for (uint32_t i = 0; i < count; i++)
		times[i] = measure(key, fd, first + i, &to, gap_us);
	forks = processes_ever() - forks;
	qsort(times, count, sizeof(*times), by_size);
	printf("median_ms %.3f\n", (double)times[count / 2] / 1e6);
	printf("p99_ms %.3f\n", (double)times[count * 99 / 100] / 1e6);
	printf("max_ms %.3f\n", (double)times[count - 1] / 1e6);
	printf("forks %.2f\n", (double)forks / count);
	free(times);
	haunt_key_free(key);
	return 0;
}
