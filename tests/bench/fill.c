/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the kernel's firewall with grants of the configuration's first service
 * and says what one more costs, before and after; then holds them until its
 * input ends. Grant i is for the i-th address from 198.18.0.0 on at the first
 * of the service's ports, of which there are as many as it takes.
 *
 *	fill CONFIG FEW MANY LIFETIME-S
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "nat/fw.h"
#include "tests/bench/knock.h"

#define TEXT_MAX  (64 * 1024)
#define ADDRESSES 131072u /* 198.18.0.0/15 */
#define FIRST	  0xc6120000u
#define SAMPLES	  2000u

struct fill {
	struct config *config;
	struct fw *fw;
	uint32_t made;
	uint32_t lifetime_ms;
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "fill: %s\n", what);
	exit(1);
}

static void mistake(void *arg, const char *name, unsigned int line,
		    const char *text)
{
	(void)arg;
	fprintf(stderr, "%s:%u: %s\n", name, line, text);
}

static struct config *config_read(const char *path)
{
	static char text[TEXT_MAX];
	struct config *config = NULL;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		die(path);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	if (config_parse(text, path, mistake, NULL, &config) != HAUNT_OK)
		give_up("bad configuration");
	return config;
}

static void rule_next(struct fill *fill, struct rule *out)
{
	const struct service *s = &fill->config->services[0];
	uint32_t address = FIRST + fill->made % ADDRESSES;
	uint8_t four[4] = { (uint8_t)(address >> 24), (uint8_t)(address >> 16),
			    (uint8_t)(address >> 8), (uint8_t)address };
	struct grant g = { .id = fill->made + 1,
			   .lifetime_ms = fill->lifetime_ms,
			   .proto = s->proto,
			   .address = addr_from_v4(four) };

	g.port = (uint16_t)(s->at[0].first + fill->made / ADDRESSES);
	fill->made++;
	if (rule_resolve(fill->config, &g, out) != HAUNT_OK)
		give_up("no such grant");
}

static void put(struct fill *fill, uint32_t n)
{
	struct rule rules[GRANT_BATCH_MAX];
	struct fw_error why;

	for (uint32_t i = 0; i < n; i++)
		rule_next(fill, &rules[i]);
	if (fw_nft.apply(fill->fw, rules, n, &why) != HAUNT_OK) {
		fprintf(stderr, "fill: grant %u: %s\n", fill->made,
			strerror(why.error));
		exit(1);
	}
}

static void fill_to(struct fill *fill, uint32_t n)
{
	while (fill->made < n) {
		uint32_t left = n - fill->made;

		put(fill, left < GRANT_BATCH_MAX ? left : GRANT_BATCH_MAX);
	}
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The median of SAMPLES transactions of one grant each. */
static double insert_us(struct fill *fill)
{
	static uint64_t took[SAMPLES];

	for (size_t i = 0; i < SAMPLES; i++) {
		uint64_t start = now_ns();

		put(fill, 1);
		took[i] = now_ns() - start;
	}
	qsort(took, SAMPLES, sizeof(took[0]), by_size);
	return (double)took[SAMPLES / 2] / 1e3;
}

static void wait_for_end(void)
{
	fflush(stdout);
	while (getchar() != EOF)
		continue;
}

int main(int argc, char **argv)
{
	struct fill fill = { .made = 0 };

	if (argc != 5) {
		fputs("usage: fill CONFIG FEW MANY LIFETIME-S\n", stderr);
		return 2;
	}
	log_open("fill", "nat", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	fill.config = config_read(argv[1]);
	fill.lifetime_ms = number_parse(argv[4]) * 1000;
	if (fw_nft.open(fill.config, NULL, &fill.fw) != HAUNT_OK)
		give_up("no firewall");
	fill_to(&fill, number_parse(argv[2]));
	printf("few_us %.2f\n", insert_us(&fill));
	fill_to(&fill, number_parse(argv[3]));
	if (number_parse(argv[3]) > 0)
		printf("many_us %.2f\n", insert_us(&fill));
	puts("ready");
	wait_for_end();
	fw_nft.close(fill.fw);
	config_free(fill.config);
	return 0;
}
