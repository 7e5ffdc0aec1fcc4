/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how commands, hooks and a client's conditions are written down. */
#include "conf/print.h"

#include "conf/date.h"

static void print_argv(FILE *to, const char *name, const struct argv *argv)
{
	fprintf(to, "\t%s = {", name);
	for (size_t i = 0; i < argv->len; i++) {
		fputs(i ? ", " : "", to);
		print_text(to, argv->words[i]);
	}
	fputs("}\n", to);
}

void print_command(FILE *to, const struct run_command *c)
{
	const struct program *p = &c->program;

	fprintf(to, "command \"%s\" {\n", c->name);
	print_argv(to, "argv", &p->argv);
	print_option(to, "\t", "user", p->user);
	if (p->group)
		print_option(to, "\t", "group", p->group);
	fprintf(to, "\ttimeout = \"%us\"\n", p->timeout_s);
	print_option(to, "\t", "request", c->request);
	fputs("}\n", to);
}

void print_hooks(FILE *to, const struct service *s)
{
	static const char *const names[HOOK_COUNT] = {
		[HOOK_GRANT] = "on-grant",
		[HOOK_END] = "on-end",
	};
	size_t n = 0;

	for (size_t i = 0; i < HOOK_COUNT; i++) {
		if (!s->hooks[i].len)
			continue;
		print_argv(to, names[i], &s->hooks[i]);
		n++;
	}
	if (!n)
		return;
	print_option(to, "\t", "hook-user", s->hook_user);
	if (s->hook_group)
		print_option(to, "\t", "hook-group", s->hook_group);
	fprintf(to, "\thook-timeout = \"%us\"\n", s->hook_timeout_s);
}

void print_terms(FILE *to, const struct config *config, const struct client *c)
{
	char when[DATE_TEXT_MAX];

	if (c->commands_len) {
		fputs("\tcommands = {", to);
		for (size_t i = 0; i < c->commands_len; i++)
			fprintf(to, "%s\"%s\"", i ? ", " : "",
				config->commands[c->commands[i]].name);
		fputs("}\n", to);
	}
	if (c->expires_s)
		fprintf(to, "\texpires = \"%s\"\n",
			date_format(c->expires_s, when));
	if (*c->username)
		print_option(to, "\t", "require-username", c->username);
	if (c->destination_len) {
		fputc('\t', to);
		print_prefixes(to, "destination", c->destination,
			       c->destination_len);
	}
}
