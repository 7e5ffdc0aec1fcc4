/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which listeners are whole, and which are in each other's way.
 */
#include <netinet/in.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"

static const char *const names[LISTENER_FIELDS] = {
	[LISTENER_PORTS] = "ports",
	[LISTENER_TCP_PORTS] = "tcp-ports",
	[LISTENER_ICMP] = "icmp",
	[LISTENER_ADDRESS] = "address",
};

static bool lists_meet(const struct port_list *a, const struct port_list *b)
{
	for (size_t i = 0; i < a->len; i++)
		for (size_t j = 0; j < b->len; j++)
			if (range_overlaps(&a->at[i], &b->at[j]))
				return true;
	return false;
}

/* What one would hear, the other would hear too. */
static bool listener_same(const struct listener *a, const struct listener *b)
{
	bool any;

	if ((a->kind == LISTENER_SNIFF) != (b->kind == LISTENER_SNIFF))
		return false;
	if (a->kind != LISTENER_SNIFF)
		return (a->kind == LISTENER_UDP) == (b->kind == LISTENER_UDP) &&
		       a->address.port == b->address.port &&
		       addr_equal(&a->address.addr, &b->address.addr);
	any = !strcmp(a->interface, "any") || !strcmp(b->interface, "any");
	if (any)
		return lists_meet(&a->udp, &b->udp) ||
		       lists_meet(&a->tcp, &b->tcp) || (a->icmp && b->icmp);
	return !strcmp(a->interface, b->interface);
}

/* Who binds a socket has an address; who sniffs has all the rest. */
static void check_fields(struct reader *r, const struct listener *l,
			 const struct listener_notes *notes)
{
	bool sniffs = l->kind == LISTENER_SNIFF;

	for (size_t i = 0; i < LISTENER_FIELDS; i++) {
		if (!notes->given[i] || sniffs != (i == LISTENER_ADDRESS))
			continue;
		reader_mistake(r, notes->given[i],
			       "'%s' is for %s; here '%s' says it", names[i],
			       sniffs ? "listen \"udp\", \"tcp\" and \"http\""
				      : "interfaces",
			       sniffs ? "ports" : "address");
	}
	if (!sniffs && !notes->given[LISTENER_ADDRESS])
		reader_mistake(r, notes->line,
			       "this listener has no 'address'");
	if (sniffs && !notes->given[LISTENER_PORTS] &&
	    !notes->given[LISTENER_TCP_PORTS] && !l->icmp)
		reader_mistake(r, notes->line,
			       "this listener has no 'ports', no 'tcp-ports' "
			       "and no 'icmp'");
}

/* A cloaked port is closed for those who come with a packet in their hand. */
static void check_cloaked(struct reader *r, const struct draft *d, size_t i)
{
	const struct listener *l = &d->config->listeners[i];

	if (l->kind != LISTENER_TCP && l->kind != LISTENER_HTTP)
		return;
	for (size_t j = 0; j < d->services_len; j++) {
		const struct service *s = &d->config->services[j];

		if (!s->local || !s->cloak || s->proto != IPPROTO_TCP ||
		    s->target.port != l->address.port)
			continue;
		reader_mistake(r, d->listeners[i].line,
			       "tcp/%u is cloaked by service '%s': nobody "
			       "could connect to this listener",
			       l->address.port, s->name);
		return;
	}
}

static void check_twin(struct reader *r, const struct draft *d, size_t i)
{
	const struct listener *l = d->config->listeners;

	for (size_t j = 0; j < i; j++) {
		if (!listener_same(&l[i], &l[j]))
			continue;
		reader_mistake(r, d->listeners[i].line,
			       "hears the same as the listener in line %u",
			       d->listeners[j].line);
		return;
	}
}

void check_listeners(struct reader *r, const struct draft *d)
{
	const struct listener *l = d->config->listeners;
	size_t all = 0, before;

	for (size_t i = 0; i < d->listeners_len; i++) {
		check_fields(r, &l[i], &d->listeners[i]);
		check_cloaked(r, d, i);
		before = all;
		all += l[i].udp.len + l[i].tcp.len;
		if (before <= CONFIG_LISTEN_ALL_MAX &&
		    all > CONFIG_LISTEN_ALL_MAX)
			reader_mistake(r, d->listeners[i].line,
				       "more than %d ports and ranges in all "
				       "listeners",
				       CONFIG_LISTEN_ALL_MAX);
		if (!d->listeners[i].bad &&
		    (l[i].kind == LISTENER_SNIFF || l[i].address.port))
			check_twin(r, d, i);
		if (i == CONFIG_LISTENERS_MAX)
			reader_mistake(r, d->listeners[i].line,
				       "more than %d listeners",
				       CONFIG_LISTENERS_MAX);
	}
}
