/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the names of the variables. */
#include "core/run/facts.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>

#define FACTS_PATH \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *const hook_names[HOOK_COUNT] = {
	[HOOK_GRANT] = "on-grant",
	[HOOK_END] = "on-end",
};

static const char *const reasons[RUN_REASON_COUNT] = {
	[RUN_REASON_NONE] = "",
	[RUN_REASON_EXPIRED] = "expired",
	[RUN_REASON_REVOKED] = "revoked",
	[RUN_REASON_USED] = "used",
	[RUN_REASON_REPLACED] = "replaced",
};

static bool listed(const uint16_t *list, size_t len, uint16_t what)
{
	for (size_t i = 0; i < len; i++) {
		if (list[i] == what)
			return true;
	}
	return false;
}

bool job_known(const struct config *config, const struct run_job *job)
{
	const struct client *c;

	if (job->client >= config->clients_len)
		return false;
	c = &config->clients[job->client];
	if (!job->is_hook)
		return job->what < config->commands_len &&
		       listed(c->commands, c->commands_len, job->what);
	/* Whose grant was adopted may have lost the service since. */
	return job->what < config->services_len &&
	       config->services[job->what].hooks[job->hook].len;
}

__attribute__((format(printf, 2, 3))) static void fact_add(struct facts *f,
							   const char *format,
							   ...)
{
	size_t room = sizeof(f->text) - f->used;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(f->text + f->used, room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room || f->len == FACTS_MAX)
		return;
	f->at[f->len++] = f->text + f->used;
	f->at[f->len] = NULL;
	f->used += (size_t)n + 1;
}

static const char *proto_text(uint8_t proto)
{
	return proto == IPPROTO_UDP ? "udp" : "tcp";
}

static void hook_facts(struct facts *f, const struct service *s,
		       const struct run_job *job)
{
	char text[SERVICE_TARGET_MAX];

	fact_add(f, "HAUNT_SERVICE=%s", s->name);
	fact_add(f, "HAUNT_PORT=%u", (unsigned int)job->port);
	fact_add(f, "HAUNT_PROTO=%s", proto_text(job->proto));
	fact_add(f, "HAUNT_TARGET=%s", service_target_of(s, job->port, text));
	fact_add(f, "HAUNT_LIFETIME=%" PRIu32, job->lifetime_s);
	fact_add(f, "HAUNT_GRANT=%" PRIu32, job->grant);
	if (job->hook != HOOK_END)
		return;
	fact_add(f, "HAUNT_REASON=%s", reasons[job->reason]);
	if (job->sessions == RUN_SESSIONS_UNKNOWN)
		fact_add(f, "HAUNT_SESSIONS=unknown");
	else
		fact_add(f, "HAUNT_SESSIONS=%" PRIu32, job->sessions);
}

void facts_make(const struct config *config, const struct run_job *job,
		struct facts *out)
{
	char text[ADDR_TEXT_MAX];
	const char *event =
		job->is_hook ? hook_names[job->hook] + 3 : "command";

	out->len = 0;
	out->used = 0;
	fact_add(out, "PATH=%s", FACTS_PATH);
	fact_add(out, "HAUNT_EVENT=%s", event);
	fact_add(out, "HAUNT_CLIENT=%s", config->clients[job->client].name);
	fact_add(out, "HAUNT_ADDRESS=%s", addr_format(&job->address, text));
	if (job->is_hook)
		hook_facts(out, &config->services[job->what], job);
	else
		fact_add(out, "HAUNT_COMMAND=%s",
			 config->commands[job->what].name);
}

const char *job_label(const struct config *config, const struct run_job *job,
		      char buf[FACTS_LABEL_MAX])
{
	const char *client = config->clients[job->client].name;
	char text[ADDR_TEXT_MAX];

	addr_format(&job->address, text);
	if (job->is_hook)
		snprintf(buf, FACTS_LABEL_MAX,
			 "hook=%s service=%s client=%s address=%s "
			 "grant=%" PRIu32,
			 hook_names[job->hook],
			 config->services[job->what].name, client, text,
			 job->grant);
	else
		snprintf(buf, FACTS_LABEL_MAX,
			 "command=%s client=%s address=%s",
			 config->commands[job->what].name, client, text);
	return buf;
}
