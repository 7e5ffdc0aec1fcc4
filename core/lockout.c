/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/lockout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_in(const struct ip_prefix *prefixes, size_t n,
		  const struct ip_addr *a)
{
	for (size_t i = 0; i < n; i++) {
		if (prefix_contains(&prefixes[i], a))
			return true;
	}
	return false;
}

static bool leads_to(const struct service *s, uint16_t port)
{
	return s->local && s->proto == IPPROTO_TCP && service_targets(s, port);
}

static bool is_cloaked(const struct config *config, uint16_t port)
{
	for (size_t i = 0; i < config->services_len; i++) {
		if (config->services[i].cloak &&
		    leads_to(&config->services[i], port))
			return true;
	}
	return false;
}

/* True if the client could open the port for the address. */
static bool could_open(const struct config *config, const struct client *c,
		       uint16_t port, const struct ip_addr *address)
{
	if (!c->may_open_for_others && !is_in(c->from, c->from_len, address))
		return false;
	for (size_t i = 0; i < c->services_len; i++) {
		if (leads_to(&config->services[c->services[i]], port))
			return true;
	}
	return false;
}

static bool has_way_back(const struct config *config,
			 const struct tcp_conn *conn)
{
	const struct ip_addr *address = &conn->remote.addr;

	if (is_in(config->never_close_for, config->never_close_for_len,
		  address))
		return true;
	for (size_t i = 0; i < config->clients_len; i++) {
		if (could_open(config, &config->clients[i], conn->local.port,
			       address))
			return true;
	}
	return false;
}

const struct tcp_conn *lockout_find(const struct config *config,
				    const struct tcp_conn *conns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_cloaked(config, conns[i].local.port) &&
		    !has_way_back(config, &conns[i]))
			return &conns[i];
	}
	return NULL;
}

bool lockout_told(const struct config *config)
{
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];
	const struct tcp_conn *c;
	struct tcp_conns conns;
	bool found;

	if (tcp_established(&conns)) {
		fprintf(stderr, "hauntd: /proc/net/tcp: %s\n", strerror(errno));
		return true;
	}
	c = lockout_find(config, conns.at, conns.len);
	found = c;
	if (c)
		fprintf(stderr,
			"hauntd: refused: there is a session from %s to %s, "
			"port %u is to be cloaked, and no client may open it "
			"from that address, nor does never-close-for hold it: "
			"there would be no way back in. Start with --force to "
			"do it all the same\n",
			endpoint_format(&c->remote, remote),
			endpoint_format(&c->local, local),
			(unsigned int)c->local.port);
	free(conns.at);
	return found;
}
