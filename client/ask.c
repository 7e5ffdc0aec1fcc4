/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which of the format's message types says what a person means, and
 * where in it the ports go: in a request for NAT the message names the outer
 * port and the NAT field where it leads.
 */
#include "client/ask.h"

#include <stdio.h>
#include <string.h>

#include "client/random_port.h"
#include "conf/parse.h"
#include "core/base/addr.h"

enum haunt_err ask_outer(const struct client_service *s, uint16_t *out)
{
	switch (s->outer) {
	case CLIENT_OUTER_SAME:
		*out = s->access[0].first;
		return HAUNT_OK;
	case CLIENT_OUTER_FIXED:
		*out = s->outer_range.first;
		return HAUNT_OK;
	case CLIENT_OUTER_RANDOM:
		break;
	}
	return random_port(s->outer_range.first, s->outer_range.last,
			   random_system, NULL, out);
}

static struct ip_addr route_source(const struct haunt_route *route)
{
	return addr_from_v6(route->source);
}

bool ask_is_unbound_by_ipv6(const struct ask *ask)
{
	struct ip_addr source = route_source(ask->route);

	return ask->gateway->allow == CLIENT_ALLOW_LOCAL &&
	       !addr_is_v4(&source);
}

/* All zeros say: whoever the packet comes from. */
static void put_allow(const struct ask *ask, struct haunt_request *q)
{
	struct ip_addr a = { { 0 } };

	switch (ask->gateway->allow) {
	case CLIENT_ALLOW_LOCAL:
		if (!ask_is_unbound_by_ipv6(ask))
			a = route_source(ask->route);
		break;
	case CLIENT_ALLOW_SOURCE:
		break;
	case CLIENT_ALLOW_ADDRESS:
	case CLIENT_ALLOW_RESOLVE:
		a = ask->gateway->allow_address;
		break;
	}
	memcpy(q->allow, a.b, sizeof(q->allow));
}

static void put_access(const struct ask *ask, struct haunt_request *q)
{
	const struct client_service *s = ask->service;

	q->type = s->lifetime_s ? HAUNT_TYPE_ACCESS_TIMEOUT : HAUNT_TYPE_ACCESS;
	q->ports_len = (uint8_t)s->access_len;
	for (size_t i = 0; i < s->access_len; i++)
		q->ports[i] = (struct haunt_port){ s->access[i].proto,
						   s->access[i].first };
}

static void put_nat(const struct ask *ask, struct haunt_request *q)
{
	const struct client_service *s = ask->service;
	const char *host = s->nat_host;

	q->ports_len = (uint8_t)s->access_len;
	for (size_t i = 0; i < s->access_len; i++) {
		int away = s->access[i].first - s->access[0].first;

		q->ports[i] =
			(struct haunt_port){ s->access[i].proto,
					     (uint16_t)(ask->outer + away) };
	}
	if (s->nat == CLIENT_NAT_HOST) {
		q->type =
			s->lifetime_s ? HAUNT_TYPE_NAT_TIMEOUT : HAUNT_TYPE_NAT;
		q->nat_port = s->nat_port;
	} else {
		q->type = s->lifetime_s ? HAUNT_TYPE_LOCAL_NAT_TIMEOUT
					: HAUNT_TYPE_LOCAL_NAT;
		q->nat_port = s->access[0].first;
		host = ask->gateway->address;
	}
	memcpy(q->nat_host, host, strlen(host) + 1);
}

void ask_request(const struct ask *ask, uint64_t now_s,
		 struct haunt_request *out)
{
	const struct client_gateway *g = ask->gateway;
	struct haunt_request q = {
		.time_s = now_s,
		.digest = (enum haunt_digest)g->digest,
		.lifetime_s = ask->service->lifetime_s,
	};

	snprintf(q.user, sizeof(q.user), "%s", *g->user ? g->user : ask->login);
	snprintf(q.version, sizeof(q.version), "3.0.0");
	put_allow(ask, &q);
	/* Type 0, and all there is to say. */
	if (*ask->service->command)
		memcpy(q.command, ask->service->command,
		       sizeof(ask->service->command));
	else if (ask->service->nat == CLIENT_NAT_NONE)
		put_access(ask, &q);
	else
		put_nat(ask, &q);
	*out = q;
}

const char *ask_doors(const struct haunt_request *q, char buf[ASK_DOORS_MAX])
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < q->ports_len; i++)
		used += (size_t)snprintf(buf + used, ASK_DOORS_MAX - used,
					 "%s%s/%u", i ? "," : "",
					 proto_name(q->ports[i].proto),
					 q->ports[i].port);
	return buf;
}
