/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a service can be that opens no port but a way through the
 * gateway. It is known by the client's address alone, so there can be one at a
 * time for each; to the gate all of them are one door, the first port that
 * they are asked for by.
 */
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"

/* What makes no sense without a port. */
static void check_words(struct reader *r, const struct service_notes *notes)
{
	static const struct {
		enum service_field field;
		const char *name;
	} none[] = {
		{ SERVICE_CLOAK, "cloak" },
		{ SERVICE_HIDDEN, "hidden" },
		{ SERVICE_SINGLE_USE, "single-use" },
		{ SERVICE_CONNECTIONS, "connections" },
	};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (notes->given[none[i].field])
			reader_mistake(r, notes->given[none[i].field],
				       "%s is for targets with a port; "
				       "\"internet\" has none",
				       none[i].name);
}

void check_internet(struct reader *r, struct service *s,
		    const struct service_notes *notes)
{
	check_words(r, notes);
	if (!notes->given[SERVICE_SOURCE_NAT])
		s->source_nat = SOURCE_NAT_MASQUERADE;
	if (!notes->given[SERVICE_AT]) {
		s->at = reader_grow(r, &s->at, &s->at_len, sizeof(*s->at));
		if (s->at)
			s->at[0] = (struct port_range){ IPPROTO_TCP,
							CONFIG_INTERNET_PORT,
							CONFIG_INTERNET_PORT };
	}
	if (s->at_len && s->at[0].first != s->at[0].last)
		reader_mistake(r, notes->at_lines[0],
			       "at: \"internet\" is asked for by one port, and "
			       "after that by others");
	if (!s->at_len)
		return;
	s->proto = s->at[0].proto;
	s->target.port = s->at[0].first;
	s->target_last = s->target.port;
}

static bool same_door(const struct service *a, const struct service *b)
{
	return a->proto == b->proto && a->target.port == b->target.port;
}

static unsigned int line_of_at(const struct service_notes *notes)
{
	return notes->at_lines_len ? notes->at_lines[0] : notes->line;
}

/* Against the first service of the kind; and what is asked for by its port
 * must not be a port of the gateway. */
void check_internet_doors(struct reader *r, const struct draft *d)
{
	const struct service *first = NULL;
	size_t at = 0;

	while (at < d->services_len && !d->config->services[at].internet)
		at++;
	if (at == d->services_len || !d->config->services[at].at_len)
		return;
	first = &d->config->services[at];
	for (size_t i = 0; i < d->services_len; i++) {
		const struct service *s = &d->config->services[i];

		if (s->internet && !same_door(s, first))
			reader_mistake(r, line_of_at(&d->services[i]),
				       "at: all services that are "
				       "\"internet\" begin with the same, "
				       "'%s' in line %u with %s/%u",
				       first->name, d->services[at].line,
				       proto_name(first->proto),
				       first->target.port);
		if (s->local && s->proto == first->proto &&
		    service_targets(s, first->target.port))
			reader_mistake(r, d->services[i].line,
				       "service '%s' has the port that "
				       "\"internet\" is asked for by, %s/%u: "
				       "give '%s' in line %u another 'at'",
				       s->name, proto_name(first->proto),
				       first->target.port, first->name,
				       d->services[at].line);
	}
}

void check_internet_client(struct reader *r, const struct config *config,
			   const struct client *c,
			   const struct client_notes *notes)
{
	const struct service *first = NULL;

	for (size_t i = 0; i < c->services_len; i++) {
		const struct service *s = &config->services[c->services[i]];

		if (!s->internet)
			continue;
		if (first)
			reader_mistake(r, notes->given[CLIENT_SERVICES],
				       "services: '%s' and '%s' are both "
				       "\"internet\", and a client can have "
				       "one",
				       first->name, s->name);
		first = s;
	}
}
