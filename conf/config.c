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
	c->user_pgp = strdup("_haunt-pgp");
	c->gpg_home = strdup(HAUNT_SYSCONFDIR "/gnupg");
	c->user_run = strdup("_haunt-run");
	c->user_names = strdup("_haunt-names");
	if (c->state_dir && c->control_socket && c->control_group &&
	    c->user_capture && c->user_gate && c->user_nat && c->user_run &&
	    c->user_names && c->user_pgp && c->gpg_home)
		return c;
	config_free(c);
	return NULL;
}

static void argv_clear(struct argv *argv)
{
	for (size_t i = 0; i < argv->len; i++)
		free(argv->words[i]);
	free(argv->words);
}

static void service_clear(struct service *s)
{
	for (size_t i = 0; i < HOOK_COUNT; i++)
		argv_clear(&s->hooks[i]);
	free(s->hook_user);
	free(s->hook_group);
	free(s->at);
	free(s->to);
	free(s->named);
}

static void command_clear(struct run_command *c)
{
	argv_clear(&c->program.argv);
	free(c->program.user);
	free(c->program.group);
}

void config_free(struct config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->services_len; i++)
		service_clear(&c->services[i]);
	for (size_t i = 0; i < c->commands_len; i++)
		command_clear(&c->commands[i]);
	for (size_t i = 0; i < c->clients_len; i++) {
		free(c->clients[i].key_path);
		free(c->clients[i].services);
		free(c->clients[i].commands);
		free(c->clients[i].from);
		free(c->clients[i].gpg_signers);
		free(c->clients[i].destination);
	}
	free(c->listeners);
	free(c->services);
	free(c->clients);
	free(c->commands);
	free(c->never_close_for);
	free(c->trusted_proxies);
	free(c->state_dir);
	free(c->control_socket);
	free(c->control_group);
	free(c->user_capture);
	free(c->user_gate);
	free(c->user_nat);
	free(c->user_pgp);
	free(c->gpg_home);
	free(c->gpg_passphrase_path);
	free(c->user_run);
	free(c->user_names);
	free(c);
}

static void draft_clear(struct draft *d)
{
	for (size_t i = 0; i < d->clients_len; i++) {
		free(d->clients[i].services);
		free(d->clients[i].commands);
	}
	free(d->commands);
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

bool port_list_has(const struct port_list *list, uint16_t port)
{
	for (size_t i = 0; i < list->len; i++) {
		if (port >= list->at[i].first && port <= list->at[i].last)
			return true;
	}
	return false;
}

size_t config_command(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->commands_len; i++)
		if (!strcmp(config->commands[i].name, name))
			return i;
	return SIZE_MAX;
}

bool config_runs(const struct config *config)
{
	for (size_t i = 0; i < config->services_len; i++)
		for (size_t h = 0; h < HOOK_COUNT; h++)
			if (config->services[i].hooks[h].len)
				return true;
	return config->commands_len;
}
