/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the options for sending override a profile: another carrier takes
 * nothing along that it has no use for.
 */
#include "client/plan_send.h"

#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include "client/tell.h"
#include "conf/parse.h"

/* Above any descriptor that a shell hands on. */
#define KEY_FD_MAX 1023

static bool resolvers_valid(const char *value)
{
	struct rd r = rd_of(value, strlen(value)), piece;
	char text[CLIENT_RESOLVERS_MAX + 1];
	bool more = true, valid = r.left < sizeof(text);

	while (more && valid) {
		more = text_split(&r, ',', &piece);
		if (!more)
			piece = rd_sub(&r, r.left);
		memset(text, 0, sizeof(text));
		rd_copy(&piece, text, piece.left);
		valid = client_resolver_valid(text);
	}
	return valid;
}

static const struct {
	size_t word;
	const char *name;
	const char *wanted;
	enum haunt_err (*parse)(const char *value, struct client_gateway *g);
} takers[] = {
#define TAKER(word, name, wanted, parse)                               \
	{                                                              \
		offsetof(struct plan_words, word), name, wanted, parse \
	}
	TAKER(port, "--port", CLIENT_PORT_WANTED, client_parse_port),
	TAKER(http_proxy, "--http-proxy", CLIENT_PROXY_WANTED,
	      client_parse_proxy),
	TAKER(user_agent, "--user-agent", CLIENT_AGENT_WANTED,
	      client_parse_agent),
	TAKER(spoof_source, "--spoof-source", CLIENT_SPOOF_WANTED,
	      client_parse_spoof),
	TAKER(source_port, "--source-port", CLIENT_NUMBER_WANTED,
	      client_parse_source_port),
	TAKER(icmp_type, "--icmp-type", CLIENT_OCTET_WANTED,
	      client_parse_icmp_type),
	TAKER(icmp_code, "--icmp-code", CLIENT_OCTET_WANTED,
	      client_parse_icmp_code),
	TAKER(connect_timeout, "--connect-timeout", CLIENT_CONNECT_WANTED,
	      client_parse_connect),
	TAKER(time_offset, "--time-offset", CLIENT_OFFSET_WANTED,
	      client_parse_offset),
};

static enum haunt_err told(const char *name, const char *wanted,
			   const char *value)
{
	tell("%s: expected %s, found '%s'", name, wanted, value);
	return HAUNT_EFORMAT;
}

/* The carrier comes first, since it clears the way for the rest. */
static enum haunt_err apply_carrier(struct plan *p,
				    const struct plan_words *words)
{
	const char *carrier = words->carrier;

	if (!carrier && words->http_proxy)
		carrier = "http";
	if (!carrier)
		return HAUNT_OK;
	if (client_parse_carrier(carrier, &p->gateway))
		return told("--carrier", CLIENT_CARRIER_WANTED, carrier);
	client_send_prune(&p->gateway);
	return HAUNT_OK;
}

/* What is no part of the gateway. */
static enum haunt_err apply_run(struct plan *p, const struct plan_words *words)
{
	uint32_t fd = 0;

	if (words->resolvers && !resolvers_valid(words->resolvers))
		return told("--resolvers", CLIENT_RESOLVERS_WANTED,
			    words->resolvers);
	if (words->resolvers)
		p->resolvers = words->resolvers;
	p->save_path = words->save_packet;
	p->save_append = words->save_append != NULL;
	if (p->save_path && !*p->save_path)
		return told("--save-packet", CLIENT_FILE_WANTED, p->save_path);
	if (p->save_append && !p->save_path) {
		tell("--save-packet-append says how --save-packet FILE saves");
		return HAUNT_EFORMAT;
	}
	p->key_fd = -1;
	if (!words->key_fd)
		return HAUNT_OK;
	if (words->key) {
		tell("--key and --key-fd exclude each other");
		return HAUNT_EFORMAT;
	}
	if (parse_u32(words->key_fd, 0, KEY_FD_MAX, &fd))
		return told("--key-fd", CLIENT_FD_WANTED, words->key_fd);
	p->key_fd = (int)fd;
	return HAUNT_OK;
}

enum haunt_err plan_send_apply(struct plan *p, const struct plan_words *words)
{
	enum haunt_err err = apply_carrier(p, words);

	for (size_t i = 0; !err && i < sizeof(takers) / sizeof(takers[0]);
	     i++) {
		const char *value;

		memcpy(&value, (const char *)words + takers[i].word,
		       sizeof(value));
		if (value && takers[i].parse(value, &p->gateway))
			err = told(takers[i].name, takers[i].wanted, value);
	}
	return err ? err : apply_run(p, words);
}

/* One family more that the way must be of. */
static bool family_is(struct plan *p, int family)
{
	if (p->family == AF_UNSPEC)
		p->family = family;
	return p->family == family;
}

const char *plan_send_settle(struct plan *p, const struct plan_words *words)
{
	const struct ip_addr *spoof = &p->gateway.send.spoof;
	const char *clash = client_send_settle(&p->gateway);

	if (clash)
		return clash;
	if (words->resolvers && p->gateway.allow != CLIENT_ALLOW_RESOLVE)
		return "--resolvers is for --allow resolve";
	if (!addr_is_any(spoof) &&
	    !family_is(p, addr_is_v4(spoof) ? AF_INET : AF_INET6))
		return "spoof-source is of the other family of addresses";
	if (p->gateway.allow == CLIENT_ALLOW_RESOLVE && !family_is(p, AF_INET))
		return "allow resolve finds an IPv4 address, as the packet "
		       "format has no other: it does not go with IPv6";
	return NULL;
}
