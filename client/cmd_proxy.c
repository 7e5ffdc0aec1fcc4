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
#include "client/profile.h"
#include "client/race.h"
#include "client/relay.h"
#include "client/session.h"
#include "client/tell.h"
#include "conf/parse.h"

#define DEADLINE_DEFAULT_S 10
#define DEADLINE_MAX_S	   3600

struct proxy_words {
	const char *profile;
	const char *service;
	const char *deadline;
	const char *expect;
	const char *config;
	const char *help;
};

#define WORD(member) offsetof(struct proxy_words, member)

static const struct arg proxy_args[] = {
	{ "--profile", "a gateway of the configuration", WORD(profile) },
	{ "--service", "a service of the profile", WORD(service) },
	{ "--deadline", "a time of 1s to 1h", WORD(deadline) },
	{ "--expect", "the first bytes of the server, or none", WORD(expect) },
	{ "--config", "a file", WORD(config) },
	{ "--help", NULL, WORD(help) },
};

static const char usage[] =
	"usage: haunt proxy HOST PORT [--profile NAME] [--service NAME]\n"
	"           [--deadline TIME] [--expect TEXT|none] [--config FILE]\n"
	"           [any option of haunt open that is about what to ask for]\n";

/* What is left of the command line when it has been understood. */
struct proxy {
	struct plan plan;
	const char *expect;
	uint32_t deadline_s;
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

static enum haunt_err deadline_parse(const char *text, uint32_t *out)
{
	if (!text || !parse_duration(text, DEADLINE_MAX_S, out))
		return HAUNT_OK;
	tell("--deadline: expected a time of 1s to 1h, found '%s'", text);
	return HAUNT_EFORMAT;
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

static enum haunt_err proxy_check(const struct proxy *p)
{
	const struct client_service *s = &p->plan.service;

	if (s->access_len == 1 && s->access[0].proto == IPPROTO_TCP)
		return HAUNT_OK;
	tell("a proxy needs a service of one TCP port");
	return HAUNT_EFORMAT;
}

static enum cmd_status knock(struct session *s)
{
	struct session_packet packet;
	enum cmd_status status = session_seal(s, &packet);

	return status == CMD_OK ? session_send(s, &packet) : status;
}

static void tell_deadline(const struct proxy *p, const struct session *s,
			  const struct race *race)
{
	struct race_stats n = race_stats(race);
	char text[ADDR_TEXT_MAX];

	tell("no way in at %s tcp/%u within %us", session_gateway(s, text),
	     s->outer, p->deadline_s);
	tell("tried 2 packets to port %u and %u connections: %u refused, %u "
	     "silent, %u answered by another server%s%s",
	     s->route.port, n.tried, n.refused, n.silent, n.wrong,
	     n.error ? "; " : "", n.error ? strerror(n.error) : "");
	tell("check the gateway's address and port, the key, both clocks (2 "
	     "minutes may lie between them), that UDP port %u is not filtered "
	     "on the way, and what the gateway's log says",
	     s->route.port);
}

/* Knocks until the race is won. */
static enum cmd_status go_in(const struct proxy *p, struct session *s,
			     struct race_winner *winner)
{
	struct endpoint door = { addr_from_v6(s->route.gateway), s->outer };
	uint64_t start = race_now_us(), span = p->deadline_s * 1000000ull;
	struct race *race = NULL;
	enum cmd_status status = knock(s);
	enum haunt_err err = HAUNT_OK;

	if (status != CMD_OK)
		return status;
	if (race_new(&door, p->expect, &race)) {
		tell("no memory");
		return CMD_NETWORK;
	}
	err = race_run(race, start + span / 3, winner);
	if (err) {
		status = knock(s);
		err = race_run(race, start + span, winner);
	}
	if (err && status == CMD_OK)
		tell_deadline(p, s, race);
	race_free(race);
	return err ? CMD_NETWORK : CMD_OK;
}

static enum cmd_status proxy_run(const struct proxy *p)
{
	struct session s;
	struct race_winner winner = { .fd = -1 };
	struct relay relay = { .in = STDIN_FILENO, .out = STDOUT_FILENO };
	enum cmd_status status = session_open(&s, &p->plan);

	if (status == CMD_OK)
		status = go_in(p, &s, &winner);
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

static enum haunt_err proxy_make(const struct proxy_words *own,
				 const struct plan_words *words,
				 const struct client_conf *conf,
				 struct proxy *p)
{
	p->expect = own->expect ? own->expect : "SSH-";
	if (!strcmp(p->expect, "none") || !*p->expect)
		p->expect = NULL;
	p->deadline_s = DEADLINE_DEFAULT_S;
	if (p->expect && strlen(p->expect) > RACE_BANNER_MAX) {
		tell("--expect: more than %d bytes", RACE_BANNER_MAX);
		return HAUNT_EFORMAT;
	}
	if (deadline_parse(own->deadline, &p->deadline_s) ||
	    plan_make(words, conf, &p->plan))
		return HAUNT_EFORMAT;
	return proxy_check(p);
}

enum cmd_status cmd_proxy(char **argv)
{
	struct plan_words words = { .gateway = NULL };
	struct proxy_words own = { .profile = NULL };
	const struct args args = {
		.tables = { { plan_args, PLAN_ARGS_LEN, &words },
			    { proxy_args,
			      sizeof(proxy_args) / sizeof(proxy_args[0]),
			      &own } },
		.words_max = 2,
	};
	const char *names[2] = { NULL, NULL };
	struct client_conf *conf = NULL;
	enum cmd_status status = CMD_USAGE;
	char access[16];
	struct proxy p;
	size_t n = 0;

	if (args_parse(&args, argv, names, &n))
		return CMD_USAGE;
	if (own.help || n != 2) {
		fputs(usage, own.help ? stdout : stderr);
		return own.help ? CMD_OK : CMD_USAGE;
	}
	if (!profile_read(own.config, &conf) &&
	    !words_complete(&words, &own, conf, names, access) &&
	    !proxy_make(&own, &words, conf, &p))
		status = proxy_run(&p);
	client_conf_free(conf);
	return status;
}
