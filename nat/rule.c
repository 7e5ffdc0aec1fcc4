/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a grant's numbers find their meaning in the configuration, and
 * every reason to refuse them. The gate has decided already; this looks
 * again, as if the gate were not to be trusted.
 */
#include "nat/rule.h"

/* True if the configuration lets this client knock at this door. */
static bool grant_allowed(const struct config *config, const struct grant *g)
{
	const struct service *s;

	if (!grant_id_valid(g->id) ||
	    (g->replaces && !grant_id_valid(g->replaces)) ||
	    g->service >= config->services_len ||
	    g->client >= config->clients_len)
		return false;
	s = &config->services[g->service];
	return g->proto == s->proto && g->port != 0 &&
	       service_at(s, g->proto, g->port) &&
	       client_may_use(&config->clients[g->client], g->service);
}

/* True if the client's packets can be led to the service's target. */
static bool address_fits(const struct service *s, const struct ip_addr *a)
{
	if (addr_is_unusable(a))
		return false;
	if (s->local)
		return true;
	if (!s->internet && !s->named &&
	    addr_is_v4(a) != addr_is_v4(&s->target.addr))
		return false;
	return s->source_nat != SOURCE_NAT_ADDRESS ||
	       addr_is_v4(a) == addr_is_v4(&s->source);
}

static enum rule_kind kind_of(const struct service *s, uint16_t port)
{
	if (s->internet)
		return RULE_INTERNET;
	if (!s->local)
		return RULE_FORWARD;
	return port == service_inner(s, port) ? RULE_ACCEPT : RULE_REDIRECT;
}

static uint16_t connections_of(const struct service *s, uint32_t id)
{
	/* Here it is a session that counts, not how often one was tried. */
	return id & GRANT_ID_ONCE ? UINT16_MAX : s->connections;
}

bool rule_class_fits(const struct config *config, const struct rule *r)
{
	const struct service *s = &config->services[r->service];

	return rule_tied(r) == (s->at_end == AT_END_CUT) &&
	       rule_once(r) == s->single_use;
}

bool rule_may_begin(const struct config *config, const struct rule *r)
{
	return rule_leads(r) &&
	       (r->replaces == r->id || rule_class_fits(config, r));
}

/* Zeros where a name leads nowhere. */
static struct endpoint inner_of(const struct service *s, const struct grant *g)
{
	struct endpoint inner = { s->target.addr, service_inner(s, g->port) };

	if (s->named && !service_host(s, addr_is_v4(&g->address), &inner.addr))
		inner.addr = (struct ip_addr){ { 0 } };
	return inner;
}

enum haunt_err rule_resolve(const struct config *config,
			    const struct grant *grant, struct rule *out)
{
	const struct service *s;
	uint64_t longest;

	if (!grant_allowed(config, grant))
		return HAUNT_EDENIED;
	s = &config->services[grant->service];
	if (!address_fits(s, &grant->address))
		return HAUNT_EDENIED;
	longest = (uint64_t)s->max_lifetime_s * 1000;
	*out = (struct rule){
		.kind = kind_of(s, grant->port),
		.id = grant->id,
		.replaces = grant->replaces,
		.lifetime_ms = grant->lifetime_ms < longest ? grant->lifetime_ms
							    : (uint32_t)longest,
		.service = grant->service,
		.client = grant->client,
		.proto = grant->proto,
		.address = grant->address,
		.outer = grant->port,
		.inner = inner_of(s, grant),
		.source_nat = s->local ? SOURCE_NAT_NONE : s->source_nat,
		.source = s->source,
		.connections = connections_of(s, grant->id),
	};
	return HAUNT_OK;
}
