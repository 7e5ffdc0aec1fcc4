/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what makes a way impossible.
 */
#include "explain/way.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "explain/route.h"

static enum haunt_err say(char why[EXPLAIN_WHY_MAX], const char *what,
			  const char *problem)
{
	snprintf(why, EXPLAIN_WHY_MAX, "%s: %s", what, problem);
	return HAUNT_EDENIED;
}

static enum haunt_err link_check(const struct world *world,
				 const struct world_link *link,
				 char why[EXPLAIN_WHY_MAX])
{
	const struct world_link *master =
		world_link_indexed(world, link->master);

	if (!strcmp(link->name, "lo"))
		return say(why, link->name,
			   "only this host's own packets come in by it");
	if (!link->up)
		return say(why, link->name,
			   "the interface is down: nothing comes in by it");
	if (link->master) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "%s: it is a part of %s: ask with --in %s", link->name,
			 master ? master->name : "another interface",
			 master ? master->name : "NAME");
		return HAUNT_EDENIED;
	}
	return HAUNT_OK;
}

static enum haunt_err link_find(const struct world *world,
				const struct question *q,
				const struct route *route,
				const struct world_link **in,
				char why[EXPLAIN_WHY_MAX])
{
	const struct world_link *link =
		q->in[0] ? world_link_named(world, q->in)
			 : world_link_indexed(world, route->out);
	enum haunt_err err;

	if (!link)
		return say(why, q->in[0] ? q->in : "the route to the client",
			   "there is no such interface");
	err = link_check(world, link, why);
	if (!err)
		*in = link;
	return err;
}

static bool is_link_local(const struct ip_addr *a)
{
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

enum haunt_err way_find(struct nl *nl, const struct world *world,
			struct question *q, struct way *out,
			char why[EXPLAIN_WHY_MAX])
{
	struct way way = { .mac = { 2, 0, 0, 0, 0, 1 } }; /* nobody's */
	struct route_ask ask = { .to = q->client };
	struct route route = { .out = 0 };
	char text[ADDR_TEXT_MAX];
	enum haunt_err err, lost;
	struct ip_addr to;

	(void)addr_format(&q->client, text);
	if (world_has(world, &q->client))
		return say(why, text,
			   "an address of this host: its own packets do not "
			   "come in from outside");
	if (is_link_local(&q->client) && !q->in[0])
		return say(why, text,
			   "an address of one wire: say with --in which");
	if (is_link_local(&q->client))
		ask.out = if_nametoindex(q->in);
	lost = route_find(nl, &ask, &route);
	if (!lost && route.type != RTN_UNICAST)
		return say(why, text, "the route to it leads to no host");
	if (lost && !q->in[0]) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "%s: no route to it (%s): say with --in by which "
			 "interface it comes",
			 text, nl_errno_name(errno));
		return HAUNT_EDENIED;
	}
	err = link_find(world, q, &route, &way.in, why);
	if (err)
		return err;
	to = q->to;
	if (addr_is_any(&to) &&
	    !world_address(world, way.in, addr_is_v4(&q->client), &to)) {
		/* An interface may have none of its own. */
		to = route.source;
		if (lost || addr_is_any(&to))
			return say(why, way.in->name,
				   "it has no address of the client's family: "
				   "say with --to which address is meant");
	}
	if (!q->in[0] && addr_is_any(&q->to) && !addr_is_any(&route.source))
		to = route.source;
	q->to = to;
	memcpy(q->in, way.in->name, sizeof(q->in));
	(void)route_neighbour(
		nl, addr_is_any(&route.gateway) ? &q->client : &route.gateway,
		way.in->index, way.mac);
	*out = way;
	return HAUNT_OK;
}
