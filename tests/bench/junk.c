/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet of a stranger's costs: COUNT packets of the right shape and
 * random content, RATE a second, and the time on the CPU that the processes
 * named by PID spend until all are refused, which a good knock behind them
 * shows.
 *
 *	junk KEYFILE GATEWAY PORT FROM COUNT RATE PID...
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "tests/bench/knock.h"

#define JUNK_LEN    225
#define PATIENCE_NS 120000000000u

static uint64_t thread_cpu_ns(const char *pid, const char *tid)
{
	unsigned long long ns = 0;
	char path[320];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/schedstat", pid, tid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%llu", &ns) != 1)
		die(path);
	fclose(f);
	return ns;
}

static uint64_t cpu_ns(char **pids, int n)
{
	uint64_t sum = 0;

	for (int i = 0; i < n; i++) {
		char path[64];
		struct dirent *entry;
		DIR *dir;

		snprintf(path, sizeof(path), "/proc/%s/task", pids[i]);
		dir = opendir(path);
		if (dir == NULL)
			die(path);
		while ((entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				sum += thread_cpu_ns(pids[i], entry->d_name);
		closedir(dir);
	}
	return sum;
}

static void junk_make(char *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char bits[JUNK_LEN];

	if (getrandom(bits, sizeof(bits), 0) != sizeof(bits))
		die("getrandom");
	for (int i = 0; i < JUNK_LEN; i++)
		out[i] = letters[bits[i] & 63];
	/* As every SPA packet begins, and as every tag of 32 bytes ends. */
	out[0] = "89+/"[bits[0] & 3];
	out[JUNK_LEN - 1] = letters[bits[JUNK_LEN - 1] & 60];
}

struct plan {
	struct sockaddr_in to, spa;
	uint32_t from, gateway, count, rate;
};

static void junk_send(const struct plan *plan, int fd)
{
	uint64_t start = now_ns();

	for (uint32_t i = 0; i < plan->count; i++) {
		char junk[JUNK_LEN];

		junk_make(junk);
		sleep_until(start + (uint64_t)i * 1000000000u / plan->rate);
		send_from(fd, plan->from, &plan->spa, junk, sizeof(junk));
	}
}

static void junk_await(const struct plan *plan, int fd, struct haunt_key *key)
{
	struct knock last;

	knock_seal(key, plan->from, ntohs(plan->to.sin_port), 0, &last);
	knock_send(fd, plan->from, plan->gateway, &last);
	if (door_race(plan->from, &plan->to, 1000, now_ns() + PATIENCE_NS) == 0)
		die("the knock behind the junk");
}

int main(int argc, char **argv)
{
	struct haunt_key *key;
	struct plan plan;
	uint64_t cpu;
	int fd = knock_socket();

	if (argc < 8) {
		fputs("usage: junk KEYFILE GATEWAY PORT FROM COUNT RATE "
		      "PID...\n",
		      stderr);
		return 2;
	}
	key = knock_key(argv[1]);
	plan = (struct plan){ .gateway = address_parse(argv[2]),
			      .from = address_parse(argv[4]),
			      .count = number_parse(argv[5]),
			      .rate = number_parse(argv[6]) };
	plan.to = address_make(plan.gateway, (uint16_t)number_parse(argv[3]));
	plan.spa = address_make(plan.gateway, HAUNT_PORT_DEFAULT);
	cpu = cpu_ns(argv + 7, argc - 7);
	junk_send(&plan, fd);
	junk_await(&plan, fd, key);
	cpu = cpu_ns(argv + 7, argc - 7) - cpu;
	printf("cpu_ms %.4f\n", (double)cpu / 1e6 / plan.count);
	haunt_key_free(key);
	return 0;
}
