/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt open: one packet, and what it asks for on stdout. There is no answer
 * to wait for: "open-requested" is all that can be known here.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/cmd.h"
#include "client/profile.h"
#include "client/session.h"
#include "conf/parse.h"

struct open_words {
	const char *config;
	const char *print;
	const char *help;
};

static const struct arg open_args[] = {
	{ "--config", "a file", offsetof(struct open_words, config) },
	{ "--print", NULL, offsetof(struct open_words, print) },
	{ "--help", NULL, offsetof(struct open_words, help) },
};

static const char usage[] =
	"usage: haunt open GATEWAY [SERVICE] [--access tcp/22[,udp/53]]\n"
	"           [--nat-port N|random|A-B] [--nat HOST:PORT | --nat-local]\n"
	"           [--lifetime N] [--allow ADDRESS|source|local] [--key FILE]\n"
	"           [--port N] [-4|-6] [--user NAME] [--mode MODE]\n"
	"           [--hmac TYPE] [--digest TYPE] [--config FILE] [--print]\n";

static const char *type_name(enum haunt_type type)
{
	switch (type) {
	case HAUNT_TYPE_COMMAND:
		return "command";
	case HAUNT_TYPE_ACCESS:
		return "access";
	case HAUNT_TYPE_NAT:
		return "NAT access";
	case HAUNT_TYPE_ACCESS_TIMEOUT:
		return "access with timeout";
	case HAUNT_TYPE_NAT_TIMEOUT:
		return "NAT access with timeout";
	case HAUNT_TYPE_LOCAL_NAT:
		return "local NAT access";
	case HAUNT_TYPE_LOCAL_NAT_TIMEOUT:
		return "local NAT access with timeout";
	}
	return "?";
}

/* Every field but the random one, which is of no use to anybody. */
static void print_packet(const struct session *s,
			 const struct session_packet *p)
{
	const struct haunt_request *q = &p->request;
	struct ip_addr allow = addr_from_v6(q->allow);
	char text[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];

	printf("gateway: %s\nport: %u\n", session_gateway(s, text),
	       s->route.port);
	printf("user: %s\ntime: %" PRIu64 "\nversion: %s\n", q->user, q->time_s,
	       q->version);
	printf("type: %d (%s)\n", (int)q->type, type_name(q->type));
	printf("allow: %s\n",
	       addr_is_any(&allow) ? "0.0.0.0" : addr_format(&allow, text));
	printf("access: %s\n", ask_doors(q, doors));
	if (*q->nat_host)
		printf("nat: %s,%u\n", q->nat_host, q->nat_port);
	if (q->lifetime_s)
		printf("lifetime: %u\n", q->lifetime_s);
	printf("digest: %s\nmode: %s\nhmac: %s\nlength: %zu\n",
	       digest_name((int)q->digest), mode_name(s->plan.gateway.mode),
	       digest_name((int)haunt_key_hmac_type(s->key)), p->len);
}

static void print_opened(const struct session *s,
			 const struct session_packet *p)
{
	char text[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];
	const char *name = s->plan.service.name;

	printf("%s open-requested %s %s for ", *name ? name : "access",
	       session_gateway(s, text), ask_doors(&p->request, doors));
	if (p->request.lifetime_s)
		printf("%us\n", p->request.lifetime_s);
	else
		puts("default");
}

static enum cmd_status open_run(const struct plan *plan, bool print)
{
	struct session s;
	struct session_packet packet;
	enum cmd_status status = session_open(&s, plan);

	if (status == CMD_OK)
		status = session_seal(&s, &packet);
	if (status == CMD_OK && print)
		print_packet(&s, &packet);
	if (status == CMD_OK && !print) {
		status = session_send(&s, &packet);
		if (status == CMD_OK)
			print_opened(&s, &packet);
	}
	session_close(&s);
	return status;
}

enum cmd_status cmd_open(char **argv)
{
	struct plan_words words = { .gateway = NULL };
	struct open_words own = { .config = NULL };
	const struct args args = {
		.tables = { { plan_args, PLAN_ARGS_LEN, &words },
			    { open_args,
			      sizeof(open_args) / sizeof(open_args[0]),
			      &own } },
		.words_max = 2,
	};
	const char *names[2] = { NULL, NULL };
	struct client_conf *conf = NULL;
	enum cmd_status status = CMD_USAGE;
	struct plan plan;
	size_t n = 0;

	if (args_parse(&args, argv, names, &n))
		return CMD_USAGE;
	if (own.help || !n) {
		fputs(usage, own.help ? stdout : stderr);
		return own.help ? CMD_OK : CMD_USAGE;
	}
	words.gateway = names[0];
	words.service = names[1];
	if (!profile_read(own.config, &conf) && !plan_make(&words, conf, &plan))
		status = open_run(&plan, own.print);
	client_conf_free(conf);
	return status;
}
