/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt proxy: knock, go in, and be the wire between a program and the
 * service. Made for OpenSSH's ProxyCommand.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/entry.h"
#include "client/handed.h"
#include "client/profile.h"
#include "client/relay.h"
#include "client/tell.h"
#include "conf/parse.h"

struct proxy_words {
	const char *profile;
	const char *service;
	const char *config;
	const char *quiet;
	const char *no_history;
	const char *help;
};

#define WORD(member) offsetof(struct proxy_words, member)

static const struct arg proxy_args[] = {
	{ "--profile", "a gateway of the configuration", WORD(profile) },
	{ "--service", "a service of the profile", WORD(service) },
	{ "--config", "a file", WORD(config) },
	{ "--quiet", NULL, WORD(quiet) },
	{ "--no-history", NULL, WORD(no_history) },
	{ "--help", NULL, WORD(help) },
};

static const char usage[] = "usage: haunt proxy HOST PORT [OPTION…]\n";

/* The command line as it was typed. */
struct proxy_all {
	struct plan_words plan;
	struct entry_words entry;
	struct proxy_words own;
};

/* What is left of the command line when it has been understood. */
struct proxy {
	const struct proxy_all *typed;
	struct plan plan;
	struct entry entry;
	bool forgets;
};

/*
 * Which of a profile's services is meant by HOST PORT: the only one, the one
 * for that port, or the one called ssh.
 */
static const char *service_guess(const struct client_gateway *g, uint32_t port)
{
	const char *found = NULL;

	if (g->services_len == 1)
		return g->services[0].name;
	for (size_t i = 0; i < g->services_len; i++) {
		if (g->services[i].access[0].first != port)
			continue;
		if (found)
			return client_gateway_service(g, "ssh") ? "ssh" : NULL;
		found = g->services[i].name;
	}
	if (!found && client_gateway_service(g, "ssh"))
		found = "ssh";
	return found;
}

/* names are HOST and PORT. access has to live as long as words. */
static enum haunt_err words_complete(struct plan_words *words,
				     const struct proxy_words *own,
				     const struct client_conf *conf,
				     const char *const names[2],
				     char access[16])
{
	const struct client_gateway *g;
	uint32_t port = 0;

	if (parse_u32(names[1], 1, UINT16_MAX, &port)) {
		tell("PORT: expected a port of 1 to 65535, found '%s'",
		     names[1]);
		return HAUNT_EFORMAT;
	}
	words->gateway = own->profile ? own->profile : names[0];
	words->service = own->service;
	g = own->profile ? client_conf_gateway(conf, own->profile)
			 : client_conf_match(conf, names[0]);
	if (own->profile && !g) {
		tell("there is no gateway '%s' in the configuration",
		     own->profile);
		return HAUNT_EFORMAT;
	}
	if (g)
		words->gateway = g->name;
	if (words->service || words->access)
		return HAUNT_OK;
	if (g && g->services_len) {
		words->service = service_guess(g, port);
		return HAUNT_OK;
	}
	snprintf(access, 16, "tcp/%u", port);
	words->access = access;
	return HAUNT_OK;
}

static enum haunt_err proxy_check(const struct plan *plan)
{
	if (plan->key_fd != STDIN_FILENO)
		return plan_check_tcp(plan);
	tell("--key-fd 0: standard input is what goes through the connection");
	return HAUNT_EFORMAT;
}

static enum cmd_status proxy_run(const struct proxy *p)
{
	struct session s;
	struct race_winner winner = { .fd = -1 };
	struct relay relay = { .in = STDIN_FILENO, .out = STDOUT_FILENO };
	const struct knocker knocker = { .session = &s,
					 .words = &p->typed->plan,
					 .config = p->typed->own.config,
					 .forgets = p->forgets };
	struct session_packet packet;
	enum cmd_status status = session_open(&s, &p->plan);

	if (status == CMD_OK)
		status = entry_go_in(&p->entry, &knocker, &packet, &winner);
	session_close(&s);
	if (status != CMD_OK)
		return status;
	relay.sock = winner.fd;
	relay.first = winner.banner;
	relay.first_len = winner.len;
	/* Who reads our stdout may be gone before us: that is an end, too. */
	signal(SIGPIPE, SIG_IGN);
	if (relay_run(&relay)) {
		tell("the connection broke: %s", strerror(errno));
		status = CMD_NETWORK;
	}
	close(winner.fd);
	return status;
}

static enum cmd_status proxy_words(const struct args *args, char **argv,
				   struct proxy_all *all)
{
	const char *names[2] = { NULL, NULL };
	enum cmd_status status = CMD_USAGE;
	struct client_conf *conf = NULL;
	char access[16];
	struct proxy p;
	size_t n = 0;

	if (args_parse(args, argv, names, &n))
		return CMD_USAGE;
	if (all->own.help || n != 2) {
		FILE *to = all->own.help ? stdout : stderr;

		fputs(usage, to);
		args_help(args, to);
		return all->own.help ? CMD_OK : CMD_USAGE;
	}
	if (!profile_read(all->own.config, &conf) &&
	    !words_complete(&all->plan, &all->own, conf, names, access) &&
	    !entry_make(&all->entry, "SSH-", &p.entry) &&
	    !plan_make(&all->plan, conf, &p.plan) && !proxy_check(&p.plan)) {
		p.typed = all;
		p.plan.quiet = all->own.quiet;
		p.forgets = all->own.no_history || !conf->history;
		status = proxy_run(&p);
	}
	client_conf_free(conf);
	return status;
}

enum cmd_status cmd_proxy(char **argv)
{
	struct proxy_all all = { .own.help = NULL };
	const struct args args = {
		.tables = { { plan_args, PLAN_ARGS_LEN, &all.plan },
			    { entry_args, ENTRY_ARGS_LEN, &all.entry },
			    { proxy_args,
			      sizeof(proxy_args) / sizeof(proxy_args[0]),
			      &all.own } },
		.words_max = 2,
	};
	char *handed[HANDED_MAX + 2] = { argv[0] };

	if (!argv[1] || strcmp(argv[1], HANDED_OPTION))
		return proxy_words(&args, argv, &all);
	if (argv[2] || handed_take(handed)) {
		tell("proxy " HANDED_OPTION " is for haunt ssh alone");
		return CMD_USAGE;
	}
	return proxy_words(&args, handed, &all);
}
