/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt open: one packet, and what it asks for on stdout. There is no answer
 * to it: that a door is open is known only by going in, which --wait does.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd.h"
#include "client/entry.h"
#include "client/json_out.h"
#include "client/keep.h"
#include "client/open_print.h"
#include "client/profile.h"
#include "client/start.h"
#include "client/tell.h"

#define SSH_PORT 22

struct open_words {
	struct keep_words keep;
	const char *config;
	const char *print;
	const char *wait;
	const char *json;
	const char *quiet;
	const char *no_history;
	const char *help;
};

#define WORD(member) offsetof(struct open_words, member)

static const struct arg open_args[] = {
	KEEP_ARGS,
	{ "--wait", NULL, WORD(wait) },
	{ "--json", NULL, WORD(json) },
	{ "--quiet", NULL, WORD(quiet) },
	{ "--no-history", NULL, WORD(no_history) },
	{ "--config", "a file", WORD(config) },
	{ "--print", NULL, WORD(print) },
	{ "--help", NULL, WORD(help) },
};

static const char usage[] =
	"usage: haunt open GATEWAY [SERVICE] [OPTION…] [-- COMMAND [WORD…]]\n";

/* The command line as it was typed. */
struct open_all {
	struct plan_words plan;
	struct entry_words entry;
	struct open_words own;
	char **command; /* NULL: there is none */
};

/* What is left of it when it has been understood. */
struct opening {
	const struct open_all *typed;
	struct plan plan;
	struct entry entry;
	struct keep keep;
	bool forgets;
};

/* ---- what goes together ---- */

static const char *open_clash(const struct open_all *all)
{
	const struct open_words *own = &all->own;

	if (all->command && !*all->command)
		return "there is no command behind '--'";
	if (own->print && (own->wait || own->json || own->keep.keep ||
			   own->keep.every || all->command))
		return "--print sends nothing, and goes with none of --wait, "
		       "--keep, --json and a command";
	if (own->json && all->command)
		return "--json and a command would share standard output";
	if (own->keep.keep && own->keep.every)
		return "--keep is given twice";
	if (!own->wait && (all->entry.expect || all->entry.deadline))
		return "--expect and --deadline are for --wait";
	return NULL;
}

static bool waits_for_tcp(const struct client_service *s)
{
	for (size_t i = 0; i < s->access_len; i++)
		if (s->access[i].proto == IPPROTO_TCP)
			return true;
	return false;
}

/* What its server says first, where that is known. */
static const char *expect_guess(const struct client_service *s)
{
	return s->access_len == 1 && s->access[0].first == SSH_PORT ? "SSH-"
								    : NULL;
}

static enum haunt_err opening_make(const struct open_all *all,
				   const struct client_conf *conf,
				   struct opening *o)
{
	*o = (struct opening){
		.typed = all,
		.forgets = all->own.no_history || !conf->history,
	};
	if (plan_make(&all->plan, conf, &o->plan))
		return HAUNT_EFORMAT;
	o->plan.quiet = all->own.quiet;
	if (entry_make(&all->entry, expect_guess(&o->plan.service),
		       &o->entry) ||
	    keep_make(&all->own.keep, o->plan.service.lifetime_s, &o->keep))
		return HAUNT_EFORMAT;
	if (*o->plan.service.command && (all->own.wait || o->keep.every_ms)) {
		tell("a command is asked for once, and nothing answers: leave "
		     "--wait and --keep out");
		return HAUNT_EFORMAT;
	}
	if (!all->own.wait || waits_for_tcp(&o->plan.service))
		return HAUNT_OK;
	tell("--wait: whether a UDP port is open cannot be seen from here; "
	     "leave --wait out");
	return HAUNT_EFORMAT;
}

/* ---- carrying it out ---- */

static void opening_say(const struct opening *o, const struct session *s,
			const struct session_packet *packet)
{
	const struct open_all *all = o->typed;

	if (all->own.json)
		open_print_json(s, packet, all->plan.gateway, all->own.wait);
	else if (!all->own.quiet && !all->command)
		open_print_line(s, packet, all->own.wait);
	fflush(stdout);
}

/* The command's status, or CMD_OK if there is nothing more to be done. */
static enum cmd_status opening_use(const struct opening *o,
				   const struct knocker *k,
				   const struct session_packet *packet)
{
	const struct haunt_request *q = &packet->request;
	char address[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];
	const struct way way = {
		.gateway = o->typed->plan.gateway,
		.service = o->plan.service.name,
		.address = session_gateway(k->session, address),
		.doors = ask_doors(q, doors),
		.port = q->ports_len ? q->ports[0].port : 0,
	};
	enum cmd_status status = CMD_OK;
	char **argv = NULL;

	if (o->typed->command &&
	    start_prepare(&way, o->typed->command, &argv)) {
		tell("no memory");
		return CMD_NOT_STARTED;
	}
	if (o->keep.every_ms)
		status = keep_run(&o->keep, k, argv);
	else if (argv)
		status = start_become(argv);
	start_free(argv);
	return status;
}

static enum cmd_status opening_knock(const struct opening *o,
				     const struct knocker *k,
				     struct session_packet *packet)
{
	struct race_winner winner = { .fd = -1 };
	enum cmd_status status;

	if (!o->typed->own.wait)
		return knock(k, packet);
	status = entry_go_in(&o->entry, k, packet, &winner);
	if (winner.fd >= 0)
		close(winner.fd);
	return status;
}

static enum cmd_status opening_run(const struct opening *o, bool *said)
{
	struct session s;
	const struct knocker k = { .session = &s,
				   .words = &o->typed->plan,
				   .config = o->typed->own.config,
				   .forgets = o->forgets };
	struct session_packet packet;
	enum cmd_status status = session_open(&s, &o->plan);

	if (status == CMD_OK && o->typed->own.print) {
		status = session_seal(&s, &packet);
		if (status == CMD_OK)
			open_print_packet(&s, &packet);
	} else if (status == CMD_OK) {
		status = opening_knock(o, &k, &packet);
		if (status == CMD_OK) {
			*said = true;
			opening_say(o, &s, &packet);
			status = opening_use(o, &k, &packet);
		}
	}
	session_close(&s);
	return status;
}

static enum cmd_status open_run(const struct open_all *all)
{
	enum cmd_status status = CMD_USAGE;
	const char *clash = open_clash(all);
	struct client_conf *conf = NULL;
	struct opening o;
	bool said = false;

	if (clash)
		tell("%s", clash);
	else if (!profile_read(all->own.config, &conf) &&
		 !opening_make(all, conf, &o))
		status = opening_run(&o, &said);
	client_conf_free(conf);
	if (all->own.json && !said)
		json_failure(status);
	return status;
}

enum cmd_status cmd_open(char **argv)
{
	struct open_all all = { .command = NULL };
	const struct args args = {
		.tables = { { plan_args, PLAN_ARGS_LEN, &all.plan },
			    { entry_args, ENTRY_ARGS_LEN, &all.entry },
			    { open_args,
			      sizeof(open_args) / sizeof(open_args[0]),
			      &all.own } },
		.words_max = 2,
		.rest = &all.command,
	};
	const char *names[2] = { NULL, NULL };
	size_t n = 0;

	if (args_parse(&args, argv, names, &n))
		return CMD_USAGE;
	if (all.own.help || !n) {
		FILE *to = all.own.help ? stdout : stderr;

		fputs(usage, to);
		args_help(&args, to);
		return all.own.help ? CMD_OK : CMD_USAGE;
	}
	all.plan.gateway = names[0];
	all.plan.service = names[1];
	return open_run(&all);
}
