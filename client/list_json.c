/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how a gateway and its services are told to programs. */
#include <stdio.h>
#include <string.h>

#include "client/list.h"
#include "conf/parse.h"

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *service_json(const struct client_service *s)
{
	char text[LIST_RANGE_MAX];
	json_t *access = json_array();

	for (size_t i = 0; i < s->access_len; i++)
		json_array_append_new(access, json_string(list_door_text(
						      &s->access[i], text)));
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "name", s->name,
		"command", text_or_null(s->command), "access", access,
		"nat_port",
		s->outer == CLIENT_OUTER_SAME
			? json_null()
			: json_string(list_range_text(&s->outer_range, text)),
		"random", s->outer == CLIENT_OUTER_RANDOM, "nat",
		text_or_null(s->nat == CLIENT_NAT_HOST ? s->nat_host : NULL),
		"nat_host_port",
		s->nat == CLIENT_NAT_HOST ? json_integer(s->nat_port)
					  : json_null(),
		"lifetime",
		s->lifetime_s ? json_integer(s->lifetime_s) : json_null());
}

static json_t *number_or_null(bool given, json_int_t n)
{
	return given ? json_integer(n) : json_null();
}

/* The list of haunt.conf; null: the usual ones. */
static json_t *resolvers_json(const struct client_gateway *g)
{
	const char *at = g->resolvers;
	json_t *list;

	if (!at)
		return json_null();
	list = json_array();
	while (*at) {
		size_t len = strcspn(at, ",");

		json_array_append_new(list, json_stringn(at, len));
		at += len + (at[len] == ',');
	}
	return list;
}

/* What is not given is null. */
static void send_json(const struct client_gateway *g, json_t *to)
{
	const struct client_send *s = &g->send;
	char text[ADDR_TEXT_MAX];

	json_object_set_new(to, "http_proxy", text_or_null(s->proxy_host));
	json_object_set_new(to, "http_proxy_port",
			    number_or_null(*s->proxy_host, s->proxy_port));
	json_object_set_new(to, "user_agent", text_or_null(s->user_agent));
	json_object_set_new(to, "spoof_source",
			    addr_is_any(&s->spoof) ? json_null()
						   : json_string(addr_format(
							     &s->spoof, text)));
	json_object_set_new(to, "source_port",
			    number_or_null(s->source_port, s->source_port));
	json_object_set_new(to, "icmp_type",
			    number_or_null(s->icmp_type_given, s->icmp_type));
	json_object_set_new(to, "icmp_code",
			    number_or_null(s->icmp_code_given, s->icmp_code));
	json_object_set_new(to, "connect_timeout",
			    number_or_null(s->connect_s, s->connect_s));
	json_object_set_new(to, "time_offset", json_integer(s->time_offset_s));
	json_object_set_new(to, "gpg_recipient",
			    text_or_null(g->gpg_recipient));
	json_object_set_new(to, "gpg_signer", text_or_null(g->gpg_signer));
	json_object_set_new(to, "gpg_home", text_or_null(g->gpg_home));
	json_object_set_new(to, "gpg_passphrase_file",
			    text_or_null(g->gpg_passphrase_path));
	json_object_set_new(to, "resolvers", resolvers_json(g));
}

json_t *list_json(const struct client_gateway *g)
{
	char text[ADDR_TEXT_MAX];
	json_t *services = json_array(), *out;

	for (size_t i = 0; i < g->services_len; i++)
		json_array_append_new(services, service_json(&g->services[i]));
	out = json_pack(
		"{s:s, s:s, s:i, s:i, s:s, s:o, s:o, s:s, s:s, s:s, "
		"s:s, s:o}",
		"name", g->name, "address", g->address, "port", (int)g->port,
		"last_port", (int)list_knock_ports(g).last, "carrier",
		client_carrier_name(g->send.carrier), "key",
		text_or_null(g->key_path), "user", text_or_null(g->user),
		"allow", list_allow_text(g, text), "mode", mode_name(g->mode),
		"hmac", digest_name(g->hmac_type), "digest",
		digest_name(g->digest), "services", services);
	if (out)
		send_json(g, out);
	return out;
}
