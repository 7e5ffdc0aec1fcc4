/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how lists of unknown length become one line of known length. The
 * result stands last, so everything before it is bounded.
 */
#include "core/gate/verdict.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX      320 /* bytes of one list: 31 doors fit */
#define LIFETIMES_MAX 64  /* where they differ; a few say enough */
#define NAMES_MAX     4	  /* services that are named one by one */
#define HOST_MAX      64
#define CARRIER_TEXT  (16 + ADDR_TEXT_MAX)

struct text {
	char *buf;
	size_t cap;
	size_t len;
};

/* Adds what fits. After the first item that does not there are no others: in
 * a list with a gap the rest would stand in the wrong places. */
static void text_add(struct text *t, const char *what)
{
	size_t n = strlen(what);

	if (n >= t->cap - t->len) {
		t->cap = t->len + 1;
		return;
	}
	memcpy(t->buf + t->len, what, n + 1);
	t->len += n;
}

const char *verdict_text(enum verdict_result result)
{
	static const char *const texts[VERDICT_COUNT] = {
		[VERDICT_GRANTED] = "granted", [VERDICT_RENEWED] = "renewed",
		[VERDICT_RUN] = "run",	       [VERDICT_REPLAY] = "replay",
		[VERDICT_STALE] = "stale",     [VERDICT_DENIED] = "denied",
		[VERDICT_BUSY] = "busy",       [VERDICT_ERROR] = "error",
	};

	return texts[result];
}

static const char *proto_text(uint8_t proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

static void services_add(struct text *t, const struct config *config,
			 const struct grant_batch *batch)
{
	char more[16];
	uint16_t last = UINT16_MAX;
	unsigned int names = 0, left = 0;

	for (size_t i = 0; i < batch->len; i++) {
		uint16_t at = batch->grants[i].service;

		if (at == last)
			continue;
		last = at;
		if (names == NAMES_MAX) {
			left++;
			continue;
		}
		text_add(t, names++ ? "," : "");
		text_add(t, config->services[at].name);
	}
	if (!left)
		return;
	snprintf(more, sizeof(more), ",+%u", left);
	text_add(t, more);
}

static void doors_add(struct text *t, const struct grant_batch *batch)
{
	char item[24];

	for (size_t i = 0; i < batch->len; i++) {
		const struct grant *g = &batch->grants[i];

		snprintf(item, sizeof(item), "%s%s/%u", i ? "," : "",
			 proto_text(g->proto), (unsigned int)g->port);
		text_add(t, item);
	}
}

static void ids_add(struct text *t, const struct grant_batch *batch)
{
	char item[24];

	for (size_t i = 0; i < batch->len; i++) {
		snprintf(item, sizeof(item), "%s%u", i ? "," : "",
			 (unsigned int)batch->grants[i].id);
		text_add(t, item);
	}
}

static void lifetimes_add(struct text *t, const struct grant_batch *batch)
{
	char item[24];
	bool same = true;

	for (size_t i = 1; i < batch->len; i++) {
		if (batch->grants[i].lifetime_ms !=
		    batch->grants[0].lifetime_ms)
			same = false;
	}
	for (size_t i = 0; i < (same ? 1 : batch->len); i++) {
		uint32_t ms = batch->grants[i].lifetime_ms;

		snprintf(item, sizeof(item), "%s%us", i ? "," : "",
			 (unsigned int)((ms + 999) / 1000));
		text_add(t, item);
	}
}

/* What a packet asked for that got nowhere: its ports and NAT target, or the
 * beginning of the text that asks for a command. */
static void request_add(struct text *t, const struct haunt_request *r)
{
	char host[HOST_MAX];
	char item[HOST_MAX + 24];

	if (r->type == HAUNT_TYPE_COMMAND) {
		text_add(t, " asked-command=");
		text_add(t, log_text(r->command, strlen(r->command), host,
				     sizeof(host)));
	}
	for (size_t i = 0; i < r->ports_len && i < HAUNT_PORTS_MAX; i++) {
		snprintf(item, sizeof(item), "%s%s/%u",
			 i ? "," : " asked=", proto_text(r->ports[i].proto),
			 (unsigned int)r->ports[i].port);
		text_add(t, item);
	}
	if (!r->nat_port)
		return;
	log_text(r->nat_host, strlen(r->nat_host), host, sizeof(host));
	snprintf(item, sizeof(item), " target=%s,%u", host,
		 (unsigned int)r->nat_port);
	text_add(t, item);
}

/* " reason=…", " error=…", or nothing. */
static void reason_add(struct text *t, const struct verdict *v)
{
	const char *name = v->error ? strerrorname_np(v->error) : NULL;

	if (v->reason) {
		text_add(t, " reason=");
		text_add(t, v->reason);
	}
	if (name) {
		text_add(t, " error=");
		text_add(t, name);
	}
}

/* "udp", "http via=192.0.2.7" */
static void arrival_add(struct text *t, const struct arrival *how)
{
	static const struct ip_addr none;
	char via[ADDR_TEXT_MAX];

	text_add(t, carrier_name(how->carrier));
	if (addr_equal(&how->via, &none))
		return;
	text_add(t, " via=");
	text_add(t, addr_format(&how->via, via));
}

static bool is_way_in(const struct verdict *v)
{
	return v->result == VERDICT_GRANTED || v->result == VERDICT_RENEWED;
}

static void batch_log(const struct config *config, const struct verdict *v,
		      const char *address, const char *reason)
{
	char services[LIST_MAX] = "", doors[LIST_MAX] = "";
	char lifetimes[LIFETIMES_MAX] = "", ids[LIST_MAX] = "";
	char carrier[CARRIER_TEXT] = "";
	struct text t[5] = {
		{ .buf = services, .cap = sizeof(services) },
		{ .buf = doors, .cap = sizeof(doors) },
		{ .buf = lifetimes, .cap = sizeof(lifetimes) },
		{ .buf = ids, .cap = sizeof(ids) },
		{ .buf = carrier, .cap = sizeof(carrier) },
	};

	arrival_add(&t[4], &v->arrival);
	services_add(&t[0], config, v->batch);
	doors_add(&t[1], v->batch);
	lifetimes_add(&t[2], v->batch);
	if (is_way_in(v)) {
		text_add(&t[3], " grant=");
		ids_add(&t[3], v->batch);
	}
	log_event(LOG_LEVEL_INFO, "admit",
		  "client=%s carrier=%s service=%s address=%s door=%s "
		  "lifetime=%s%s result=%s%s",
		  config->clients[v->client].name, carrier, services, address,
		  doors, lifetimes, ids, verdict_text(v->result), reason);
}

void verdict_log(const struct config *config, const struct verdict *v)
{
	char address[ADDR_TEXT_MAX];
	char reason[96] = "", carrier[CARRIER_TEXT] = "";
	struct text c = { .buf = carrier, .cap = sizeof(carrier) };
	char asked[LIST_MAX + HOST_MAX] = "";
	struct text r = { .buf = reason, .cap = sizeof(reason) };
	struct text a = { .buf = asked, .cap = sizeof(asked) };

	addr_format(&v->address, address);
	reason_add(&r, v);
	if (v->batch) {
		batch_log(config, v, address, reason);
		return;
	}
	arrival_add(&c, &v->arrival);
	if (v->command) {
		log_event(LOG_LEVEL_INFO, "admit",
			  "client=%s carrier=%s command=%s address=%s "
			  "result=%s%s",
			  config->clients[v->client].name, carrier,
			  v->command->name, address, verdict_text(v->result),
			  reason);
		return;
	}
	if (v->request)
		request_add(&a, v->request);
	log_event(LOG_LEVEL_INFO, "admit",
		  "client=%s carrier=%s address=%s%s result=%s%s",
		  config->clients[v->client].name, carrier, address, asked,
		  verdict_text(v->result), reason);
}

void verdict_of_nat(const struct nat_result *answer, struct verdict *v)
{
	v->error = (int)answer->error;
	if (answer->err == HAUNT_EBUSY) {
		v->result = VERDICT_BUSY;
		v->reason = "firewall-full";
	} else if (answer->err == HAUNT_ESTALE) {
		v->result = VERDICT_BUSY;
		v->reason = "door-changed";
	} else if (answer->err == HAUNT_EDENIED) {
		v->result = VERDICT_DENIED;
		v->reason = "nat-refused";
	} else {
		v->result = VERDICT_ERROR;
		v->reason = "firewall";
	}
}
