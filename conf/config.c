/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a text becomes a struct config: the reader fills a draft, the
 * checks look at it as a whole, and only a draft without a mistake leaves
 * this file.
 */
#include "conf/config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"
#include "conf/reader.h"
#include "conf/schema.h"

static void numbers_default(struct config *c)
{
	c->integration = INTEGRATION_AUTO;
	c->age_window_s = 120;
	c->max_grants = 65536;
	c->session_poll_s = 10;
	c->log_sink = LOG_SINK_STDERR;
	c->log_level = LOG_LEVEL_INFO;
}

static struct config *config_new(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	numbers_default(c);
	c->state_dir = strdup(HAUNT_STATEDIR);
	c->control_socket = strdup(HAUNT_RUNDIR "/control");
	c->control_group = strdup("haunt");
	c->user_capture = strdup("_haunt-cap");
	c->user_gate = strdup("_haunt");
	c->user_nat = strdup("_haunt-nat");
	if (c->state_dir && c->control_socket && c->control_group &&
	    c->user_capture && c->user_gate && c->user_nat)
		return c;
	config_free(c);
	return NULL;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->services_len; i++) {
		free(c->services[i].at);
		free(c->services[i].to);
	}
	for (size_t i = 0; i < c->clients_len; i++) {
		free(c->clients[i].key_path);
		free(c->clients[i].services);
		free(c->clients[i].from);
	}
	free(c->listeners);
	free(c->services);
	free(c->clients);
	free(c->never_close_for);
	free(c->state_dir);
	free(c->control_socket);
	free(c->control_group);
	free(c->user_capture);
	free(c->user_gate);
	free(c->user_nat);
	free(c);
}

static void draft_clear(struct draft *d)
{
	for (size_t i = 0; i < d->clients_len; i++)
		free(d->clients[i].services);
	for (size_t i = 0; i < d->services_len; i++)
		free(d->services[i].at_lines);
	free(d->listeners);
	free(d->services);
	free(d->clients);
	config_free(d->config);
}

enum haunt_err config_parse(const char *text, const char *name,
			    config_mistake_fn *fn, void *arg,
			    struct config **out)
{
	struct draft draft = { .config = config_new() };
	struct reader_calls calls = {
		.mistake = fn,
		.mistake_arg = arg,
		.name = name,
		.arg = &draft,
	};
	struct reader *r = NULL;
	enum haunt_err err = HAUNT_ENOMEM;

	if (!draft.config)
		goto out;
	err = reader_new(&calls, &r);
	if (err)
		goto out;
	err = reader_run(r, text, &schema_root);
	if (err)
		goto out;
	if (reader_complete(r))
		check_draft(r, &draft);
	err = reader_finish(r);
	if (err)
		goto out;
	*out = draft.config;
	draft.config = NULL;
out:
	reader_free(r);
	draft_clear(&draft);
	return err;
}

bool service_at(const struct service *service, uint8_t proto, uint16_t port)
{
	for (size_t i = 0; i < service->at_len; i++) {
		const struct port_range *at = &service->at[i];

		if (at->proto == proto && at->first <= port && port <= at->last)
			return true;
	}
	return false;
}

bool service_targets(const struct service *service, uint16_t port)
{
	return service->target.port <= port && port <= service->target_last;
}

uint16_t service_inner(const struct service *service, uint16_t outer)
{
	uint16_t first = service->target.port;

	for (size_t i = 0; first != service->target_last && i < service->at_len;
	     i++) {
		const struct port_range *at = &service->at[i];

		if (at->first <= outer && outer <= at->last)
			return (uint16_t)(first + (outer - at->first));
	}
	return first;
}

const char *service_target_format(const struct service *service,
				  char buf[SERVICE_TARGET_MAX])
{
	char address[ADDR_TEXT_MAX], last[8] = "";

	if (service->internet)
		return strcpy(buf, "internet");
	if (service->target_last != service->target.port)
		snprintf(last, sizeof(last), "-%u", service->target_last);
	snprintf(buf, SERVICE_TARGET_MAX, "%s%s%s/%u%s",
		 service->local ? ""
				: addr_format(&service->target.addr, address),
		 service->local ? "" : " ", proto_name(service->proto),
		 service->target.port, last);
	return buf;
}

bool client_may_use(const struct client *client, size_t service)
{
	for (size_t i = 0; i < client->services_len; i++)
		if (client->services[i] == service)
			return true;
	return false;
}

size_t config_service(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->services_len; i++)
		if (!strcmp(config->services[i].name, name))
			return i;
	return SIZE_MAX;
}

size_t config_client(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->clients_len; i++)
		if (!strcmp(config->clients[i].name, name))
			return i;
	return SIZE_MAX;
}
