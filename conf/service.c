/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what follows from a service's values: where a port leads, what a
 * target is called.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "conf/config.h"
#include "conf/parse.h"

bool config_has_names(const struct config *config)
{
	for (size_t i = 0; i < config->services_len; i++)
		if (config->services[i].named)
			return true;
	return false;
}

bool service_host(const struct service *service, bool v4, struct ip_addr *out)
{
	const struct named *named = service->named;
	struct ip_addr a = service->target.addr;

	if (named)
		a = v4 ? named->v4 : named->v6;
	if (addr_is_any(&a) || addr_is_v4(&a) != v4)
		return false;
	*out = a;
	return true;
}

bool service_is_named(const struct service *service, const char *host)
{
	size_t len = strlen(host);

	if (!service->named)
		return false;
	if (len && host[len - 1] == '.')
		len--;
	return strlen(service->named->host) == len &&
	       !strncasecmp(service->named->host, host, len);
}

bool service_at(const struct service *service, uint8_t proto, uint16_t port)
{
	for (size_t i = 0; i < service->at_len; i++) {
		const struct port_range *at = &service->at[i];

		if (at->proto == proto && at->first <= port && port <= at->last)
			return true;
	}
	return false;
}

bool service_targets(const struct service *service, uint16_t port)
{
	return service->target.port <= port && port <= service->target_last;
}

uint16_t service_inner(const struct service *service, uint16_t outer)
{
	uint16_t first = service->target.port;

	for (size_t i = 0; first != service->target_last && i < service->at_len;
	     i++) {
		const struct port_range *at = &service->at[i];

		if (at->first <= outer && outer <= at->last)
			return (uint16_t)(first + (outer - at->first));
	}
	return first;
}

const char *service_target_format(const struct service *service,
				  char buf[SERVICE_TARGET_MAX])
{
	char address[ADDR_TEXT_MAX], last[8] = "";
	const char *host = "";

	if (service->internet)
		return strcpy(buf, "internet");
	if (service->target_last != service->target.port)
		snprintf(last, sizeof(last), "-%u", service->target_last);
	if (!service->local)
		host = service->named
			       ? service->named->host
			       : addr_format(&service->target.addr, address);
	snprintf(buf, SERVICE_TARGET_MAX, "%s%s%s/%u%s", host,
		 service->local ? "" : " ", proto_name(service->proto),
		 service->target.port, last);
	return buf;
}

bool client_may_use(const struct client *client, size_t service)
{
	for (size_t i = 0; i < client->services_len; i++)
		if (client->services[i] == service)
			return true;
	return false;
}

size_t config_service(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->services_len; i++)
		if (!strcmp(config->services[i].name, name))
			return i;
	return SIZE_MAX;
}

size_t config_client(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->clients_len; i++)
		if (!strcmp(config->clients[i].name, name))
			return i;
	return SIZE_MAX;
}

const char *service_target_of(const struct service *service, uint16_t outer,
			      char buf[SERVICE_TARGET_MAX])
{
	struct service one = *service;

	one.target.port = one.target_last = service_inner(service, outer);
	return service_target_format(&one, buf);
}
