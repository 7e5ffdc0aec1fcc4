/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's firewall without the daemon around it, for tests: reads verbs
 * from stdin, one a line, and answers each with a line that begins with "ok"
 * or "error".
 *
 *	natctl CONFIG [MISSING [FAULT N]]
 *	  add ID REPLACES SERVICE CLIENT ADDRESS tcp|udp PORT MILLISECONDS
 *	  apply | revoke | cut | stale  what was added, as one batch
 *	  list | sessions | repair
 *	  flood N MILLISECONDS      N grants of service 0, one transaction each
 *	  fault KIND N              orders a failure (tests/lib/fault.h) ...
 *	  faulted                   ... ends it: "ok yes" if it came to that
 *
 * A failure on order from the beginning is one of the opening.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nat/adopt.h"
#include "nat/nl.h"
#include "tests/lib/fault.h"

#define TEXT_MAX (64 * 1024)

struct driver {
	struct config *config;
	struct fw *fw;
	struct rule rules[GRANT_BATCH_MAX];
	size_t len;
};

static void mistake(void *arg, const char *name, unsigned int line,
		    const char *text)
{
	(void)arg;
	fprintf(stderr, "%s:%u: %s\n", name, line, text);
}

static void verdict(enum haunt_err err, const struct fw_error *why)
{
	int error = errno;

	if (err == HAUNT_OK)
		puts("ok");
	else if (why)
		printf("error %d %s at=%zd\n", (int)err,
		       nl_errno_name(why->error), (ssize_t)why->at);
	else
		printf("error %d %s\n", (int)err,
		       err == HAUNT_ESYS ? nl_errno_name(error) : "");
}

static void rule_add(struct driver *d, const char *line)
{
	struct grant g = { .id = 0 };
	char address[ADDR_TEXT_MAX], proto[8];
	enum haunt_err err;

	if (sscanf(line, "add %u %u %hu %hu %63s %7s %hu %u", &g.id,
		   &g.replaces, &g.service, &g.client, address, proto, &g.port,
		   &g.lifetime_ms) != 8 ||
	    addr_parse(address, strlen(address), &g.address) != HAUNT_OK ||
	    d->len == GRANT_BATCH_MAX) {
		puts("error syntax");
		return;
	}
	g.proto = strcmp(proto, "udp") == 0 ? IPPROTO_UDP : IPPROTO_TCP;
	err = rule_resolve(d->config, &g, &d->rules[d->len]);
	d->len += err == HAUNT_OK;
	verdict(err, NULL);
}

static enum haunt_err rule_print(void *arg, const struct rule *r)
{
	char address[ADDR_TEXT_MAX];

	(void)arg;
	printf("rule %u %s %u %s\n", r->id, addr_format(&r->address, address),
	       r->outer, r->lifetime_ms > 0 ? "live" : "dead");
	return HAUNT_OK;
}

static enum haunt_err session_print(void *arg, const struct sight *sight)
{
	const struct session *s = &sight->session;
	char client[ADDR_TEXT_MAX], outer[ADDR_TEXT_MAX], inner[ADDR_TEXT_MAX];

	(void)arg;
	if (s->state != SESSION_LIVES)
		return HAUNT_OK;
	printf("session %u %s %s %s %s\n", s->id,
	       s->proto == IPPROTO_TCP ? "tcp" : "udp",
	       endpoint_format(&s->client, client),
	       endpoint_format(&s->outer, outer),
	       endpoint_format(&s->inner, inner));
	return HAUNT_OK;
}

struct listing {
	struct driver *driver;
	struct nat_result result;
};

static enum haunt_err list_told(void *arg, uint16_t type, const struct wr *body)
{
	struct listing *l = arg;
	struct rd r = rd_of(body->start, body->len);
	struct grant g;
	struct rule rule;
	enum haunt_err err;

	if (type != NAT_RULE)
		return nat_result_get(&r, &l->result);
	err = grant_get(&r, &g);
	if (err == HAUNT_OK)
		err = rule_resolve(l->driver->config, &g, &rule);
	return err == HAUNT_OK ? rule_print(NULL, &rule) : err;
}

/* As the gate is told of it. */
static enum haunt_err list(struct driver *d)
{
	struct listing l = { .driver = d };
	struct nat_port port = {
		.ops = &fw_nft, .fw = d->fw, .send = list_told, .arg = &l
	};
	struct adopt *a = NULL;
	enum haunt_err err = adopt_new(&port, &a);

	if (err == HAUNT_OK)
		err = adopt_begin(a, 1);
	while (err == HAUNT_OK && adopt_busy(a))
		err = adopt_step(a);
	adopt_free(a);
	errno = (int)l.result.error;
	return err == HAUNT_OK ? (enum haunt_err)l.result.err : err;
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int double_compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Grants to 198.18.0.0/15, ids from 1000 on; says how long each took. */
static enum haunt_err flood_run(struct driver *d, uint32_t n, uint32_t ms,
				double *took)
{
	const struct service *s = &d->config->services[0];
	struct grant g = { .lifetime_ms = ms,
			   .proto = s->proto,
			   .port = s->at[0].first };
	enum haunt_err err = HAUNT_OK;

	for (uint32_t i = 0; err == HAUNT_OK && i < n; i++) {
		uint8_t four[4] = { 198, (uint8_t)(18 + (i >> 16)),
				    (uint8_t)(i >> 8), (uint8_t)i };
		struct fw_error why;
		struct rule r;
		double start;

		g.id = 1000 + i;
		g.address = addr_from_v4(four);
		err = rule_resolve(d->config, &g, &r);
		start = now_us();
		if (err == HAUNT_OK)
			err = fw_nft.apply(d->fw, &r, 1, &why);
		took[i] = now_us() - start;
	}
	return err;
}

static void flood(struct driver *d, const char *line)
{
	unsigned int n, ms;
	double *took;
	enum haunt_err err;

	if (sscanf(line, "flood %u %u", &n, &ms) != 2 || n == 0 || n > 131072) {
		puts("error syntax");
		return;
	}
	took = calloc(n, sizeof(*took));
	if (!took) {
		puts("error memory");
		return;
	}
	err = flood_run(d, n, ms, took);
	qsort(took, n, sizeof(*took), double_compare);
	if (err == HAUNT_OK)
		printf("ok median_us=%.1f p99_us=%.1f max_us=%.1f\n",
		       took[n / 2], took[n - n / 100 - 1], took[n - 1]);
	else
		verdict(err, NULL);
	free(took);
}

static void fault(const char *line)
{
	char kind[16];
	unsigned long n;

	if (sscanf(line, "fault %15s %lu", kind, &n) == 2 && n &&
	    fault_order(kind, n))
		puts("ok");
	else
		puts("error syntax");
}

static void obey(struct driver *d, const char *line)
{
	struct fw_error why = { .at = FW_AT_NONE };

	if (strncmp(line, "add ", 4) == 0) {
		rule_add(d, line);
	} else if (strcmp(line, "apply") == 0) {
		verdict(fw_nft.apply(d->fw, d->rules, d->len, &why), &why);
		d->len = 0;
	} else if (strcmp(line, "revoke") == 0) {
		verdict(fw_nft.revoke(d->fw, d->rules, d->len, false, &why),
			&why);
		d->len = 0;
	} else if (strcmp(line, "cut") == 0) {
		verdict(fw_nft.revoke(d->fw, d->rules, d->len, true, &why),
			&why);
		d->len = 0;
	} else if (strcmp(line, "stale") == 0) {
		verdict(fw_nft.cut_stale(d->fw, d->rules, d->len), NULL);
		d->len = 0;
	} else if (strcmp(line, "list") == 0) {
		verdict(list(d), NULL);
	} else if (strcmp(line, "sessions") == 0) {
		verdict(fw_nft.sessions(d->fw, session_print, NULL), NULL);
	} else if (strcmp(line, "repair") == 0) {
		verdict(fw_nft.repair(d->fw), NULL);
	} else if (strncmp(line, "fault ", 6) == 0) {
		fault(line);
	} else if (strcmp(line, "faulted") == 0) {
		puts(fault_end() ? "ok yes" : "ok no");
	} else if (strncmp(line, "flood ", 6) == 0) {
		flood(d, line);
	} else {
		puts("error unknown");
	}
}

static struct config *config_read(const char *path)
{
	static char text[TEXT_MAX];
	struct config *config = NULL;
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	if (config_parse(text, path, mistake, NULL, &config) != HAUNT_OK)
		return NULL;
	return config;
}

/* Opens the firewall, with the failure that the arguments order. */
static enum haunt_err firewall_open(struct driver *d,
				    const struct fw_setup *setup, int argc,
				    char **argv)
{
	enum haunt_err err;

	if (argc == 5 && !fault_order(argv[3], strtoul(argv[4], NULL, 10)))
		return HAUNT_EFORMAT;
	err = fw_nft.open(setup, &d->fw);
	if (argc == 5)
		printf("faulted %s\n", fault_end() ? "yes" : "no");
	return err;
}

int main(int argc, char **argv)
{
	struct fw_setup setup = { .try_ms = -1 };
	struct driver d = { .len = 0 };
	char line[256];

	log_open("natctl", "nat", LOG_SINK_STDERR, LOG_LEVEL_DEBUG);
	setvbuf(stdout, NULL, _IOLBF, 0);
	d.config = argc > 1 ? config_read(argv[1]) : NULL;
	if (!d.config)
		return 2;
	setup.config = d.config;
	if (argc > 2)
		setup.missing = argv[2];
	if (firewall_open(&d, &setup, argc, argv) != HAUNT_OK) {
		puts("error open");
		return 1;
	}
	puts("ok open");
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(&d, line);
	}
	fw_nft.close(d.fw);
	config_free(d.config);
	return 0;
}
