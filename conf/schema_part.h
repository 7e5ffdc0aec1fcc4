/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the gateway's grammar share: a service's and a client's
 * options are read in more than one of them.
 */
#ifndef HAUNT_CONF_SCHEMA_PART_H
#define HAUNT_CONF_SCHEMA_PART_H

#include "conf/draft.h"
#include "conf/schema.h"

/* The service or client that is being read, and its notes. */
struct service *service_of(struct reader *r);
struct client *client_of(struct reader *r);
struct client_notes *client_notes_of(struct reader *r);

/* Adds a name to a list of them, once. */
void take_listed_name(struct reader *r, const char *field, const char *value,
		      struct service_name **list, size_t *len);

/* A service's options of what is run for it (schema_run.c). */
void service_take_on_grant(struct reader *r, const char *value);
void service_take_on_end(struct reader *r, const char *value);
void service_take_hook_user(struct reader *r, const char *value);
void service_take_hook_group(struct reader *r, const char *value);
void service_take_hook_timeout(struct reader *r, const char *value);

/* What a client may have run, and its conditions (schema_terms.c). */
void client_take_command(struct reader *r, const char *value);
void client_take_expires(struct reader *r, const char *value);
void client_take_username(struct reader *r, const char *value);
void client_take_destination(struct reader *r, const char *value);

#endif
