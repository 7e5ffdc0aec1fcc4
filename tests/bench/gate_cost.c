/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate's steps cost in one process without the sockets: a packet
 * that no key made with 1,000 clients configured, a claim, and a packet that
 * goes all the way to nat's door. Prints microseconds; judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/log.h"
#include "core/gate/admit.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

#define CLIENTS 1000
#define JUNK	2000
#define CLAIMS	20000
#define PACKETS 1000
#define FLUSHES 100

static struct kit kit;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static char *config_text(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	fputs("listen \"eth0\" { ports = {62201} }\n"
	      "service \"ssh\" { target = \"tcp/22\" }\n",
	      f);
	for (int i = 0; i < CLIENTS; i++)
		fprintf(f,
			"client \"c%d\" { key = \"@/c%d\" "
			"services = {\"ssh\"} }\n",
			i, i);
	fclose(f);
	return text;
}

static void bench_junk(void)
{
	struct haunt_request r = kit_request(&kit, "198.51.100.7", "tcp/22");
	struct datagram d = kit_packet(&kit, "c0", &r, "198.51.100.7");
	struct clients_opened opened;
	double start;

	d.payload[50] = d.payload[50] == 'A' ? 'B' : 'A';
	start = now_us();
	for (int i = 0; i < JUNK; i++)
		check_err(clients_open(kit.clients, &d, 0, &opened),
			  HAUNT_EAUTH);
	printf("junk packet, %d clients: %.1f us\n", CLIENTS,
	       (now_us() - start) / JUNK);
}

/* Each beyond the horizon: the first packet after half a minute of quiet. */
static void bench_flushes(void)
{
	struct replay_packet p = { .id = { 1 } };
	uint64_t first_ns;
	double start = now_us();

	for (int i = 0; i < FLUSHES; i++) {
		int64_t now = KIT_WALL_S - 4000 + 31 * i;

		p.time_s = (uint64_t)now;
		check_ok(replay_claim(kit.replay, &p, now, &first_ns));
	}
	printf("claim that moves the horizon: %.1f us\n",
	       (now_us() - start) / FLUSHES);
}

static void bench_claims(void)
{
	struct replay_packet p = { .time_s = KIT_WALL_S };
	uint64_t first_ns;
	double start = now_us();

	for (uint32_t i = 0; i < CLAIMS; i++) {
		uint32_t h = i * 2654435761u;

		memcpy(p.id, &h, sizeof(h));
		check_ok(replay_claim(kit.replay, &p, KIT_WALL_S, &first_ns));
	}
	printf("claim: %.1f us\n", (now_us() - start) / CLAIMS);
}

static enum haunt_err take(void *arg, uint32_t n, uint32_t *first)
{
	(void)arg;
	return replay_take_ids(kit.replay, n, first);
}

static void bench_admit(void)
{
	static const struct grants_ids ids = { .take = take };
	static struct admit a;
	struct datagram *packets = calloc(PACKETS, sizeof(*packets));
	const struct grant_batch *batch;
	double start;

	assert_non_null(packets);
	a = (struct admit){ .config = kit.config,
			    .clock = &kit.clock.clock,
			    .clients = kit.clients,
			    .replay = kit.replay };
	check_ok(grants_new(65536, &ids, &a.grants));
	for (int i = 0; i < PACKETS; i++) {
		char address[32];
		struct haunt_request r;

		snprintf(address, sizeof(address), "198.51.%d.%d",
			 100 + i / 250, 1 + i % 250);
		r = kit_request(&kit, address, "tcp/22");
		packets[i] = kit_packet(&kit, "c0", &r, address);
	}
	start = now_us();
	for (uint32_t i = 0; i < PACKETS; i++)
		check_ok(admit_packet(&a, &packets[i], i, &batch));
	printf("packet of the first of %d clients, to nat's door: %.1f us\n",
	       CLIENTS, (now_us() - start) / PACKETS);
	grants_free(a.grants);
	free(packets);
}

static void test_all(void **state)
{
	char *text = config_text();

	(void)state;
	kit_open(&kit, text);
	free(text);
	bench_junk();
	bench_flushes();
	bench_claims();
	bench_admit();
	kit_close(&kit);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_all) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
