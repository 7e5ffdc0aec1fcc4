/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order of age: a ring of places through all that are taken, with
 * place 0, which nobody gets, where it is closed.
 */
#include "core/capture/connections.h"

#include <stdlib.h>
#include <string.h>

#define V6_SOURCE_BYTES 8

struct connections {
	uint16_t unused; /* places are given back in front of these */
	uint16_t free;	 /* the first of those given back, by `newer` */
	struct connection at[CONNECTIONS_MAX + 1];
};

enum haunt_err connections_new(struct connections **out)
{
	struct connections *c = calloc(1, sizeof(*c));

	if (!c)
		return HAUNT_ENOMEM;
	c->unused = 1;
	*out = c;
	return HAUNT_OK;
}

void connections_free(struct connections *c)
{
	free(c);
}

static bool same_source(const struct ip_addr *a, const struct ip_addr *b)
{
	if (addr_is_v4(a) || addr_is_v4(b))
		return addr_equal(a, b);
	return memcmp(a->b, b->b, V6_SOURCE_BYTES) == 0;
}

struct connection *connections_victim(struct connections *c,
				      const struct ip_addr *source)
{
	struct connection *first = NULL;
	size_t share = 0;

	for (uint16_t i = c->at[0].newer; i; i = c->at[i].newer) {
		if (!same_source(&c->at[i].source.addr, source))
			continue;
		if (!first)
			first = &c->at[i];
		share++;
	}
	if (share >= CONNECTIONS_PER_SOURCE)
		return first;
	if (c->free || c->unused <= CONNECTIONS_MAX)
		return NULL;
	return connections_oldest(c);
}

struct connection *connections_add(struct connections *c, int fd,
				   const struct endpoint *source,
				   uint64_t now_ms)
{
	uint16_t i = c->free;
	struct connection *new;

	if (i)
		c->free = c->at[i].newer;
	else
		i = c->unused++;
	new = &c->at[i];
	memset(new, 0, offsetof(struct connection, bytes));
	new->fd = fd;
	new->source = *source;
	new->until_ms = now_ms + CONNECTION_MS;
	new->older = c->at[0].older;
	c->at[new->older].newer = i;
	c->at[0].older = i;
	return new;
}

void connections_remove(struct connections *c, struct connection *gone)
{
	uint16_t i = (uint16_t)(gone - c->at);

	c->at[gone->older].newer = gone->newer;
	c->at[gone->newer].older = gone->older;
	gone->fd = -1;
	gone->newer = c->free;
	c->free = i;
}

struct connection *connections_oldest(struct connections *c)
{
	return connections_next(c, &c->at[0]);
}

struct connection *connections_next(struct connections *c,
				    const struct connection *at)
{
	return at->newer ? &c->at[at->newer] : NULL;
}
