/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what makes a configuration more than the sum of its values: what is
 * missing, what contradicts what, what is there twice. It also fills in the
 * defaults that depend on other values, once those are known to be right.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/parse.h"
#include "conf/schema.h"
#include "conf/schema_gpg.h"

#define LIFETIME_DEFAULT_S     30
#define MAX_LIFETIME_DEFAULT_S 600

/* ---- what is there twice ---- */

struct twin {
	const char *key;
	unsigned int line;
};

static int twin_compare(const void *a, const void *b)
{
	const struct twin *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* Sorts, so that 65,535 clients cost no more than that. */
static void report_twins(struct reader *r, struct twin *twins, size_t n,
			 const char *what)
{
	size_t first = 0;

	if (n)
		qsort(twins, n, sizeof(*twins), twin_compare);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(twins[first].key, twins[i].key))
			first = i;
		else if (*twins[i].key)
			reader_mistake(r, twins[i].line,
				       "%s '%.64s' is there twice, first in "
				       "line %u",
				       what, twins[i].key, twins[first].line);
	}
}

static void check_service_names(struct reader *r, const struct draft *d)
{
	size_t n = d->services_len;
	struct twin *twins = calloc(n + 1, sizeof(*twins));

	if (!twins) {
		reader_no_memory(r);
		return;
	}
	for (size_t i = 0; i < n; i++)
		twins[i] = (struct twin){ d->config->services[i].name,
					  d->services[i].line };
	report_twins(r, twins, n, "service");
	free(twins);
}

/* A key that two clients share would make one of them the other. */
static void check_client_names(struct reader *r, const struct draft *d)
{
	size_t n = d->clients_len;
	struct twin *twins = calloc(n + 1, sizeof(*twins));

	if (!twins) {
		reader_no_memory(r);
		return;
	}
	for (size_t i = 0; i < n; i++)
		twins[i] = (struct twin){ d->config->clients[i].name,
					  d->clients[i].line };
	report_twins(r, twins, n, "client");
	for (size_t i = 0; i < n; i++) {
		const char *path = d->config->clients[i].key_path;

		twins[i] = (struct twin){ path ? path : "",
					  d->clients[i].given[CLIENT_KEY] };
	}
	report_twins(r, twins, n, "key file");
	free(twins);
}

/* ---- services ---- */

static void check_lifetimes(struct reader *r, struct service *s,
			    const struct service_notes *notes)
{
	bool given = notes->given[SERVICE_LIFETIME];
	bool given_max = notes->given[SERVICE_MAX_LIFETIME];

	if (notes->bad_lifetime)
		return;
	if (!given_max)
		s->max_lifetime_s = MAX_LIFETIME_DEFAULT_S;
	if (!given)
		s->lifetime_s = s->max_lifetime_s < LIFETIME_DEFAULT_S
					? s->max_lifetime_s
					: LIFETIME_DEFAULT_S;
	if (s->lifetime_s > s->max_lifetime_s)
		reader_mistake(r, notes->given[SERVICE_LIFETIME],
			       "lifetime: %us is longer than max-lifetime, "
			       "%us%s",
			       s->lifetime_s, s->max_lifetime_s,
			       given_max ? "" : " by default");
}

static void check_local(struct reader *r, struct service *s,
			const struct service_notes *notes)
{
	if (!notes->given[SERVICE_CLOAK])
		s->cloak = true;
	if (notes->given[SERVICE_SOURCE_NAT])
		reader_mistake(r, notes->given[SERVICE_SOURCE_NAT],
			       "source-nat is for targets on other hosts; "
			       "this one is on the gateway");
	if (s->hidden)
		reader_mistake(r, notes->given[SERVICE_HIDDEN],
			       "hidden is for targets with an address of "
			       "their own; this one has none");
}

/* One connection is one connection. */
static void check_connections(struct reader *r, struct service *s,
			      const struct service_notes *notes)
{
	if (s->single_use && s->connections > 1)
		reader_mistake(r, notes->given[SERVICE_CONNECTIONS],
			       "connections: %u is more than the one of "
			       "single-use",
			       s->connections);
}

static void check_forward(struct reader *r, struct service *s,
			  const struct service_notes *notes)
{
	if (s->cloak)
		reader_mistake(r, notes->given[SERVICE_CLOAK],
			       "cloak is for targets on the gateway; this one "
			       "is on another host");
	/* The gateway itself has a way back. */
	if (!notes->given[SERVICE_SOURCE_NAT])
		s->source_nat =
			s->hidden ? SOURCE_NAT_NONE : SOURCE_NAT_MASQUERADE;
	if (s->hidden && s->source_nat != SOURCE_NAT_NONE)
		reader_mistake(r, notes->given[SERVICE_SOURCE_NAT],
			       "source-nat is for targets on other hosts; a "
			       "hidden one is on the gateway");
	if (s->source_nat == SOURCE_NAT_ADDRESS && !s->named &&
	    addr_is_v4(&s->source) != addr_is_v4(&s->target.addr))
		reader_mistake(r, notes->given[SERVICE_SOURCE_NAT],
			       "source-nat: the target is an IPv%c address, "
			       "this is not",
			       addr_is_v4(&s->target.addr) ? '4' : '6');
}

static void check_service(struct reader *r, struct service *s,
			  const struct service_notes *notes)
{
	check_lifetimes(r, s, notes);
	check_connections(r, s, notes);
	check_hooks(r, s, notes);
	if (!notes->given[SERVICE_TARGET])
		reader_mistake(r, notes->line, "service '%s' has no 'target'",
			       s->name);
	check_named(r, s, notes);
	if (s->internet) {
		check_internet(r, s, notes);
		return;
	}
	if (s->to_len)
		reader_mistake(r, notes->given[SERVICE_TO],
			       "to is for the target \"internet\"");
	if (!s->proto)
		return;
	if (s->local)
		check_local(r, s, notes);
	else
		check_forward(r, s, notes);
	check_at(r, s, notes);
}

static void check_services(struct reader *r, struct draft *d)
{
	for (size_t i = 0; i < d->services_len; i++)
		check_service(r, &d->config->services[i], &d->services[i]);
	for (size_t j = 0; j < d->services_len; j++)
		for (size_t i = 0; i < j; i++)
			check_ambiguous(r, d, i, j);
	check_internet_doors(r, d);
	check_named_count(r, d);
	if (d->services_len > CONFIG_SERVICES_MAX)
		reader_mistake(r, d->services[CONFIG_SERVICES_MAX].line,
			       "more than %d services", CONFIG_SERVICES_MAX);
}

/* ---- clients ---- */

static void resolve_services(struct reader *r, const struct config *config,
			     struct client *c, const struct client_notes *notes)
{
	for (size_t i = 0; i < notes->services_len; i++) {
		size_t at = config_service(config, notes->services[i].name);
		uint16_t *index;

		if (at == SIZE_MAX) {
			reader_mistake(r, notes->services[i].line,
				       "services: there is no service '%s'",
				       notes->services[i].name);
			continue;
		}
		index = reader_grow(r, &c->services, &c->services_len,
				    sizeof(*index));
		if (index)
			*index = (uint16_t)at;
	}
}

static void check_client(struct reader *r, const struct config *config,
			 struct client *c, const struct client_notes *notes)
{
	resolve_services(r, config, c, notes);
	resolve_commands(r, config, c, notes);
	check_internet_client(r, config, c, notes);
	if (!notes->given[CLIENT_KEY] && gpg_needs_key(c))
		reader_mistake(r, notes->line, "client '%s' has no 'key'",
			       c->name);
	if (!notes->given[CLIENT_SERVICES] && !notes->given[CLIENT_COMMANDS])
		reader_mistake(r, notes->line, "client '%s' has no 'services'",
			       c->name);
	if (c->hmac_type == DIGEST_NONE && !c->allow_without_hmac &&
	    notes->given[CLIENT_HMAC])
		reader_mistake(
			r, notes->given[CLIENT_HMAC],
			"hmac: \"none\" needs allow-without-hmac = true");
	if (c->allow_forwarded_for && !config->trusted_proxies_len)
		reader_mistake(r, notes->given[CLIENT_ALLOW_FORWARDED_FOR],
			       "allow-forwarded-for: there are no "
			       "'trusted-proxies' to believe");
	if (!notes->given[CLIENT_FROM])
		/* zeroed: the prefix of length 0, "any" */
		(void)reader_grow(r, &c->from, &c->from_len, sizeof(*c->from));
}

static void check_clients(struct reader *r, struct draft *d)
{
	for (size_t i = 0; i < d->clients_len; i++)
		check_client(r, d->config, &d->config->clients[i],
			     &d->clients[i]);
	gpg_check(r, d);
	if (d->clients_len > CONFIG_CLIENTS_MAX)
		reader_mistake(r, d->clients[CONFIG_CLIENTS_MAX].line,
			       "more than %d clients", CONFIG_CLIENTS_MAX);
}

void check_draft(struct reader *r, struct draft *d)
{
	if (!d->listeners_len)
		reader_mistake(r, 0, "there is no 'listen' section");
	if (!d->services_len)
		reader_mistake(r, 0, "there is no 'service' section");
	if (!d->clients_len)
		reader_mistake(r, 0, "there is no 'client' section");
	check_service_names(r, d);
	check_client_names(r, d);
	check_services(r, d);
	check_listeners(r, d);
	check_commands(r, d);
	check_clients(r, d);
}
