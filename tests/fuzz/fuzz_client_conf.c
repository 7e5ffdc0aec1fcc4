/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's file: what is refused has a mistake to show for it; what is
 * accepted keeps the bounds that its types promise. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/client_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int claim)
{
	if (!claim)
		abort();
}

static void count(void *arg, const char *name, unsigned int line,
		  const char *text)
{
	size_t *n = arg;

	must(name && text && *text && line < 1u << 30);
	(*n)++;
}

static void check_service(const struct client_service *s)
{
	must(s->access_len >= 1 && s->access_len <= CLIENT_PORTS_MAX);
	for (size_t i = 0; i < s->access_len; i++)
		must(s->access[i].first && s->access[i].proto &&
		     s->access[i].first == s->access[i].last);
	must(s->outer_range.first &&
	     s->outer_range.first <= s->outer_range.last);
	must(s->nat != CLIENT_NAT_HOST ||
	     (client_host_valid(s->nat_host) && s->nat_port));
	must(s->lifetime_s <= CLIENT_LIFETIME_MAX_S);
}

static void check_send(const struct client_gateway *g)
{
	const struct client_send *s = &g->send;
	struct client_gateway again = *g;

	must(*client_carrier_name(s->carrier) != '?');
	must(!s->port_last || s->port_last > g->port);
	must(!s->proxy_port || client_host_valid(s->proxy_host));
	must(strlen(s->user_agent) <= CLIENT_AGENT_MAX);
	must(!g->resolvers || strlen(g->resolvers) <= CLIENT_RESOLVERS_MAX);
	must(s->connect_s <= CLIENT_CONNECT_MAX_S);
	must(s->time_offset_s <= CLIENT_OFFSET_MAX_S &&
	     s->time_offset_s >= -CLIENT_OFFSET_MAX_S);
	must(!client_send_settle(&again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct client_conf_text in = { text, "fuzz", "/home/alice" };
	struct client_conf *conf = NULL;
	size_t mistakes = 0;
	enum haunt_err err;

	must(text != NULL);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	err = client_conf_parse(&in, count, &mistakes, &conf);
	free(text);
	must(err == HAUNT_OK ? conf && !mistakes
			     : err == HAUNT_EFORMAT && mistakes);
	for (size_t i = 0; conf && i < conf->gateways_len; i++) {
		const struct client_gateway *g = &conf->gateways[i];

		must(client_host_valid(g->address) && g->port && *g->name);
		check_send(g);
		for (size_t j = 0; j < g->services_len; j++)
			check_service(&g->services[j]);
	}
	client_conf_free(conf);
	return 0;
}
