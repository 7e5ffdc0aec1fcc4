/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how a gateway and its services are told to people. */
#include "client/list.h"

#include <stdio.h>
#include <string.h>

#include "conf/parse.h"

const char *list_range_text(const struct port_range *r,
			    char buf[LIST_RANGE_MAX])
{
	if (r->first == r->last)
		snprintf(buf, LIST_RANGE_MAX, "%u", r->first);
	else
		snprintf(buf, LIST_RANGE_MAX, "%u-%u", r->first, r->last);
	return buf;
}

const char *list_door_text(const struct port_range *r, char buf[LIST_RANGE_MAX])
{
	char ports[LIST_RANGE_MAX];

	snprintf(buf, LIST_RANGE_MAX, "%.3s/%.11s", proto_name(r->proto),
		 list_range_text(r, ports));
	return buf;
}

const char *list_allow_text(const struct client_gateway *g,
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

/* Ports that follow each other are told as a range, from three on. */
static void print_access(const struct client_service *s, const struct term *t)
{
	char text[LIST_RANGE_MAX];
	size_t next;

	for (size_t i = 0; i < s->access_len; i = next) {
		struct port_range run = s->access[i];

		for (next = i + 1; next < s->access_len &&
				   s->access[next].proto == run.proto &&
				   s->access[next].first == run.last + 1;
		     next++)
			run.last = s->access[next].last;
		if (next < i + 3) {
			run.last = s->access[i].last;
			next = i + 1;
		}
		fprintf(t->to, "%s%s", i ? ", " : "",
			list_door_text(&run, text));
	}
}

static void print_service(const struct client_service *s, size_t width,
			  const struct term *t)
{
	char text[LIST_RANGE_MAX];

	fputs("  ", t->to);
	term_put(t, TERM_NAME, s->name);
	fprintf(t->to, "%*s", (int)(width + 2 - strlen(s->name)), "");
	if (*s->command) {
		fprintf(t->to, "runs \"%s\"\n", s->command);
		return;
	}
	print_access(s, t);
	if (s->outer == CLIENT_OUTER_FIXED)
		fprintf(t->to, " through port %s",
			list_range_text(&s->outer_range, text));
	else if (s->outer == CLIENT_OUTER_RANDOM)
		fprintf(t->to, " through one of the ports %s",
			list_range_text(&s->outer_range, text));
	if (s->nat == CLIENT_NAT_HOST)
		fprintf(t->to,
			strchr(s->nat_host, ':') ? " to [%s]:%u" : " to %s:%u",
			s->nat_host, s->nat_port);
	if (s->lifetime_s)
		fprintf(t->to, ", for %us\n", s->lifetime_s);
	else
		fputs(", for as long as the gateway says\n", t->to);
}

struct port_range list_knock_ports(const struct client_gateway *g)
{
	return (struct port_range){ .first = g->port,
				    .last = g->send.port_last
						    ? g->send.port_last
						    : g->port };
}

/* What packets look like, and how they travel, where it is not the usual. */
static void print_send(const struct client_gateway *g, const struct term *t)
{
	const struct client_send *s = &g->send;
	char text[ADDR_TEXT_MAX];

	if (s->carrier)
		fprintf(t->to, "by %s, ", client_carrier_name(s->carrier));
	if (*s->proxy_host)
		fprintf(t->to,
			strchr(s->proxy_host, ':') ? "through the proxy "
						     "[%s]:%u, "
						   : "through the proxy "
						     "%s:%u, ",
			s->proxy_host, s->proxy_port);
	if (*s->user_agent)
		fprintf(t->to, "as \"%s\", ", s->user_agent);
	if (s->icmp_type_given)
		fprintf(t->to, "ICMP type %u, ", s->icmp_type);
	if (s->icmp_code_given)
		fprintf(t->to, "ICMP code %u, ", s->icmp_code);
	if (!addr_is_any(&s->spoof))
		fprintf(t->to, "as if from %s, ", addr_format(&s->spoof, text));
	if (s->source_port)
		fprintf(t->to, "from port %u, ", s->source_port);
	if (s->connect_s)
		fprintf(t->to, "connecting for %us at most, ", s->connect_s);
	if (s->time_offset_s)
		fprintf(t->to, "%+ds off the clock, ", (int)s->time_offset_s);
}

/* What is in a packet, where it is not the usual. */
static void print_packet(const struct client_gateway *g, const struct term *t)
{
	const struct client_gateway usual = client_gateway_default();
	char text[ADDR_TEXT_MAX];

	if (*g->user)
		fprintf(t->to, ", user %s", g->user);
	if (g->allow != usual.allow)
		fprintf(t->to, ", allow %s", list_allow_text(g, text));
	if (g->allow == CLIENT_ALLOW_RESOLVE && g->resolvers)
		fprintf(t->to, " by %s", g->resolvers);
	if (g->mode != usual.mode)
		fprintf(t->to, ", mode %s", mode_name(g->mode));
	if (g->hmac_type != usual.hmac_type)
		fprintf(t->to, ", hmac %s", digest_name(g->hmac_type));
	if (g->digest != usual.digest)
		fprintf(t->to, ", digest %s", digest_name(g->digest));
}

static void print_keys(const struct client_gateway *g, const struct term *t)
{
	if (*g->gpg_recipient)
		fprintf(t->to, "encrypted for %s", g->gpg_recipient);
	if (*g->gpg_signer)
		fprintf(t->to, ", signed by %s", g->gpg_signer);
	if (g->gpg_home)
		fprintf(t->to, ", GnuPG's home %s", g->gpg_home);
	if (g->gpg_passphrase_path)
		fprintf(t->to, ", passphrase in %s", g->gpg_passphrase_path);
	if (g->key_path)
		fprintf(t->to, "%skey %s", *g->gpg_recipient ? ", " : "",
			g->key_path);
	else if (!*g->gpg_recipient)
		fputs("key asked for", t->to);
}

void list_print(const struct client_gateway *g, const struct term *t)
{
	const struct port_range ports = list_knock_ports(g);
	char range[LIST_RANGE_MAX];
	size_t width = 0;

	term_put(t, TERM_NAME, g->name);
	fprintf(t->to, ": %s, knocked at port %s, ", g->address,
		list_range_text(&ports, range));
	print_send(g, t);
	print_keys(g, t);
	print_packet(g, t);
	fputc('\n', t->to);
	for (size_t i = 0; i < g->services_len; i++)
		if (strlen(g->services[i].name) > width)
			width = strlen(g->services[i].name);
	for (size_t i = 0; i < g->services_len; i++)
		print_service(&g->services[i], width, t);
}
