/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration that is being read: the config itself, and beside each of
 * its parts the lines where it was given, so that a check that needs several
 * values can still say where the mistake is.
 */
#ifndef HAUNT_CONF_DRAFT_H
#define HAUNT_CONF_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"
#include "conf/reader.h"

/* Fields by their place in the tables of schema.c. */
enum listener_field {
	LISTENER_PORTS,
	LISTENER_ADDRESS,
	LISTENER_FIELDS,
};

enum service_field {
	SERVICE_TARGET,
	SERVICE_AT,
	SERVICE_CLOAK,
	SERVICE_LIFETIME,
	SERVICE_MAX_LIFETIME,
	SERVICE_AT_END,
	SERVICE_IDLE_TIMEOUT,
	SERVICE_MAX_SESSION,
	SERVICE_SINGLE_USE,
	SERVICE_CONNECTIONS,
	SERVICE_HIDDEN,
	SERVICE_SOURCE_NAT,
	SERVICE_TO,
	SERVICE_REFRESH,
	SERVICE_FIELDS,
};

enum client_field {
	CLIENT_KEY,
	CLIENT_SERVICES,
	CLIENT_FROM,
	CLIENT_MODE,
	CLIENT_HMAC,
	CLIENT_ALLOW_WITHOUT_HMAC,
	CLIENT_ALLOW_UNBOUND_ADDRESS,
	CLIENT_MAY_OPEN_FOR_OTHERS,
	CLIENT_FIELDS,
};

/* line is the title's; given[] are the fields', 0 where one is not given. */
struct listener_notes {
	unsigned int line;
	unsigned int given[LISTENER_FIELDS];
	bool bad; /* a value was a mistake and is not here */
};

struct service_notes {
	unsigned int line;
	unsigned int given[SERVICE_FIELDS];
	bool bad_lifetime;
	uint32_t refresh_s;	/* 0: not given */
	unsigned int *at_lines; /* as many as the service's `at` */
	size_t at_lines_len;
};

struct service_name {
	char name[CONFIG_NAME_MAX + 1];
	unsigned int line;
};

struct client_notes {
	unsigned int line;
	unsigned int given[CLIENT_FIELDS];
	struct service_name *services;
	size_t services_len;
};

/* The notes are as many as the parts they belong to. */
struct draft {
	struct config *config;
	struct listener_notes *listeners;
	size_t listeners_len;
	struct service_notes *services;
	size_t services_len;
	struct client_notes *clients;
	size_t clients_len;
};

/* check_outer.c: a service's outer ports, which it fills in where none are
 * given; and two services that one request could mean, by their indexes. */
void check_at(struct reader *r, struct service *s,
	      const struct service_notes *notes);
void check_ambiguous(struct reader *r, const struct draft *d, size_t i,
		     size_t j);

/* check_internet.c: a service that leads anywhere; where all of them are asked
 * for; and that a client has one of them at most. */
void check_internet(struct reader *r, struct service *s,
		    const struct service_notes *notes);
void check_internet_doors(struct reader *r, const struct draft *d);
void check_internet_client(struct reader *r, const struct config *config,
			   const struct client *c,
			   const struct client_notes *notes);

/* check_named.c: a service whose target is a name, or is none. */
void check_named(struct reader *r, struct service *s,
		 const struct service_notes *notes);
void check_named_count(struct reader *r, const struct draft *d);

/* Everything that takes more than one value to see. Fills in what a default
 * depends on, and the clients' services. */
void check_draft(struct reader *r, struct draft *draft);

#endif
