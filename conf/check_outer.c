/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which outer ports a service can have, and when two services cannot be
 * told apart by what a client asks for: a target's port, and an outer one.
 */
#include "conf/draft.h"
#include "conf/parse.h"

static unsigned int range_size(uint16_t first, uint16_t last)
{
	return (unsigned int)(last - first) + 1;
}

static bool is_range(const struct service *s)
{
	return s->target.port != s->target_last;
}

/* The ports of a range are led one to one, so there must be as many. */
static void check_size(struct reader *r, const struct service *s, size_t i,
		       unsigned int line)
{
	const struct port_range *at = &s->at[i];
	unsigned int n = range_size(s->target.port, s->target_last);

	if (is_range(s) && range_size(at->first, at->last) != n)
		reader_mistake(r, line,
			       "at: the target is %u ports, %s/%u-%u is %u", n,
			       proto_name(at->proto), at->first, at->last,
			       range_size(at->first, at->last));
}

/* Outer ports: of the target's protocol; the target's own by default. */
void check_at(struct reader *r, struct service *s,
	      const struct service_notes *notes)
{
	for (size_t i = 0; i < s->at_len; i++) {
		if (s->at[i].proto != s->proto)
			reader_mistake(r, notes->at_lines[i],
				       "at: the target is %s, %s/%u is not",
				       proto_name(s->proto),
				       proto_name(s->at[i].proto),
				       s->at[i].first);
		else
			check_size(r, s, i, notes->at_lines[i]);
	}
	if (notes->given[SERVICE_AT])
		return;
	s->at = reader_grow(r, &s->at, &s->at_len, sizeof(*s->at));
	if (s->at)
		s->at[0] = (struct port_range){ s->proto, s->target.port,
						s->target_last };
}

/* How far the target's port is from the outer one, where both are a range. */
static int shift_of(const struct service *s, const struct port_range *at)
{
	return (int)s->target.port - (int)at->first;
}

/* True if an outer port of both ranges leads to the same port. */
static bool doors_meet(const struct service *a, const struct port_range *x,
		       const struct service *b, const struct port_range *y)
{
	int first = x->first > y->first ? x->first : y->first;
	int last = x->last < y->last ? x->last : y->last;
	int port;

	if (x->proto != y->proto || first > last)
		return false;
	if (is_range(a) && is_range(b))
		return shift_of(a, x) == shift_of(b, y);
	if (!is_range(a) && !is_range(b))
		return a->target.port == b->target.port;
	port = is_range(a) ? b->target.port - shift_of(a, x)
			   : a->target.port - shift_of(b, y);
	return first <= port && port <= last;
}

static bool same_host(const struct service *a, const struct service *b)
{
	return a->proto && a->proto == b->proto && a->local == b->local &&
	       !a->internet && !b->internet &&
	       addr_equal(&a->target.addr, &b->target.addr) &&
	       !a->named == !b->named &&
	       (!a->named || service_is_named(a, b->named->host));
}

/* Where a request for target and outer port could mean either service. */
void check_ambiguous(struct reader *r, const struct draft *d, size_t i,
		     size_t j)
{
	const struct service *a = &d->config->services[i];
	const struct service *b = &d->config->services[j];
	const struct service_notes *notes = &d->services[j];

	if (!same_host(a, b))
		return;
	for (size_t m = 0; m < a->at_len; m++)
		for (size_t n = 0; n < b->at_len; n++) {
			if (!doors_meet(a, &a->at[m], b, &b->at[n]))
				continue;
			reader_mistake(r,
				       notes->at_lines_len ? notes->at_lines[n]
							   : notes->line,
				       "service '%s' has the same target as "
				       "'%s' in line %u, and outer ports in "
				       "common with it",
				       b->name, a->name, d->services[i].line);
			return;
		}
}
