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
#include "client/keep.h"
#include "client/profile.h"
#include "client/row.h"
#include "client/start.h"
#include "client/tell.h"

#define SSH_PORT      22
#define SSH_PORT_TEXT "22"
#define HOST_OPTION   "HostName="
#define OPTION_MAX    640
#define EXE_MAX	      2048

struct ssh_words {
	struct keep_words keep;
	const char *login;
	const char *service;
	const char *config;
	const char *quiet;
	const char *no_history;
	const char *help;
};

#define WORD(member) offsetof(struct ssh_words, member)

static const struct arg ssh_args[] = {
	KEEP_ARGS,
	{ "-l", "a user's name", WORD(login) },
	{ "--service", "a service of the gateway", WORD(service) },
	{ "--config", "a file", WORD(config) },
	{ "--quiet", NULL, WORD(quiet) },
	{ "--no-history", NULL, WORD(no_history) },
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
	bool forgets;
	char outer[8]; /* the port that was drawn, where it must not change */
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
	const char *slash = forwarded ? "/" : "";
	unsigned int port = forwarded ? s->nat_port : s->access[0].first;
	const char *above = forwarded ? address : "";

	if (!name_plain(host) || !name_plain(address)) {
		tell("'%s' is no name that ssh can check a host's key under",
		     name_plain(host) ? address : host);
		return HAUNT_EFORMAT;
	}
	if (port == SSH_PORT)
		snprintf(t->alias, sizeof(t->alias), "HostKeyAlias=%s%s%s",
			 above, slash, host);
	else
		snprintf(t->alias, sizeof(t->alias), "HostKeyAlias=%s%s[%s]:%u",
			 above, slash, host, port);
	snprintf(t->host, sizeof(t->host), HOST_OPTION "%s", address);
	snprintf(t->port, sizeof(t->port), "%u", s->access[0].first);
	return HAUNT_OK;
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
	if (all->own.no_history)
		row_add(&r, "--no-history");
	row_add(&r, "--");
	row_add(&r, t->host + sizeof(HOST_OPTION) - 1);
	row_add(&r, t->port);
	return row_full(&r) ? HAUNT_ELENGTH : handed_put(exe, r.words);
}

/* What ssh is started with; NULL: no memory. To be freed, its texts are of t
 * and all. */
static char **ssh_argv(const struct ssh_all *all, struct ssh_texts *t)
{
	const char *const ours[] = {
		"ssh",
		"-o",
		"ProxyCommand=" HANDED_COMMAND,
		"-o",
		"ProxyUseFdpass=no",
		"-o",
		t->alias,
		"-o",
		t->host,
		"-p",
		t->port,
		"-l",
		all->own.login,
	};
	size_t ours_len = sizeof(ours) / sizeof(ours[0]);
	size_t rest_len = 0;
	char **argv;

	if (!all->own.login)
		ours_len -= 2;
	while (all->rest && all->rest[rest_len])
		rest_len++;
	argv = calloc(ours_len + rest_len + 2, sizeof(*argv));
	if (!argv)
		return NULL;
	memcpy(argv, ours, ours_len * sizeof(*argv));
	memcpy(argv + ours_len, &all->destination, sizeof(*argv));
	if (rest_len)
		memcpy(argv + ours_len + 1, all->rest,
		       rest_len * sizeof(*argv));
	return argv;
}

/* ssh as a child, and knocks while it runs, by the port that it goes by. */
static enum cmd_status ssh_keep(const struct ssh_all *all,
				struct session *session,
				const struct keep *keep, char *const *argv)
{
	const struct knocker k = {
		.session = session,
		.words = &all->plan,
		.config = all->own.config,
		.forgets = all->forgets,
	};

	return keep_run(keep, &k, argv);
}

static enum cmd_status ssh_start(struct ssh_all *all,
				 const struct client_conf *conf,
				 struct ssh_texts *t, const struct plan *plan)
{
	struct session session = { .key = NULL };
	enum cmd_status status = CMD_OK;
	char **argv = NULL;
	struct keep keep;
	enum haunt_err err;

	if (keep_make(&all->own.keep, plan->service.lifetime_s, &keep))
		return CMD_USAGE;
	if (keep.every_ms)
		status = session_open(&session, plan);
	if (status != CMD_OK)
		goto out;
	/* The proxy's packet is the first one that is saved. */
	session.saved = true;
	if (keep.every_ms && plan->service.outer == CLIENT_OUTER_RANDOM) {
		snprintf(all->outer, sizeof(all->outer), "%u", session.outer);
		all->plan.nat_port = all->outer;
	}
	err = proxy_hand(all, conf, t);
	argv = err ? NULL : ssh_argv(all, t);
	if (!argv) {
		tell("preparing ssh: %s",
		     err == HAUNT_ESYS
			     ? strerror(errno)
			     : haunt_strerror(err ? err : HAUNT_ENOMEM));
		status = CMD_NOT_STARTED;
	} else if (keep.every_ms) {
		status = ssh_keep(all, &session, &keep, argv);
	} else {
		status = start_become(argv);
	}
out:
	free(argv);
	session_close(&session);
	return status;
}

/* Not inlined: a plan on the stack is enough. */
__attribute__((noinline)) static enum cmd_status ssh_run(
	struct ssh_all *all, const struct client_conf *conf)
{
	struct ssh_texts texts;
	struct entry entry;
	struct plan plan;

	if (all->plan.key_fd) {
		tell("--key-fd is not for ssh, which closes descriptors that "
		     "it does not know");
		return CMD_USAGE;
	}
	words_complete(all, conf);
	all->forgets = all->own.no_history || !conf->history;
	if (entry_make(&all->entry, "SSH-", &entry) ||
	    plan_make(&all->plan, conf, &plan) || plan_check_tcp(&plan) ||
	    texts_make(&plan, &texts))
		return CMD_USAGE;
	plan.quiet = all->own.quiet;
	return ssh_start(all, conf, &texts, &plan);
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
