/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's filter chains against what is granted: a drop in any of them is
 * a drop, whatever haunt says. Packets are those of somebody whom the firewall
 * does not know.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <string.h>

#include "conf/parse.h"
#include "doctor/check.h"
#include "doctor/words.h"
#include "nat/nl.h"
#include "nat/rule.h"

#define OUR_MARK (RULE_MARK_BASE | 1u)

static bool stops(const struct snapshot *s, size_t chain,
		  const struct rs_packet *p)
{
	enum rs_verdict v = ruleset_walk(&s->fw.rules, chain, p).verdict;

	return v == RS_DROP || v == RS_REJECT;
}

static void chain_where(struct finding *f, const struct rs_chain *c)
{
	finding_where(f, "chain %s %s %s", nl_family_name(c->family), c->table,
		      c->name);
}

static const char *only_interface(const struct config *config)
{
	const struct listener *l = config->listeners;

	return config->listeners_len == 1 && l->kind == LISTENER_SNIFF && strcmp(l->interface, "any") != 0 ? l->interface : NULL;
}

/* True if check_tags() has told that the tagged rule is what is missing. */
static bool tag_is_missing(const struct snapshot *s, const struct rs_chain *c)
{
	if (s->config->integration != INTEGRATION_AUTO)
		return false;
	for (size_t i = 0; i < s->fw.host.len; i++) {
		const struct host_chain *h = &s->fw.host.chains[i];

		if (h->family == c->family && strcmp(h->table, c->table) == 0 &&
		    strcmp(h->chain, c->name) == 0)
			return h->end != HOST_END_ACCEPT && !h->tagged;
	}
	return false;
}

/* True if it stops what is led to a port of the service. */
static bool stops_service(const struct snapshot *s, size_t at,
			  const struct service *service, bool v4)
{
	struct rs_packet p = {
		.v4 = v4,
		.proto = service->proto,
		.iif = only_interface(s->config),
		.ct_state = RS_STATE_NEW,
		.ct_mark = OUR_MARK,
	};

	for (unsigned int port = service->target.port;
	     port <= service->target_last; port++) {
		p.dport = (uint16_t)port;
		if (stops(s, at, &p))
			return true;
	}
	return false;
}

/* The first service whose packets the chain stops; NULL if there is none. */
static const struct service *first_stopped(const struct snapshot *s, size_t at)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];
	bool local = c->hook == NF_INET_LOCAL_IN;

	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];

		if (service_here(service) != local)
			continue;
		for (int v4 = 1; v4 >= 0; v4--) {
			if (rs_chain_sees(c, v4) &&
			    service_takes(service, v4) &&
			    stops_service(s, at, service, v4))
				return service;
		}
	}
	return NULL;
}

/* True if it stops what belongs to a connection that stands; the port is any,
 * for answers go to wherever the question came from. */
static bool stops_established(const struct snapshot *s, size_t at,
			      uint32_t mark)
{
	for (int v4 = 1; v4 >= 0; v4--) {
		const struct rs_packet p = {
			.v4 = v4,
			.proto = IPPROTO_TCP,
			.ct_state = RS_STATE_ESTABLISHED,
			.ct_mark = mark,
		};

		if (rs_chain_sees(&s->fw.rules.chains[at], v4) &&
		    stops(s, at, &p))
			return true;
	}
	return false;
}

static bool has_service(const struct config *config, bool here, bool v4)
{
	for (size_t i = 0; i < config->services_len; i++) {
		const struct service *service = &config->services[i];

		if (service_here(service) == here && service_takes(service, v4))
			return true;
	}
	return false;
}

static void check_established(const struct snapshot *s, size_t at,
			      struct findings *out)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];
	bool here = c->hook != NF_INET_FORWARD;
	bool marked = c->hook != NF_INET_LOCAL_IN &&
		      stops_established(s, at, OUR_MARK);
	struct finding *f;

	/* What goes through is nobody's business where haunt leads nobody. */
	if (!has_service(s->config, here, true) &&
	    !has_service(s->config, here, false))
		return;
	if (!marked && !stops_established(s, at, 0))
		return;
	f = finding_add(out, marked ? FOUND_ANSWERS_DROPPED
				    : FOUND_ESTABLISHED_NOT_ACCEPTED);
	chain_where(f, c);
	finding_text(f, marked ? "it stops what belongs to connections that "
				 "stand: the answers of granted services do "
				 "not get out"
			       : "it does not accept what belongs to "
				 "connections that stand: sessions hang on "
				 "haunt's rule alone");
	fix_accept_established(f, c);
}

static void check_chain(const struct snapshot *s, size_t at,
			struct findings *out)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];
	const struct service *service = NULL;
	struct finding *f;

	if (c->hook != NF_INET_LOCAL_OUT)
		service = first_stopped(s, at);
	if (service && !tag_is_missing(s, c)) {
		f = finding_add(out, FOUND_GRANT_DROPPED);
		chain_where(f, c);
		finding_text(f,
			     "it stops packets that are granted: service "
			     "\"%s\" cannot be reached",
			     service->name);
		fix_accept_mark(f, c->family, c->table, c->name, c->xt, false);
	}
	check_established(s, at, out);
}

/* Packets to UDP listeners are not tracked: see our chain raw. To the others
 * come SYNs. */
static void check_knocks(const struct snapshot *s, size_t at,
			 struct findings *out)
{
	const struct rs_chain *c = &s->fw.rules.chains[at];

	for (size_t i = 0; i < s->config->listeners_len; i++) {
		const struct listener *l = &s->config->listeners[i];
		bool udp = l->kind == LISTENER_UDP;
		const struct port_range port = { udp ? IPPROTO_UDP
						     : IPPROTO_TCP,
						 l->address.port,
						 l->address.port };
		const struct rs_packet p = {
			.v4 = addr_is_v4(&l->address.addr),
			.proto = port.proto,
			.dport = l->address.port,
			.ct_state = udp ? RS_STATE_UNTRACKED : RS_STATE_NEW,
		};
		struct finding *f;

		if (l->kind == LISTENER_SNIFF || !rs_chain_sees(c, p.v4) ||
		    !stops(s, at, &p))
			continue;
		f = finding_add(out, FOUND_KNOCK_DROPPED);
		chain_where(f, c);
		finding_text(f,
			     "it stops packets to %s/%u, where hauntd listens "
			     "with a socket",
			     proto_name(port.proto), l->address.port);
		fix_accept_ports(f, c, &port);
	}
}

void check_firewall(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->fw.rules.chains_len; i++) {
		const struct rs_chain *c = &s->fw.rules.chains[i];

		if (!c->base || c->ours || strcmp(c->type, "nat") == 0 ||
		    (!rs_chain_sees(c, true) && !rs_chain_sees(c, false)))
			continue;
		if (c->early || c->hook == NF_INET_LOCAL_IN)
			check_knocks(s, i, out);
		if (!c->early && (c->hook == NF_INET_LOCAL_IN ||
				  c->hook == NF_INET_FORWARD ||
				  c->hook == NF_INET_LOCAL_OUT))
			check_chain(s, i, out);
	}
}

/* ---- iptables-legacy ---- */

static void legacy_chain(const struct host_chain *c, struct findings *out)
{
	const char *program = c->family == NFPROTO_IPV4 ? "iptables-legacy"
							: "ip6tables-legacy";
	struct finding *f;

	if (!c->tagged) {
		f = finding_add(out, FOUND_LEGACY_DROP);
		finding_where(f, "%s filter %s", program, c->chain);
		finding_text(f, "its policy is to drop, and it has no rule for "
				"haunt's mark, which haunt cannot add itself");
		finding_fix(f,
			    "%s -I %s -m connmark --mark 0x%x/0x%x -j "
			    "ACCEPT",
			    program, c->chain, RULE_MARK_BASE, RULE_MARK_MASK);
	}
	if (!c->established) {
		f = finding_add(out, FOUND_ESTABLISHED_NOT_ACCEPTED);
		finding_where(f, "%s filter %s", program, c->chain);
		finding_text(f, "it does not accept what belongs to "
				"connections that stand");
		finding_fix(f,
			    "%s -I %s -m conntrack --ctstate "
			    "ESTABLISHED,RELATED -j ACCEPT",
			    program, c->chain);
	}
}

void check_legacy(const struct snapshot *s, struct findings *out)
{
	const struct host_legacy *legacy = &s->fw.host.legacy;

	for (size_t i = 0; i < legacy->len; i++) {
		const struct host_chain *c = &legacy->chains[i];
		bool v4 = c->family == NFPROTO_IPV4;

		if (c->end != HOST_END_ACCEPT &&
		    has_service(s->config, c->input, v4))
			legacy_chain(c, out);
	}
}
