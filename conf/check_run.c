/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what is missing, twice or in vain about commands and hooks, and their
 * defaults.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/schema.h"

#define RUN_USER      "nobody"
#define RUN_TIMEOUT_S 10

static void user_default(struct reader *r, char **user)
{
	if (!*user)
		*user = strdup(RUN_USER);
	if (!*user)
		reader_no_memory(r);
}

void check_hooks(struct reader *r, struct service *s,
		 const struct service_notes *notes)
{
	static const struct {
		enum service_field field;
		const char *name;
	} options[] = {
		{ SERVICE_HOOK_USER, "hook-user" },
		{ SERVICE_HOOK_GROUP, "hook-group" },
		{ SERVICE_HOOK_TIMEOUT, "hook-timeout" },
	};

	user_default(r, &s->hook_user);
	if (!notes->given[SERVICE_HOOK_TIMEOUT])
		s->hook_timeout_s = RUN_TIMEOUT_S;
	if (notes->given[SERVICE_ON_GRANT] || notes->given[SERVICE_ON_END])
		return;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		unsigned int line = notes->given[options[i].field];

		if (line)
			reader_mistake(r, line,
				       "%s is for on-grant and on-end; there "
				       "is none of them",
				       options[i].name);
	}
}

static void check_command(struct reader *r, struct run_command *c,
			  const struct command_notes *notes)
{
	if (!notes->given[COMMAND_ARGV])
		reader_mistake(r, notes->line, "command '%s' has no 'argv'",
			       c->name);
	user_default(r, &c->program.user);
	if (!notes->given[COMMAND_TIMEOUT])
		c->program.timeout_s = RUN_TIMEOUT_S;
	if (!notes->given[COMMAND_REQUEST])
		memcpy(c->request, c->name, sizeof(c->name));
}

/* What a packet says must mean one thing. */
static void check_twice(struct reader *r, const struct draft *d, size_t j)
{
	const struct run_command *b = &d->config->commands[j];
	const struct command_notes *notes = &d->commands[j];

	for (size_t i = 0; i < j; i++) {
		const struct run_command *a = &d->config->commands[i];

		if (*b->name && !strcmp(a->name, b->name))
			reader_mistake(r, notes->line,
				       "command '%s' is there twice, first in "
				       "line %u",
				       b->name, d->commands[i].line);
		else if (*b->request && !strcmp(a->request, b->request))
			reader_mistake(r,
				       notes->given[COMMAND_REQUEST]
					       ? notes->given[COMMAND_REQUEST]
					       : notes->line,
				       "command '%s' has the same request as "
				       "'%s' in line %u",
				       b->name, a->name, d->commands[i].line);
		else
			continue;
		return;
	}
}

void check_commands(struct reader *r, struct draft *d)
{
	if (d->commands_len > CONFIG_COMMANDS_MAX) {
		reader_mistake(r, d->commands[CONFIG_COMMANDS_MAX].line,
			       "more than %d commands", CONFIG_COMMANDS_MAX);
		return;
	}
	for (size_t i = 0; i < d->commands_len; i++)
		check_command(r, &d->config->commands[i], &d->commands[i]);
	for (size_t j = 0; j < d->commands_len; j++)
		check_twice(r, d, j);
}

void resolve_commands(struct reader *r, const struct config *config,
		      struct client *c, const struct client_notes *notes)
{
	for (size_t i = 0; i < notes->commands_len; i++) {
		size_t at = config_command(config, notes->commands[i].name);
		uint16_t *index;

		if (at == SIZE_MAX) {
			reader_mistake(r, notes->commands[i].line,
				       "commands: there is no command '%s'",
				       notes->commands[i].name);
			continue;
		}
		index = reader_grow(r, &c->commands, &c->commands_len,
				    sizeof(*index));
		if (index)
			*index = (uint16_t)at;
	}
}
