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
	c->user_names = strdup("_haunt-names");
	if (c->state_dir && c->control_socket && c->control_group &&
	    c->user_capture && c->user_gate && c->user_nat && c->user_names)
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
		free(c->services[i].named);
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
	free(c->user_names);
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
