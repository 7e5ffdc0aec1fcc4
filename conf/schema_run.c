/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what the options of commands and hooks look like: what is started, as
 * whom, and for how long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/parse.h"
#include "conf/schema_part.h"

static void take_word(struct reader *r, const char *field, const char *value,
		      struct argv *argv)
{
	char **word;

	if (!argv->len && value[0] != '/') {
		reader_wanted(r, field,
			      "a path that begins with '/' as the first word",
			      value);
		return;
	}
	if (argv->len == CONFIG_ARGV_MAX) {
		reader_mistake(r, reader_line(r), "%s: more than %d words",
			       field, CONFIG_ARGV_MAX);
		return;
	}
	word = reader_grow(r, &argv->words, &argv->len, sizeof(*word));
	if (!word)
		return;
	*word = strdup(value);
	if (!*word)
		reader_no_memory(r);
}

static void take_run_time(struct reader *r, const char *field,
			  const char *value, uint32_t *out)
{
	if (parse_duration(value, CONFIG_RUN_MAX_S, out))
		reader_wanted(r, field,
			      "a time of 1s to 24h, as in \"10s\" or \"5m\"",
			      value);
}

/* ---- hooks ---- */

void service_take_on_grant(struct reader *r, const char *value)
{
	take_word(r, "on-grant", value, &service_of(r)->hooks[HOOK_GRANT]);
}

void service_take_on_end(struct reader *r, const char *value)
{
	take_word(r, "on-end", value, &service_of(r)->hooks[HOOK_END]);
}

void service_take_hook_user(struct reader *r, const char *value)
{
	take_account(r, "hook-user", value, &service_of(r)->hook_user);
}

void service_take_hook_group(struct reader *r, const char *value)
{
	take_account(r, "hook-group", value, &service_of(r)->hook_group);
}

void service_take_hook_timeout(struct reader *r, const char *value)
{
	take_run_time(r, "hook-timeout", value, &service_of(r)->hook_timeout_s);
}

/* ---- commands ---- */

static struct run_command *command_of(struct reader *r)
{
	struct config *c = draft_config(r);

	return &c->commands[c->commands_len - 1];
}

static struct command_notes *command_notes_of(struct reader *r)
{
	struct draft *d = reader_arg(r);

	return &d->commands[d->commands_len - 1];
}

static void command_begin(struct reader *r, const char *title)
{
	struct draft *d = reader_arg(r);
	struct config *c = d->config;
	struct command_notes *notes =
		reader_grow(r, &d->commands, &d->commands_len, sizeof(*notes));
	struct run_command *command = reader_grow(
		r, &c->commands, &c->commands_len, sizeof(*command));

	if (!notes || !command)
		return;
	notes->line = reader_line(r);
	take_name(r, "command", title, command->name);
}

static void command_take_argv(struct reader *r, const char *value)
{
	take_word(r, "argv", value, &command_of(r)->program.argv);
}

static void command_take_user(struct reader *r, const char *value)
{
	take_account(r, "user", value, &command_of(r)->program.user);
}

static void command_take_group(struct reader *r, const char *value)
{
	take_account(r, "group", value, &command_of(r)->program.group);
}

static void command_take_timeout(struct reader *r, const char *value)
{
	take_run_time(r, "timeout", value, &command_of(r)->program.timeout_s);
}

static void command_take_request(struct reader *r, const char *value)
{
	size_t len = strlen(value);

	for (const char *c = value; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			len = 0;
	}
	if (len && len <= CONFIG_REQUEST_MAX)
		memcpy(command_of(r)->request, value, len + 1);
	else
		reader_wanted(r, "request",
			      "1 to 175 printable ASCII characters", value);
}

static void command_end(struct reader *r)
{
	struct command_notes *notes = command_notes_of(r);

	for (size_t i = 0; i < COMMAND_FIELDS; i++)
		notes->given[i] = reader_given(r, i);
}

static const struct reader_field fields[COMMAND_FIELDS] = {
	[COMMAND_ARGV] = { "argv", true, command_take_argv },
	[COMMAND_USER] = { "user", false, command_take_user },
	[COMMAND_GROUP] = { "group", false, command_take_group },
	[COMMAND_TIMEOUT] = { "timeout", false, command_take_timeout },
	[COMMAND_REQUEST] = { "request", false, command_take_request },
};

const struct reader_section schema_command = {
	.name = "command",
	.fields = fields,
	.fields_len = COMMAND_FIELDS,
	.begin = command_begin,
	.end = command_end,
};
