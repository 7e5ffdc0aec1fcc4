/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * COUNT valid knocks of as many addresses, sent at once (RATE 0) or at RATE a
 * second, until the last is in force; then each address tries its door, to see
 * that none was lost. CHECK is how many of them try: 0 for none.
 *
 *	burst KEYFILE GATEWAY PORT FIRST-ADDRESS COUNT RATE LIFETIME CHECK
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/knock.h"

struct plan {
	struct sockaddr_in to;
	uint32_t gateway, first, count, rate, lifetime_s, check;
};

/* At once means sealed before; at a rate, the seals of 100,000 would age. */
static struct knock *seal_all(const struct plan *plan, struct haunt_key *key)
{
	struct knock *knocks = calloc(plan->count, sizeof(*knocks));

	if (knocks == NULL)
		die("memory");
	for (uint32_t i = 0; i < plan->count; i++)
		knock_seal(key, plan->first + i, ntohs(plan->to.sin_port),
			   plan->lifetime_s, &knocks[i]);
	return knocks;
}

static void send_all(const struct plan *plan, struct haunt_key *key, int fd,
		     const struct knock *sealed)
{
	uint64_t start = now_ns();

	for (uint32_t i = 0; i < plan->count; i++) {
		const struct knock *knock = &sealed[i];
		struct knock fresh;

		if (plan->rate > 0) {
			sleep_until(start +
				    (uint64_t)i * 1000000000u / plan->rate);
			knock_seal(key, plan->first + i,
				   ntohs(plan->to.sin_port), plan->lifetime_s,
				   &fresh);
			knock = &fresh;
		}
		knock_send(fd, plan->first + i, plan->gateway, knock);
	}
}

static uint32_t count_open(const struct plan *plan)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < plan->check; i++) {
		uint32_t which =
			(uint32_t)((uint64_t)i * plan->count / plan->check);

		open += door_is_open(plan->first + which, &plan->to);
	}
	return open;
}

static int run(const struct plan *plan, struct haunt_key *key)
{
	struct knock *sealed = plan->rate > 0 ? NULL : seal_all(plan, key);
	int fd = knock_socket();
	uint64_t start = now_ns(), sent, end;

	send_all(plan, key, fd, sealed);
	sent = now_ns();
	end = door_race(plan->first + plan->count - 1, &plan->to, 1000,
			sent + 120000000000u);
	free(sealed);
	printf("sent_ms %.1f\n", (double)(sent - start) / 1e6);
	if (end == 0) {
		puts("last lost");
	} else {
		printf("last_ms %.1f\n", (double)(end - start) / 1e6);
		printf("per_s %.0f\n",
		       plan->count * 1e9 / (double)(end - start));
	}
	printf("lost %u of %u\n", plan->check - count_open(plan), plan->check);
	return 0;
}

int main(int argc, char **argv)
{
	struct haunt_key *key;
	struct plan plan;
	int status;

	if (argc != 9) {
		fputs("usage: burst KEYFILE GATEWAY PORT FIRST-ADDRESS COUNT "
		      "RATE LIFETIME CHECK\n",
		      stderr);
		return 2;
	}
	plan = (struct plan){
		.gateway = address_parse(argv[2]),
		.first = address_parse(argv[4]),
		.count = number_parse(argv[5]),
		.rate = number_parse(argv[6]),
		.lifetime_s = number_parse(argv[7]),
		.check = number_parse(argv[8]),
	};
	plan.to = address_make(plan.gateway, (uint16_t)number_parse(argv[3]));
	key = knock_key(argv[1]);
	status = run(&plan, key);
	haunt_key_free(key);
	return status;
}
