/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides which words of the client's file say how packets travel. */
#include "conf/client_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct client_gateway *client_reading_gateway(const struct reader *r)
{
	const struct reading *reading = reader_arg(r);
	struct client_conf *conf = reading->conf;

	return &conf->gateways[conf->gateways_len - 1];
}

void client_take_carrier(struct reader *r, const char *value)
{
	if (client_parse_carrier(value, client_reading_gateway(r)))
		reader_wanted(r, "carrier", CLIENT_CARRIER_WANTED, value);
}

void client_take_port(struct reader *r, const char *value)
{
	if (client_parse_port(value, client_reading_gateway(r)))
		reader_wanted(r, "port", CLIENT_PORT_WANTED, value);
}

void client_take_proxy(struct reader *r, const char *value)
{
	if (client_parse_proxy(value, client_reading_gateway(r)))
		reader_wanted(r, "http-proxy", CLIENT_PROXY_WANTED, value);
}

void client_take_agent(struct reader *r, const char *value)
{
	if (client_parse_agent(value, client_reading_gateway(r)))
		reader_wanted(r, "user-agent", CLIENT_AGENT_WANTED, value);
}

void client_take_spoof(struct reader *r, const char *value)
{
	if (client_parse_spoof(value, client_reading_gateway(r)))
		reader_wanted(r, "spoof-source", CLIENT_SPOOF_WANTED, value);
}

void client_take_source_port(struct reader *r, const char *value)
{
	if (client_parse_source_port(value, client_reading_gateway(r)))
		reader_wanted(r, "source-port", CLIENT_NUMBER_WANTED, value);
}

void client_take_icmp_type(struct reader *r, const char *value)
{
	if (client_parse_icmp_type(value, client_reading_gateway(r)))
		reader_wanted(r, "icmp-type", CLIENT_OCTET_WANTED, value);
}

void client_take_icmp_code(struct reader *r, const char *value)
{
	if (client_parse_icmp_code(value, client_reading_gateway(r)))
		reader_wanted(r, "icmp-code", CLIENT_OCTET_WANTED, value);
}

void client_take_connect(struct reader *r, const char *value)
{
	if (client_parse_connect(value, client_reading_gateway(r)))
		reader_wanted(r, "connect-timeout", CLIENT_CONNECT_WANTED,
			      value);
}

void client_take_offset(struct reader *r, const char *value)
{
	if (client_parse_offset(value, client_reading_gateway(r)))
		reader_wanted(r, "time-offset", CLIENT_OFFSET_WANTED, value);
}

void client_take_resolver(struct reader *r, const char *value)
{
	char **list = &client_reading_gateway(r)->resolvers;
	const size_t have = *list ? strlen(*list) : 0;
	char *more = NULL;

	if (!client_resolver_valid(value)) {
		reader_wanted(r, "resolvers", CLIENT_RESOLVER_WANTED, value);
		return;
	}
	if (have + strlen(value) + 1 > CLIENT_RESOLVERS_MAX) {
		reader_mistake(r, reader_line(r),
			       "resolvers: more than %d characters",
			       CLIENT_RESOLVERS_MAX);
		return;
	}
	if (asprintf(&more, "%s%s%s", have ? *list : "", have ? "," : "",
		     value) < 0) {
		reader_no_memory(r);
		return;
	}
	free(*list);
	*list = more;
}
