/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the kinds of resolvers, and which of their answers are believed. */
#include "client/resolve.h"

#include <errno.h>
#include <string.h>

#include "client/fetch.h"
#include "client/stun_ask.h"
#include "client/tell.h"
#include "conf/client_conf.h"
#include "conf/parse.h"

/* ---- which answers are believed ---- */

static bool in_any(const struct ip_addr *a, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		struct ip_prefix p;

		if (!prefix_parse(*prefixes, strlen(*prefixes), &p) &&
		    prefix_contains(&p, a))
			return true;
	}
	return false;
}

/* RFC 1918, 6598, 2544. */
static bool is_private(const struct ip_addr *a)
{
	static const char *const prefixes[] = {
		"10.0.0.0/8",	 "172.16.0.0/12", "192.168.0.0/16",
		"100.64.0.0/10", "198.18.0.0/15", NULL,
	};

	return in_any(a, prefixes);
}

/* RFC 6890: what no gateway sees as a source. */
static bool is_nobody(const struct ip_addr *a)
{
	static const char *const prefixes[] = {
		"0.0.0.0/8",	"127.0.0.0/8", "169.254.0.0/16",
		"192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4",
		NULL,
	};

	return in_any(a, prefixes);
}

const char *resolve_objection(const struct ip_addr *a,
			      const struct ip_addr *gateway)
{
	if (!addr_is_v4(a))
		return "is no IPv4 address, and the packet format has no other";
	if (is_nobody(a))
		return "is no address of a host on a network";
	if (is_private(a) && !is_private(gateway))
		return "is a private address, and the gateway's is not";
	return NULL;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

enum haunt_err resolve_text(const char *text, size_t len, struct ip_addr *out)
{
	struct ip_addr a;

	while (len && is_space(text[len - 1]))
		len--;
	while (len && is_space(text[0])) {
		text++;
		len--;
	}
	/* Nor is one that is dressed as IPv6. */
	if (addr_parse(text, len, &a) || !addr_is_v4(&a) ||
	    memchr(text, ':', len))
		return HAUNT_EFORMAT;
	*out = a;
	return HAUNT_OK;
}

/* ---- the two kinds ---- */

static enum haunt_err ask_web(const char *url, struct ip_addr *out)
{
	struct fetched answer;
	enum haunt_err err = fetch_text(url, &answer);

	if (err == HAUNT_ENOMEM) {
		tell("%s: no memory", url);
	} else if (err) {
		tell("%s: %s", url, answer.why);
	} else {
		err = resolve_text(answer.text, answer.len, out);
		if (err)
			tell("%s: the answer is not an IPv4 address and nothing "
			     "else",
			     url);
	}
	return err;
}

/* HOST or HOST:PORT. */
static enum haunt_err server_find(const char *name, struct haunt_route *out)
{
	struct client_service s = { .nat_port = STUN_PORT };

	if (!strchr(name, ':') && client_host_valid(name))
		memcpy(s.nat_host, name, strlen(name) + 1);
	else if (client_parse_nat(name, &s))
		return HAUNT_EFORMAT;
	return haunt_resolve(s.nat_host, s.nat_port, AF_INET, out);
}

static enum haunt_err ask_stun(const char *url, struct ip_addr *out)
{
	struct stun_answer answer = { .error = 0 };
	struct haunt_route server;
	enum haunt_err err = server_find(url + strlen("stun:"), &server);

	if (!err)
		err = stun_ask(&server, &answer);
	if (err == HAUNT_ENOENT)
		tell("%s: no such host, or it has no IPv4 address", url);
	else if (err)
		tell("%s: %s", url,
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	if (err)
		return err;
	if (answer.error) {
		tell("%s: the server answers with error %u", url, answer.error);
		return HAUNT_EDENIED;
	}
	*out = answer.mapped.addr;
	return HAUNT_OK;
}

static enum haunt_err ask_one(const char *url, const struct resolve_ask *ask,
			      struct ip_addr *out)
{
	char text[ADDR_TEXT_MAX];
	const char *objection;
	struct ip_addr a;
	enum haunt_err err =
		strncmp(url, "stun:", 5) ? ask_web(url, &a) : ask_stun(url, &a);

	if (err)
		return err;
	objection = resolve_objection(&a, &ask->gateway);
	if (objection) {
		tell("%s: %s %s", url, addr_format(&a, text), objection);
		return HAUNT_EDENIED;
	}
	if (!ask->quiet)
		tell("%s sees %s, which the packet names", url,
		     addr_format(&a, text));
	*out = a;
	return HAUNT_OK;
}

enum haunt_err resolve_external(const struct resolve_ask *ask,
				struct ip_addr *out)
{
	const char *list = ask->resolvers ? ask->resolvers : RESOLVERS_DEFAULT;
	struct rd r = rd_of(list, strlen(list)), piece;
	bool more = true;

	while (more) {
		char url[CLIENT_RESOLVERS_MAX + 1] = "";

		more = text_split(&r, ',', &piece);
		if (!more)
			piece = rd_sub(&r, r.left);
		if (piece.left >= sizeof(url))
			return HAUNT_ELENGTH;
		rd_copy(&piece, url, piece.left);
		if (!ask_one(url, ask, out))
			return HAUNT_OK;
	}
	tell("allow resolve: no resolver has told this host's address; nothing "
	     "was sent");
	return HAUNT_ENOENT;
}
