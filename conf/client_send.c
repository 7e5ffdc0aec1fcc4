/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how it is spelled in which way packets travel, and what of that goes
 * together.
 */
#include <string.h>

#include "conf/client_conf.h"
#include "conf/parse.h"

/* The numbers are those of enum haunt_carrier, which this room may not
 * include. */
enum carrier {
	UDP = 0,
	TCP = 1,
	HTTP = 2,
	ICMP = 3,
	UDP_RAW = 4,
	TCP_RAW = 5,
	CARRIERS,
};

static const char *const carriers[CARRIERS] = {
	[UDP] = "udp",	 [TCP] = "tcp",	       [HTTP] = "http",
	[ICMP] = "icmp", [UDP_RAW] = "udpraw", [TCP_RAW] = "tcpraw",
};

#define KNOCK_FIRST 10000 /* what "random" draws from */
#define KNOCK_LAST  65535
#define HTTP_PORT   80

enum haunt_err client_parse_carrier(const char *text, struct client_gateway *g)
{
	for (int i = 0; i < CARRIERS; i++) {
		if (strcmp(carriers[i], text))
			continue;
		g->send.carrier = i;
		g->send.carrier_given = true;
		return HAUNT_OK;
	}
	return HAUNT_EFORMAT;
}

const char *client_carrier_name(int carrier)
{
	return carrier >= 0 && carrier < CARRIERS ? carriers[carrier] : "?";
}

enum haunt_err client_parse_port(const char *text, struct client_gateway *g)
{
	struct port_range range = { .first = KNOCK_FIRST, .last = KNOCK_LAST };

	if (strcmp(text, "random") &&
	    (parse_ports(text, &range) || range.first > range.last))
		return HAUNT_EFORMAT;
	g->port = range.first;
	g->send.port_last = range.first < range.last ? range.last : 0;
	g->send.port_given = true;
	return HAUNT_OK;
}

enum haunt_err client_parse_proxy(const char *text, struct client_gateway *g)
{
	struct client_service s = { .nat_port = 0 };
	enum haunt_err err = client_parse_nat(text, &s);

	if (err)
		return err;
	memcpy(g->send.proxy_host, s.nat_host, sizeof(s.nat_host));
	g->send.proxy_port = s.nat_port;
	return HAUNT_OK;
}

enum haunt_err client_parse_agent(const char *text, struct client_gateway *g)
{
	const size_t len = strlen(text);

	if (!len || len > CLIENT_AGENT_MAX || text[0] == ' ' ||
	    text[len - 1] == ' ')
		return HAUNT_EFORMAT;
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return HAUNT_EFORMAT;
	memcpy(g->send.user_agent, text, len + 1);
	return HAUNT_OK;
}

enum haunt_err client_parse_spoof(const char *text, struct client_gateway *g)
{
	struct ip_addr a;

	if (addr_parse(text, strlen(text), &a) || addr_is_unusable(&a))
		return HAUNT_EFORMAT;
	g->send.spoof = a;
	return HAUNT_OK;
}

enum haunt_err client_parse_source_port(const char *text,
					struct client_gateway *g)
{
	uint32_t port = 0;
	enum haunt_err err = parse_u32(text, 1, UINT16_MAX, &port);

	if (!err)
		g->send.source_port = (uint16_t)port;
	return err;
}

static enum haunt_err octet_parse(const char *text, bool *given, uint8_t *out)
{
	uint32_t n = 0;
	enum haunt_err err = parse_u32(text, 0, UINT8_MAX, &n);

	if (err)
		return err;
	*out = (uint8_t)n;
	*given = true;
	return HAUNT_OK;
}

enum haunt_err client_parse_icmp_type(const char *text,
				      struct client_gateway *g)
{
	return octet_parse(text, &g->send.icmp_type_given, &g->send.icmp_type);
}

enum haunt_err client_parse_icmp_code(const char *text,
				      struct client_gateway *g)
{
	return octet_parse(text, &g->send.icmp_code_given, &g->send.icmp_code);
}

enum haunt_err client_parse_connect(const char *text, struct client_gateway *g)
{
	return parse_duration(text, CLIENT_CONNECT_MAX_S, &g->send.connect_s);
}

enum haunt_err client_parse_offset(const char *text, struct client_gateway *g)
{
	const bool minus = text[0] == '-';
	uint32_t s = 0;
	enum haunt_err err = parse_duration(text + (minus || text[0] == '+'),
					    CLIENT_OFFSET_MAX_S, &s);

	if (err && strcmp(text, "0"))
		return err;
	g->send.time_offset_s = minus ? -(int32_t)s : (int32_t)s;
	return HAUNT_OK;
}

/* ---- resolvers ---- */

/* What follows the scheme; NULL: another scheme. */
static const char *behind(const char *text, const char *scheme)
{
	const size_t len = strlen(scheme);

	return strncmp(text, scheme, len) ? NULL : text + len;
}

static bool stun_valid(const char *host)
{
	const char *colon = strrchr(host, ':');
	struct client_service s = { .nat_port = 0 };

	if (!colon)
		return client_host_valid(host);
	return !client_parse_nat(host, &s);
}

static bool url_valid(const char *rest)
{
	const size_t len = strlen(rest);

	if (!len || rest[0] == '/' || rest[0] == ':')
		return false;
	for (size_t i = 0; i < len; i++)
		if (rest[i] <= ' ' || rest[i] > '~' ||
		    strchr(",\"'\\<>{}^`|", rest[i]))
			return false;
	return !memchr(rest, '@', strcspn(rest, "/?#"));
}

bool client_resolver_valid(const char *text)
{
	const char *rest = behind(text, "stun:");

	if (rest)
		return stun_valid(rest);
	rest = behind(text, "https://");
	if (!rest)
		rest = behind(text, "http://");
	return rest && url_valid(rest);
}

/* ---- what goes together ---- */

static bool is_raw(int carrier)
{
	return carrier == ICMP || carrier == UDP_RAW || carrier == TCP_RAW;
}

static bool spoof_given(const struct client_gateway *g)
{
	return !addr_is_any(&g->send.spoof);
}

void client_send_prune(struct client_gateway *g)
{
	struct client_send *s = &g->send;

	if (s->carrier != HTTP) {
		s->proxy_port = 0;
		s->proxy_host[0] = '\0';
		s->user_agent[0] = '\0';
	}
	if (s->carrier != HTTP && s->carrier != TCP)
		s->connect_s = 0;
	if (!is_raw(s->carrier))
		s->spoof = (struct ip_addr){ { 0 } };
	if (s->carrier == ICMP)
		s->source_port = 0;
	else
		s->icmp_type_given = s->icmp_code_given = false;
}

const char *client_send_settle(struct client_gateway *g)
{
	struct client_send *s = &g->send;
	const bool icmp = s->icmp_type_given || s->icmp_code_given;

	if (s->proxy_port && !s->carrier_given)
		s->carrier = HTTP;
	if (s->proxy_port && s->carrier != HTTP)
		return "http-proxy is for the carrier http";
	if (*s->user_agent && s->carrier != HTTP)
		return "user-agent is for the carrier http";
	if (spoof_given(g) && !is_raw(s->carrier))
		return "spoof-source is for the carriers udpraw, tcpraw and "
		       "icmp";
	if (icmp && s->carrier != ICMP)
		return "icmp-type and icmp-code are for the carrier icmp";
	if (s->source_port && s->carrier == ICMP)
		return "source-port is not for the carrier icmp, which has no "
		       "ports";
	if (s->connect_s && s->carrier != HTTP && s->carrier != TCP)
		return "connect-timeout is for the carriers tcp and http";
	if (s->icmp_code_given && !s->icmp_type_given)
		return "icmp-code needs icmp-type";
	if (!s->port_given)
		g->port = s->carrier == HTTP ? HTTP_PORT : CLIENT_PORT_DEFAULT;
	return NULL;
}
