/* SPDX-License-Identifier: GPL-2.0-or-later */
/* haunt list: the gateways and services of the person's file. */
#include <stdio.h>
#include <string.h>

#include "client/args.h"
#include "client/cmd.h"
#include "client/json_out.h"
#include "client/list.h"
#include "client/profile.h"
#include "client/tell.h"
#include "client/term.h"

struct list_words {
	const char *config;
	const char *names;
	const char *json;
	const char *help;
};

static const struct arg list_args[] = {
	{ "--names", NULL, offsetof(struct list_words, names) },
	{ "--json", NULL, offsetof(struct list_words, json) },
	{ "--config", "a file", offsetof(struct list_words, config) },
	{ "--help", NULL, offsetof(struct list_words, help) },
};

static const char usage[] = "usage: haunt list [GATEWAY] [OPTION…]\n";

static void list_names(const struct client_conf *conf,
		       const struct client_gateway *only)
{
	for (size_t i = 0; !only && i < conf->gateways_len; i++)
		puts(conf->gateways[i].name);
	for (size_t i = 0; only && i < only->services_len; i++)
		puts(only->services[i].name);
}

static void list_all(const struct client_conf *conf,
		     const struct client_gateway *only, bool json)
{
	const struct term t = term_of(stdout);
	json_t *gateways = json ? json_array() : NULL;

	for (size_t i = 0; i < conf->gateways_len; i++) {
		const struct client_gateway *g = &conf->gateways[i];

		if (only && g != only)
			continue;
		if (json)
			json_array_append_new(gateways, list_json(g));
		else
			list_print(g, &t);
	}
	if (json)
		json_out(
			json_pack("{s:b, s:o}", "ok", 1, "gateways", gateways));
}

static enum cmd_status list_run(const struct list_words *own, const char *name)
{
	const struct client_gateway *only = NULL;
	struct client_conf *conf = NULL;
	enum cmd_status status = CMD_USAGE;

	if (profile_read(own->config, &conf))
		goto out;
	if (name)
		only = client_conf_match(conf, name);
	if (name && !only) {
		tell("there is no gateway '%s' in the configuration", name);
		goto out;
	}
	status = CMD_OK;
	if (own->names)
		list_names(conf, only);
	else
		list_all(conf, only, own->json);
out:
	if (own->json && status != CMD_OK)
		json_failure(status);
	client_conf_free(conf);
	return status;
}

enum cmd_status cmd_list(char **argv)
{
	struct list_words own = { .config = NULL };
	const struct args args = {
		.tables = { { list_args,
			      sizeof(list_args) / sizeof(list_args[0]),
			      &own } },
		.words_max = 1,
	};
	const char *name = NULL;
	size_t n = 0;

	if (args_parse(&args, argv, &name, &n))
		return CMD_USAGE;
	if (own.help) {
		fputs(usage, stdout);
		args_help(&args, stdout);
		return CMD_OK;
	}
	if (own.names && own.json) {
		tell("--names and --json exclude each other");
		return CMD_USAGE;
	}
	return list_run(&own, name);
}
