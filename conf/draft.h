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
	LISTENER_TCP_PORTS,
	LISTENER_ICMP,
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
	SERVICE_ON_GRANT,
	SERVICE_ON_END,
	SERVICE_HOOK_USER,
	SERVICE_HOOK_GROUP,
	SERVICE_HOOK_TIMEOUT,
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
	CLIENT_GPG_SIGNERS,
	CLIENT_ALLOW_FORWARDED_FOR,
	CLIENT_COMMANDS,
	CLIENT_EXPIRES,
	CLIENT_REQUIRE_USERNAME,
	CLIENT_DESTINATION,
	CLIENT_FIELDS,
};

enum command_field {
	COMMAND_ARGV,
	COMMAND_USER,
	COMMAND_GROUP,
	COMMAND_TIMEOUT,
	COMMAND_REQUEST,
	COMMAND_FIELDS,
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

/* The name of a service, or of a command. */
struct service_name {
	char name[CONFIG_NAME_MAX + 1];
	unsigned int line;
};

struct client_notes {
	unsigned int line;
	unsigned int given[CLIENT_FIELDS];
	struct service_name *services;
	size_t services_len;
	struct service_name *commands;
	size_t commands_len;
};

struct command_notes {
	unsigned int line;
	unsigned int given[COMMAND_FIELDS];
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
	struct command_notes *commands;
	size_t commands_len;
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
/* Its part about listeners; in a file of its own. */
void check_listeners(struct reader *r, const struct draft *draft);
/* Those of it that are about what is started (check_run.c). */
void check_commands(struct reader *r, struct draft *draft);
void check_hooks(struct reader *r, struct service *s,
		 const struct service_notes *notes);
/* The clients' commands by their names. */
void resolve_commands(struct reader *r, const struct config *config,
		      struct client *c, const struct client_notes *notes);

#endif
