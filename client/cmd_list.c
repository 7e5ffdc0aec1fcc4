/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt list: the gateways and services of the person's file, and what they
 * mean.
 */
#include <stdio.h>
#include <string.h>

#include "client/args.h"
#include "client/cmd.h"
#include "client/json_out.h"
#include "client/profile.h"
#include "client/tell.h"
#include "client/term.h"
#include "conf/parse.h"

#define RANGE_MAX sizeof("tcp/65535-65535")

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

static const char *range_text(const struct port_range *r, char buf[RANGE_MAX])
{
	if (r->first == r->last)
		snprintf(buf, RANGE_MAX, "%u", r->first);
	else
		snprintf(buf, RANGE_MAX, "%u-%u", r->first, r->last);
	return buf;
}

static const char *door_text(const struct port_range *r, char buf[RANGE_MAX])
{
	char ports[RANGE_MAX];

	snprintf(buf, RANGE_MAX, "%.3s/%.11s", proto_name(r->proto),
		 range_text(r, ports));
	return buf;
}

static const char *allow_text(const struct client_gateway *g,
			      char buf[ADDR_TEXT_MAX])
{
	switch (g->allow) {
	case CLIENT_ALLOW_LOCAL:
		return "local";
	case CLIENT_ALLOW_SOURCE:
		return "source";
	case CLIENT_ALLOW_RESOLVE:
		return "resolve";
	case CLIENT_ALLOW_ADDRESS:
		break;
	}
	return addr_format(&g->allow_address, buf);
}

/* ---- for people ---- */

static void print_service(const struct client_service *s, size_t width,
			  const struct term *t)
{
	char text[RANGE_MAX];

	fputs("  ", t->to);
	term_put(t, TERM_NAME, s->name);
	fprintf(t->to, "%*s", (int)(width + 2 - strlen(s->name)), "");
	if (*s->command) {
		fprintf(t->to, "runs \"%s\"\n", s->command);
		return;
	}
	for (size_t i = 0; i < s->access_len; i++)
		fprintf(t->to, "%s%s", i ? ", " : "",
			door_text(&s->access[i], text));
	if (s->outer == CLIENT_OUTER_FIXED)
		fprintf(t->to, " through port %s",
			range_text(&s->outer_range, text));
	else if (s->outer == CLIENT_OUTER_RANDOM)
		fprintf(t->to, " through one of the ports %s",
			range_text(&s->outer_range, text));
	if (s->nat == CLIENT_NAT_HOST)
		fprintf(t->to,
			strchr(s->nat_host, ':') ? " to [%s]:%u" : " to %s:%u",
			s->nat_host, s->nat_port);
	if (s->lifetime_s)
		fprintf(t->to, ", for %us\n", s->lifetime_s);
	else
		fputs(", for as long as the gateway says\n", t->to);
}

/* Where packets go. */
static struct port_range knock_ports(const struct client_gateway *g)
{
	return (struct port_range){ .first = g->port,
				    .last = g->send.port_last
						    ? g->send.port_last
						    : g->port };
}

static void print_gateway(const struct client_gateway *g, const struct term *t)
{
	const struct port_range ports = knock_ports(g);
	char text[ADDR_TEXT_MAX], range[RANGE_MAX];
	size_t width = 0;

	term_put(t, TERM_NAME, g->name);
	fprintf(t->to, ": %s, knocked at port %s, ", g->address,
		range_text(&ports, range));
	if (g->send.carrier)
		fprintf(t->to, "by %s, ", client_carrier_name(g->send.carrier));
	if (g->key_path)
		fprintf(t->to, "key %s", g->key_path);
	else
		fputs("key asked for", t->to);
	if (*g->user)
		fprintf(t->to, ", user %s", g->user);
	if (g->allow != CLIENT_ALLOW_LOCAL)
		fprintf(t->to, ", allow %s", allow_text(g, text));
	fputc('\n', t->to);
	for (size_t i = 0; i < g->services_len; i++)
		if (strlen(g->services[i].name) > width)
			width = strlen(g->services[i].name);
	for (size_t i = 0; i < g->services_len; i++)
		print_service(&g->services[i], width, t);
}

/* ---- for programs ---- */

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *service_json(const struct client_service *s)
{
	char text[RANGE_MAX];
	json_t *access = json_array();

	for (size_t i = 0; i < s->access_len; i++)
		json_array_append_new(
			access, json_string(door_text(&s->access[i], text)));
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "name", s->name,
		"command", text_or_null(s->command), "access", access,
		"nat_port",
		s->outer == CLIENT_OUTER_SAME
			? json_null()
			: json_string(range_text(&s->outer_range, text)),
		"random", s->outer == CLIENT_OUTER_RANDOM, "nat",
		text_or_null(s->nat == CLIENT_NAT_HOST ? s->nat_host : NULL),
		"nat_host_port",
		s->nat == CLIENT_NAT_HOST ? json_integer(s->nat_port)
					  : json_null(),
		"lifetime",
		s->lifetime_s ? json_integer(s->lifetime_s) : json_null());
}

static json_t *gateway_json(const struct client_gateway *g)
{
	char text[ADDR_TEXT_MAX];
	json_t *services = json_array();

	for (size_t i = 0; i < g->services_len; i++)
		json_array_append_new(services, service_json(&g->services[i]));
	return json_pack("{s:s, s:s, s:i, s:i, s:s, s:o, s:o, s:s, s:s, s:s, "
			 "s:s, s:o}",
			 "name", g->name, "address", g->address, "port",
			 (int)g->port, "last_port", (int)knock_ports(g).last,
			 "carrier", client_carrier_name(g->send.carrier), "key",
			 text_or_null(g->key_path), "user",
			 text_or_null(g->user), "allow", allow_text(g, text),
			 "mode", mode_name(g->mode), "hmac",
			 digest_name(g->hmac_type), "digest",
			 digest_name(g->digest), "services", services);
}

/* ---- which of them ---- */

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
			json_array_append_new(gateways, gateway_json(g));
		else
			print_gateway(g, &t);
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
