/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of the control socket: whatever comes, each line has an answer of one
 * line of JSON, and what is in force is what the answers say.
 */
#include <jansson.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/gate/control.h"

#define GRANTS 20

static const char config_text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/1-65535\"} }\n"
	"client \"alice\" { key = \"/k/a\" services = {\"ssh\"} }\n"
	"client \"bob\" { key = \"/k/b\" services = {\"ssh\"} }\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t last_seq; /* of the question sent last; 0: answered */
static bool asked_sessions;

static void mistake(void *arg, const char *name, unsigned int line,
		    const char *text)
{
	(void)arg, (void)name, (void)line, (void)text;
	abort();
}

static enum haunt_err send_nat(void *arg, uint16_t type, const struct wr *body)
{
	struct rd r = rd_of(body->start, body->len);

	(void)arg;
	asked_sessions = type == NAT_SESSIONS;
	/* What is told has no answer. */
	if (type != NAT_WATCH && type != NAT_ORIGIN)
		last_seq = rd_u32(&r);
	return HAUNT_OK;
}

static void sessions_tell(struct gate_core *core)
{
	struct session s = { .proto = IPPROTO_UDP, .state = SESSION_LIVES };

	asked_sessions = false;
	for (uint32_t i = 1; i <= 3; i++) {
		s.id = i;
		s.serial = i;
		if (gate_core_listed(core, &s))
			abort();
	}
}

/* Nat agrees to everything. */
static void nat_agree(struct gate_core *core)
{
	uint64_t next;

	do {
		struct nat_result r = { .seq = last_seq };

		if (asked_sessions)
			sessions_tell(core);
		if (last_seq && gate_core_result(core, &r))
			abort();
		last_seq = 0;
		if (gate_core_tick(core, &next))
			abort();
	} while (last_seq);
}

static enum haunt_err wish_grant(void *arg, enum wish wish)
{
	(void)arg, (void)wish;
	return HAUNT_OK;
}

static struct gate_core *core_make(const struct config *config)
{
	static const struct before before;
	static const struct news news = { .generation = 1,
					  .cloak = NEWS_CLOAK_TRIED,
					  .cloak_until_ms = UINT64_MAX };
	const struct gate_parts parts = { .config = config,
					  .clock = clock_system(),
					  .send = send_nat,
					  .wish = wish_grant,
					  .news = &news,
					  .before = &before };
	struct grant g = { .lifetime_ms = 86400000, .proto = IPPROTO_TCP };
	struct gate_core *core;
	struct nat_result done = { .seq = 0 };

	if (gate_core_new(&parts, &core) || gate_core_start(core))
		abort();
	g.address = addr_from_v4("\306\063\144\007");
	for (uint16_t i = 1; i <= GRANTS; i++) {
		g.id = i;
		g.port = i;
		g.client = i & 1;
		if (gate_core_rule(core, &g))
			abort();
	}
	done.seq = last_seq;
	if (gate_core_result(core, &done))
		abort();
	last_seq = 0;
	nat_agree(core);
	return core;
}

static void answer_check(const char *text, size_t len)
{
	json_error_t error;
	json_t *root;

	if (!len || text[len - 1] != '\n' ||
	    memchr(text, '\n', len) != text + len - 1)
		abort();
	root = json_loadb(text, len, 0, &error);
	if (!json_is_boolean(json_object_get(root, "ok")))
		abort();
	json_decref(root);
}

static void line_try(struct gate_core *core, const char *line, size_t len)
{
	struct control_reply reply = { .state = CONTROL_NONE };
	static char out[32768];
	size_t n = 0;

	control_command(core, line, len, &reply);
	if (reply.state == CONTROL_WAITING)
		nat_agree(core);
	while (reply.state != CONTROL_NONE && n < sizeof(out)) {
		if (reply.state == CONTROL_WAITING)
			abort();
		n += control_fill(core, &reply, out + n, sizeof(out) - n);
		if (reply.state == CONTROL_WATCH)
			break;
	}
	answer_check(out, n);
	control_drop(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *config;
	const char *at = (const char *)data;
	struct gate_core *core;

	if (!config) {
		log_open("fuzz", NULL, LOG_SINK_STDERR, LOG_LEVEL_ERROR);
		if (config_parse(config_text, "fuzz", mistake, NULL, &config))
			abort();
	}
	core = core_make(config);
	while (size) {
		const char *end = memchr(at, '\n', size);
		size_t len = end ? (size_t)(end - at) : size;

		line_try(core, at, len);
		at += len + (end != NULL);
		size -= len + (end != NULL);
	}
	gate_core_free(core);
	return 0;
}
