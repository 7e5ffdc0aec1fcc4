/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how what a client asks for is spelled, in its file and on its command
 * line alike, and what of it goes together.
 */
#include <string.h>

#include "conf/client_conf.h"
#include "conf/parse.h"

struct client_gateway client_gateway_default(void)
{
	return (struct client_gateway){
		.port = CLIENT_PORT_DEFAULT,
		.allow = CLIENT_ALLOW_LOCAL,
		.mode = MODE_DEFAULT,
		.hmac_type = DIGEST_DEFAULT,
		.digest = DIGEST_DEFAULT,
	};
}

struct client_service client_service_default(void)
{
	return (struct client_service){
		.outer_range = { .first = CLIENT_RANDOM_FIRST,
				 .last = CLIENT_RANDOM_LAST },
	};
}

/* One protocol and port of a list, or a range of them. */
static enum haunt_err access_add(struct rd piece, struct client_service *s)
{
	char text[16];
	struct port_range range = { 0 };

	if (piece.left >= sizeof(text))
		return HAUNT_EFORMAT;
	memset(text, 0, sizeof(text));
	rd_copy(&piece, text, piece.left);
	if (parse_port_range(text, &range) || range.first > range.last)
		return HAUNT_EFORMAT;
	if (range.last - range.first >= CLIENT_PORTS_MAX - (int)s->access_len)
		return HAUNT_EBUSY;
	for (unsigned int port = range.first; port <= range.last; port++)
		s->access[s->access_len++] =
			(struct port_range){ range.proto, (uint16_t)port,
					     (uint16_t)port };
	return HAUNT_OK;
}

enum haunt_err client_parse_access(const char *text, struct client_service *s)
{
	struct rd r = rd_of(text, strlen(text)), piece;
	struct client_service with = *s;
	enum haunt_err err = HAUNT_OK;

	while (!err && text_split(&r, ',', &piece))
		err = access_add(piece, &with);
	if (!err)
		err = access_add(r, &with);
	if (!err)
		*s = with;
	return err;
}

enum haunt_err client_parse_outer(const char *text, struct client_service *s)
{
	struct port_range range = { 0 };

	if (!strcmp(text, "random")) {
		s->outer = CLIENT_OUTER_RANDOM;
		return HAUNT_OK;
	}
	if (parse_ports(text, &range) || range.first > range.last)
		return HAUNT_EFORMAT;
	s->outer = strchr(text, '-') ? CLIENT_OUTER_RANDOM : CLIENT_OUTER_FIXED;
	s->outer_range = range;
	return HAUNT_OK;
}

bool client_host_valid(const char *host)
{
	size_t len = strlen(host);

	if (!len || len > CLIENT_HOST_MAX || host[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (host[i] <= ' ' || host[i] > '~' ||
		    strchr(",/?\"'\\[]", host[i]))
			return false;
	return true;
}

/* HOST:PORT; an IPv6 address as HOST is in brackets. */
enum haunt_err client_parse_nat(const char *text, struct client_service *s)
{
	size_t len = strlen(text);
	const char *colon = strrchr(text, ':');
	char host[CLIENT_HOST_MAX + 3] = "";
	struct rd r = rd_of(text, len);
	uint32_t port = 0;
	size_t head = colon ? (size_t)(colon - text) : 0;
	bool bracketed;

	if (!head || head >= sizeof(host) ||
	    parse_u32(colon + 1, 1, UINT16_MAX, &port))
		return HAUNT_EFORMAT;
	bracketed = text[0] == '[' && text[head - 1] == ']';
	if (bracketed) {
		rd_u8(&r);
		head -= 2;
	}
	rd_copy(&r, host, head);
	if (!client_host_valid(host) || bracketed != !!strchr(host, ':'))
		return HAUNT_EFORMAT;
	s->nat = CLIENT_NAT_HOST;
	memcpy(s->nat_host, host, sizeof(s->nat_host));
	s->nat_port = (uint16_t)port;
	return HAUNT_OK;
}

enum haunt_err client_parse_command(const char *text, struct client_service *s)
{
	size_t len = strlen(text);

	if (!len || len > CONFIG_REQUEST_MAX)
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return HAUNT_EFORMAT;
	memcpy(s->command, text, len + 1);
	return HAUNT_OK;
}

enum haunt_err client_parse_allow(const char *text, struct client_gateway *g)
{
	struct ip_addr a;

	if (!strcmp(text, "local")) {
		g->allow = CLIENT_ALLOW_LOCAL;
		return HAUNT_OK;
	}
	if (!strcmp(text, "source")) {
		g->allow = CLIENT_ALLOW_SOURCE;
		return HAUNT_OK;
	}
	if (!strcmp(text, "resolve")) {
		g->allow = CLIENT_ALLOW_RESOLVE;
		return HAUNT_OK;
	}
	if (addr_parse(text, strlen(text), &a) || !addr_is_v4(&a) ||
	    addr_is_unusable(&a))
		return HAUNT_EFORMAT;
	g->allow = CLIENT_ALLOW_ADDRESS;
	g->allow_address = a;
	return HAUNT_OK;
}

enum haunt_err client_parse_user(const char *text, struct client_gateway *g)
{
	size_t len = strlen(text);

	if (!len || len > CLIENT_USER_MAX)
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~' ||
		    strchr("\"/\\[]:;|=,+*?<>", text[i]))
			return HAUNT_EFORMAT;
	memcpy(g->user, text, len + 1);
	return HAUNT_OK;
}

/* True if NAT can move the port with the first one, as far as that. */
static bool access_moves(const struct client_service *s, size_t i)
{
	int first = s->access[0].first, away = s->access[i].first - first;
	int outer =
		s->outer == CLIENT_OUTER_FIXED ? s->outer_range.first : first;
	int inner = s->nat == CLIENT_NAT_HOST ? s->nat_port : first;

	return s->access[i].proto == s->access[0].proto && outer + away >= 1 &&
	       outer + away <= UINT16_MAX && inner + away >= 1 &&
	       inner + away <= UINT16_MAX;
}

const char *client_service_settle(struct client_service *s)
{
	if (*s->command)
		return s->access_len || s->nat != CLIENT_NAT_NONE ||
				       s->outer != CLIENT_OUTER_SAME ||
				       s->lifetime_s
			       ? "a command is asked for without a port, a "
				 "host or a lifetime"
			       : NULL;
	if (s->nat == CLIENT_NAT_NONE && s->outer != CLIENT_OUTER_SAME)
		s->nat = CLIENT_NAT_LOCAL;
	if (!s->access_len)
		return "there is no port to ask for";
	if (s->access_len > 1 && s->outer == CLIENT_OUTER_RANDOM)
		return "a request for a random port takes one port";
	for (size_t i = 1; s->nat != CLIENT_NAT_NONE && i < s->access_len; i++)
		if (!access_moves(s, i))
			return "a request for other ports or another host "
			       "takes ports of one protocol, and the moved "
			       "ones must be 1 to 65535";
	return NULL;
}
