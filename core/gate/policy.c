/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a format that knows ports and NAT targets, but no services, is
 * mapped to services: a request is allowed where some service that the client
 * may use has exactly that target and that outer port. One that names no
 * target means a port of the gateway itself; if the client has none there, the
 * one service that leads on from that port. Nobody reaches what no service
 * describes.
 */
#include "core/gate/policy.h"

#include <string.h>

_Static_assert(HAUNT_PORTS_MAX <= GRANT_BATCH_MAX,
	       "one request fits one batch");

const char *policy_reason_text(enum policy_reason reason)
{
	static const char *const texts[POLICY_REASON_COUNT] = {
		[POLICY_GRANTED] = "granted",
		[POLICY_FROM] = "from",
		[POLICY_COMMAND] = "command",
		[POLICY_UNBOUND] = "unbound",
		[POLICY_ADDRESS] = "address",
		[POLICY_UNKNOWN_SERVICE] = "unknown-service",
		[POLICY_OUTER_PORT] = "outer-port",
		[POLICY_NAT_SEVERAL_PORTS] = "nat-several-ports",
		[POLICY_NAT_TARGET] = "nat-target",
		[POLICY_FAMILY] = "family",
		[POLICY_TARGET_UNRESOLVED] = "target-unresolved",
		[POLICY_SEVERAL_TARGETS] = "several-targets",
		[POLICY_TOO_MANY_PORTS] = "too-many-ports",
		[POLICY_PROXY_UNTRUSTED] = "untrusted-proxy",
		[POLICY_PROXY_CLIENT] = "proxy",
		[POLICY_PROXY_SAYS] = "forwarded-for",
		[POLICY_EXPIRED] = "expired",
		[POLICY_USERNAME] = "username",
		[POLICY_DESTINATION] = "destination",
	};

	return reason < POLICY_REASON_COUNT ? texts[reason] : "unknown";
}

bool policy_from(const struct client *client, const struct ip_addr *source)
{
	for (size_t i = 0; i < client->from_len; i++) {
		if (prefix_contains(&client->from[i], source))
			return true;
	}
	return false;
}

static enum policy_reason decide_address(const struct client *client,
					 const struct haunt_request *request,
					 const struct ip_addr *source,
					 struct ip_addr *out)
{
	struct ip_addr asked = addr_from_v6(request->allow);

	if (addr_is_any(&asked)) {
		if (!client->allow_unbound_address)
			return POLICY_UNBOUND;
		asked = *source;
	} else if (!addr_equal(&asked, source) &&
		   !client->may_open_for_others) {
		return POLICY_ADDRESS;
	}
	if (addr_is_unusable(&asked))
		return POLICY_ADDRESS;
	*out = asked;
	return POLICY_GRANTED;
}

/* What a service must lead to; address is zeros for the gateway itself. */
struct wanted {
	bool local;
	uint8_t proto;
	struct endpoint target;
	const char *host; /* the target by name; or NULL: by its address */
};

/* By name, or by the address that is meant, also where a name leads now. */
static bool is_host(const struct service *service, const struct wanted *w)
{
	struct ip_addr a;

	if (w->host)
		return service_is_named(service, w->host);
	return service_host(service, addr_is_v4(&w->target.addr), &a) &&
	       addr_equal(&a, &w->target.addr);
}

static bool leads_to(const struct service *service, const struct wanted *w)
{
	return !service->internet && service->local == w->local &&
	       service->proto == w->proto &&
	       service_targets(service, w->target.port) &&
	       (w->local || is_host(service, w));
}

/* Finds the client's first service that leads there from the outer port. */
static enum policy_reason find_service(const struct config *config,
				       const struct client *client,
				       const struct wanted *w, uint16_t outer,
				       uint16_t *out)
{
	enum policy_reason reason =
		w->local ? POLICY_UNKNOWN_SERVICE : POLICY_NAT_TARGET;

	for (size_t i = 0; i < client->services_len; i++) {
		uint16_t at = client->services[i];
		const struct service *service = &config->services[at];

		if (!leads_to(service, w))
			continue;
		if (service_at(service, w->proto, outer) &&
		    service_inner(service, outer) == w->target.port) {
			*out = at;
			return POLICY_GRANTED;
		}
		reason = POLICY_OUTER_PORT;
	}
	return reason;
}

/*
 * What lies behind a port of the gateway where the client has no service on
 * it: another host, or the way through. Two of them would be a guess.
 */
static enum policy_reason find_behind(const struct config *config,
				      const struct client *client,
				      const struct haunt_port *port,
				      uint16_t *out)
{
	enum policy_reason reason = POLICY_UNKNOWN_SERVICE;

	for (size_t i = 0; i < client->services_len; i++) {
		uint16_t at = client->services[i];
		const struct service *service = &config->services[at];

		if (service->local ||
		    !service_at(service, port->proto, port->port))
			continue;
		if (!reason && *out != at)
			return POLICY_SEVERAL_TARGETS;
		*out = at;
		reason = POLICY_GRANTED;
	}
	return reason;
}

/* What is no address is a name. */
static void nat_target(const struct haunt_request *request, struct wanted *out)
{
	if (addr_parse(request->nat_host, strlen(request->nat_host),
		       &out->target.addr))
		out->host = request->nat_host;
}

/* The port that a NAT request wants for the outer port at index i: the one it
 * names is the first's, and the others' are as far from that as these from the
 * first. 0: there is none such. */
static uint16_t nat_port_of(const struct haunt_request *request, size_t i)
{
	int port = request->nat_port + request->ports[i].port -
		   request->ports[0].port;

	return port >= 1 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* What the port at index i of the request must lead to. */
static enum policy_reason decide_wanted(const struct haunt_request *request,
					size_t i, struct wanted *out)
{
	*out = (struct wanted){ .proto = request->ports[i].proto };
	switch (request->type) {
	case HAUNT_TYPE_ACCESS:
	case HAUNT_TYPE_ACCESS_TIMEOUT:
		out->local = true;
		out->target.port = request->ports[i].port;
		return POLICY_GRANTED;
	case HAUNT_TYPE_LOCAL_NAT:
	case HAUNT_TYPE_LOCAL_NAT_TIMEOUT:
		/* The host is what the client calls the gateway. */
		out->local = true;
		out->target.port = nat_port_of(request, i);
		return POLICY_GRANTED;
	case HAUNT_TYPE_NAT:
	case HAUNT_TYPE_NAT_TIMEOUT:
		out->target.port = nat_port_of(request, i);
		nat_target(request, out);
		return POLICY_GRANTED;
	case HAUNT_TYPE_COMMAND:
		break;
	}
	return POLICY_COMMAND;
}

static bool is_nat(enum haunt_type type)
{
	return type != HAUNT_TYPE_ACCESS && type != HAUNT_TYPE_ACCESS_TIMEOUT;
}

static uint32_t lifetime_ms(const struct service *service, uint32_t asked_s)
{
	uint32_t s = asked_s ? asked_s : service->lifetime_s;

	if (s > service->max_lifetime_s)
		s = service->max_lifetime_s;
	return s * 1000;
}

static bool batch_has(const struct grant_batch *batch,
		      const struct grant *grant)
{
	for (size_t i = 0; i < batch->len; i++) {
		if (batch->grants[i].proto == grant->proto &&
		    batch->grants[i].port == grant->port)
			return true;
	}
	return false;
}

/* NAT does not lead from one family to the other. */
static enum policy_reason decide_family(const struct service *service,
					const struct ip_addr *address)
{
	bool v4 = addr_is_v4(address);
	struct ip_addr a;

	if (service->local)
		return POLICY_GRANTED;
	if (!service->internet && !service_host(service, v4, &a))
		return service->named && !service_host(service, !v4, &a)
			       ? POLICY_TARGET_UNRESOLVED
			       : POLICY_FAMILY;
	return service->source_nat != SOURCE_NAT_ADDRESS ||
			       addr_is_v4(&service->source) == v4
		       ? POLICY_GRANTED
		       : POLICY_FAMILY;
}

static enum policy_reason decide_port(const struct config *config,
				      size_t client,
				      const struct haunt_request *request,
				      size_t i, struct grant *out)
{
	const struct haunt_port *port = &request->ports[i];
	const struct service *service;
	struct wanted wanted;
	uint16_t at = 0;
	enum policy_reason reason = decide_wanted(request, i, &wanted);

	if (reason)
		return reason;
	reason = find_service(config, &config->clients[client], &wanted,
			      port->port, &at);
	if (reason == POLICY_UNKNOWN_SERVICE && !is_nat(request->type))
		reason = find_behind(config, &config->clients[client], port,
				     &at);
	if (reason)
		return reason;
	service = &config->services[at];
	reason = decide_family(service, &out->address);
	if (reason)
		return reason;
	out->service = at;
	out->client = (uint16_t)client;
	/* The way through is one door, whatever it is asked for by. */
	out->proto = service->proto;
	out->port = service->internet ? service->target.port : port->port;
	out->lifetime_ms = lifetime_ms(service, request->lifetime_s);
	return POLICY_GRANTED;
}

/* Several ports with NAT: only of one range, where each has its place. */
static bool one_range(const struct config *config,
		      const struct grant_batch *batch,
		      const struct grant *grant)
{
	const struct service *service = &config->services[grant->service];

	return service->target.port != service->target_last &&
	       grant->service == batch->grants[0].service;
}

static enum policy_reason decide_ports(const struct config *config,
				       size_t client,
				       const struct haunt_request *request,
				       const struct ip_addr *address,
				       struct grant_batch *batch)
{
	if (request->ports_len > HAUNT_PORTS_MAX)
		return POLICY_TOO_MANY_PORTS;
	if (!request->ports_len)
		return POLICY_UNKNOWN_SERVICE;
	for (size_t i = 0; i < request->ports_len; i++) {
		struct grant *grant = &batch->grants[batch->len];
		enum policy_reason reason;

		*grant = (struct grant){ .address = *address };
		reason = decide_port(config, client, request, i, grant);
		if (reason)
			return reason;
		if (batch_has(batch, grant))
			continue;
		if (is_nat(request->type) && request->ports_len > 1 &&
		    !one_range(config, batch, grant))
			return POLICY_NAT_SEVERAL_PORTS;
		batch->len++;
	}
	return POLICY_GRANTED;
}

/* The text is all of it: no word of it becomes part of what is run. */
static enum policy_reason decide_command(const struct config *config,
					 const struct client *client,
					 const struct haunt_request *request,
					 struct policy_result *out)
{
	for (size_t i = 0; i < client->commands_len; i++) {
		uint16_t at = client->commands[i];

		if (strcmp(config->commands[at].request, request->command))
			continue;
		out->command = at;
		out->is_command = true;
		return POLICY_GRANTED;
	}
	return POLICY_COMMAND;
}

static enum policy_reason decide(const struct config *config, size_t client,
				 const struct haunt_request *request,
				 const struct ip_addr *source,
				 struct policy_result *out)
{
	const struct client *who = &config->clients[client];
	enum policy_reason reason;

	if (!policy_from(who, source))
		return POLICY_FROM;
	reason = decide_address(who, request, source, &out->address);
	if (reason)
		return reason;
	if (request->type == HAUNT_TYPE_COMMAND)
		return decide_command(config, who, request, out);
	return decide_ports(config, client, request, &out->address,
			    &out->batch);
}

enum haunt_err policy_decide(const struct config *config, size_t client,
			     const struct haunt_request *request,
			     const struct ip_addr *source,
			     struct policy_result *out)
{
	out->batch.seq = 0;
	out->batch.len = 0;
	out->is_command = false;
	out->reason = decide(config, client, request, source, out);
	if (!out->reason)
		return HAUNT_OK;
	out->batch.len = 0;
	return HAUNT_EDENIED;
}

enum policy_reason policy_terms(const struct client *client,
				const struct haunt_request *request,
				const struct ip_addr *destination,
				int64_t now_s)
{
	bool there = !client->destination_len;

	if (client->expires_s && now_s >= client->expires_s)
		return POLICY_EXPIRED;
	if (*client->username && strcmp(client->username, request->user))
		return POLICY_USERNAME;
	for (size_t i = 0; !there && i < client->destination_len; i++)
		there = prefix_contains(&client->destination[i], destination);
	return there ? POLICY_GRANTED : POLICY_DESTINATION;
}

void policy_clamp(const struct client *client, int64_t now_s,
		  struct grant_batch *batch)
{
	int64_t left_s = client->expires_s - now_s;

	if (!client->expires_s)
		return;
	for (size_t i = 0; i < batch->len; i++) {
		struct grant *g = &batch->grants[i];

		if (left_s * 1000 < (int64_t)g->lifetime_ms)
			g->lifetime_ms = (uint32_t)(left_s * 1000);
	}
}
