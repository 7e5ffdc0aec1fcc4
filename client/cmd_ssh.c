/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt ssh: ssh(1), with `haunt proxy` as its ProxyCommand, so that the
 * connection is the one that the knock opened, whichever port it is by. ssh
 * is told the service's own port and checks the host's key under one name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/entry.h"
#include "client/handed.h"
#include "client/profile.h"
#include "client/tell.h"

#define SSH_PORT      22
#define SSH_PORT_TEXT "22"
#define OPTION_MAX    640
#define EXE_MAX	      2048

struct ssh_words {
	const char *service;
	const char *config;
	const char *quiet;
	const char *help;
};

#define WORD(member) offsetof(struct ssh_words, member)

static const struct arg ssh_args[] = {
	{ "--service", "a service of the gateway", WORD(service) },
	{ "--config", "a file", WORD(config) },
	{ "--quiet", NULL, WORD(quiet) },
	{ "--help", NULL, WORD(help) },
};

static const char usage[] =
	"usage: haunt ssh [OPTION…] [USER@]GATEWAY [words for ssh(1)]\n";

/* The command line as it was typed. */
struct ssh_all {
	struct plan_words plan;
	struct entry_words entry;
	struct ssh_words own;
	const char *destination; /* [USER@]GATEWAY */
	char **rest;
};

/* What ssh and the proxy are told besides. */
struct ssh_texts {
	char alias[OPTION_MAX];
	char host[OPTION_MAX];
	char port[8];
};

/* The profile that the destination means, and its service, into the words. */
static void words_complete(struct ssh_all *all, const struct client_conf *conf)
{
	const char *at = strrchr(all->destination, '@');
	const struct client_gateway *g;

	all->plan.gateway = at ? at + 1 : all->destination;
	all->plan.service = all->own.service;
	g = client_conf_match(conf, all->plan.gateway);
	if (g)
		all->plan.gateway = g->name;
	if (all->plan.service || all->plan.access)
		return;
	if (g && client_gateway_service(g, "ssh"))
		all->plan.service = "ssh";
	else if (!g || !g->services_len)
		all->plan.access = "tcp/" SSH_PORT_TEXT;
}

/* Names that ssh takes in an option, and in a list of known hosts. */
static bool name_plain(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789.:_-") == strlen(name);
}

/*
 * The host's key belongs to who answers behind the door: the gateway's own
 * name is the one that ssh itself would use for that port.
 */
static enum haunt_err texts_make(const struct plan *plan, struct ssh_texts *t)
{
	const struct client_service *s = &plan->service;
	const char *address = plan->gateway.address;
	bool forwarded = s->nat == CLIENT_NAT_HOST;
	const char *host = forwarded ? s->nat_host : address;
	unsigned int port = forwarded ? s->nat_port : s->access[0].first;
	int used = 0;

	if (!name_plain(host) || !name_plain(address)) {
		tell("'%s' is no name that ssh can check a host's key under",
		     name_plain(host) ? address : host);
		return HAUNT_EFORMAT;
	}
	if (forwarded)
		used = snprintf(t->alias, sizeof(t->alias), "%s/", address);
	if (port == SSH_PORT)
		snprintf(t->alias + used, sizeof(t->alias) - (size_t)used, "%s",
			 host);
	else
		snprintf(t->alias + used, sizeof(t->alias) - (size_t)used,
			 "[%s]:%u", host, port);
	snprintf(t->host, sizeof(t->host), "%s", address);
	snprintf(t->port, sizeof(t->port), "%u", s->access[0].first);
	return HAUNT_OK;
}

/* A row of words that grows. */
struct row {
	const char *words[HANDED_MAX + 2];
	size_t len;
};

static void row_add(struct row *r, const char *word)
{
	if (r->len < HANDED_MAX + 1)
		r->words[r->len++] = word;
}

/* Whatever was typed of a table, as it was typed. */
static void row_add_typed(struct row *r, const struct arg_table *table)
{
	for (size_t i = 0; i < table->len; i++) {
		const struct arg *a = &table->args[i];
		const char *value;

		memcpy(&value, (const char *)table->values + a->offset,
		       sizeof(value));
		if (!value)
			continue;
		row_add(r, a->name);
		if (a->wanted)
			row_add(r, value);
	}
}

/* The proxy's command line, into the environment. */
static enum haunt_err proxy_hand(struct ssh_all *all,
				 const struct client_conf *conf,
				 const struct ssh_texts *t)
{
	const struct arg_table typed[] = {
		{ plan_args, PLAN_ARGS_LEN, &all->plan },
		{ entry_args, ENTRY_ARGS_LEN, &all->entry },
	};
	struct row r = { .words = { "proxy" }, .len = 1 };
	char exe[EXE_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		return HAUNT_ESYS;
	exe[n] = '\0';
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		row_add_typed(&r, &typed[i]);
	if (client_conf_gateway(conf, all->plan.gateway)) {
		row_add(&r, "--profile");
		row_add(&r, all->plan.gateway);
	}
	if (all->plan.service) {
		row_add(&r, "--service");
		row_add(&r, all->plan.service);
	}
	if (all->own.config) {
		row_add(&r, "--config");
		row_add(&r, all->own.config);
	}
	if (all->own.quiet)
		row_add(&r, "--quiet");
	row_add(&r, "--");
	row_add(&r, t->host);
	row_add(&r, t->port);
	return handed_put(exe, r.words);
}

/* Becomes ssh; returns only if that fails. */
static enum cmd_status ssh_become(const struct ssh_all *all,
				  const struct ssh_texts *t)
{
	char alias[OPTION_MAX + 16], host[OPTION_MAX + 16];
	const char *const ours[] = {
		"ssh",
		"-o",
		"ProxyCommand=" HANDED_COMMAND,
		"-o",
		"ProxyUseFdpass=no",
		"-o",
		alias,
		"-o",
		host,
		"-p",
		t->port,
		all->destination,
	};
	const size_t ours_len = sizeof(ours) / sizeof(ours[0]);
	enum cmd_status status = CMD_NOT_STARTED;
	size_t rest_len = 0;
	char **argv;

	while (all->rest && all->rest[rest_len])
		rest_len++;
	argv = calloc(ours_len + rest_len + 1, sizeof(*argv));
	if (!argv) {
		tell("no memory");
		return status;
	}
	snprintf(alias, sizeof(alias), "HostKeyAlias=%s", t->alias);
	snprintf(host, sizeof(host), "HostName=%s", t->host);
	memcpy(argv, ours, sizeof(ours));
	if (rest_len)
		memcpy(argv + ours_len, all->rest, rest_len * sizeof(*argv));
	execvp("ssh", argv);
	if (errno == ENOENT)
		status = CMD_NOT_FOUND;
	tell("ssh: %s", strerror(errno));
	free(argv);
	return status;
}

static enum cmd_status ssh_run(struct ssh_all *all,
			       const struct client_conf *conf)
{
	struct ssh_texts texts;
	struct entry entry;
	struct plan plan;
	enum haunt_err err;

	words_complete(all, conf);
	if (entry_make(&all->entry, "SSH-", &entry) ||
	    plan_make(&all->plan, conf, &plan) || plan_check_tcp(&plan) ||
	    texts_make(&plan, &texts))
		return CMD_USAGE;
	err = proxy_hand(all, conf, &texts);
	if (err) {
		tell("preparing ssh: %s",
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
		return CMD_NOT_STARTED;
	}
	return ssh_become(all, &texts);
}

enum cmd_status cmd_ssh(char **argv)
{
	struct ssh_all all = { .destination = NULL };
	const struct args args = {
		.tables = { { plan_args, PLAN_ARGS_LEN, &all.plan },
			    { entry_args, ENTRY_ARGS_LEN, &all.entry },
			    { ssh_args, sizeof(ssh_args) / sizeof(ssh_args[0]),
			      &all.own } },
		.words_max = 1,
		.rest = &all.rest,
		.stops = true,
	};
	enum cmd_status status = CMD_USAGE;
	struct client_conf *conf = NULL;
	size_t n = 0;

	if (args_parse(&args, argv, &all.destination, &n))
		return CMD_USAGE;
	if (all.own.help || !n) {
		FILE *to = all.own.help ? stdout : stderr;

		fputs(usage, to);
		args_help(&args, to);
		return all.own.help ? CMD_OK : CMD_USAGE;
	}
	if (*all.destination == '-') {
		tell("'%s' is no destination", all.destination);
		return CMD_USAGE;
	}
	if (!profile_read(all.own.config, &conf))
		status = ssh_run(&all, conf);
	client_conf_free(conf);
	return status;
}
