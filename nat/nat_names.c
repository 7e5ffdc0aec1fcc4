/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the way of an answer about a name from one neighbour to the other. */
#include "nat/nat_names.h"

#include <linux/netlink.h>
#include <stdlib.h>

struct nat_names {
	struct nat_port port;
	struct nl *route; /* which addresses are ours */
	struct names *names;
};

enum haunt_err nat_names_new(const struct nat_port *port,
			     struct nat_names **out)
{
	struct nat_names *n = calloc(1, sizeof(*n));
	struct names_setup setup = { .config = port->config,
				     .clock = port->clock,
				     .look = names_look };
	enum haunt_err err;

	if (!n)
		return HAUNT_ENOMEM;
	n->port = *port;
	err = nl_open(NETLINK_ROUTE, 0, &n->route);
	setup.arg = n->route;
	if (err == HAUNT_OK)
		err = names_new(&setup, &n->names);
	if (err != HAUNT_OK) {
		nat_names_free(n);
		return err;
	}
	*out = n;
	return HAUNT_OK;
}

void nat_names_free(struct nat_names *n)
{
	if (!n)
		return;
	names_free(n->names);
	nl_close(n->route);
	free(n);
}

static enum haunt_err handle_lookup(void *arg, struct rd *body)
{
	struct nat_names *n = arg;
	uint8_t buf[LEAD_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	bool changed = false;
	struct lookup l;
	struct lead lead;
	enum haunt_err err = lookup_get(body, &l);

	if (err == HAUNT_OK)
		err = names_answer(n->names, &l, &changed, &lead);
	if (err != HAUNT_OK || !changed)
		return err;
	lead_put(&w, &lead);
	return n->port.send(n->port.arg, NAT_LEAD, &w);
}

const struct ipc_permit nat_names_permits[] = {
	{ LOOKUP_ANSWER, LOOKUP_HEAD, LOOKUP_MAX, handle_lookup },
};

const size_t nat_names_permits_len =
	sizeof(nat_names_permits) / sizeof(nat_names_permits[0]);
