/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of the gateway's configuration, as tables for the reader. The
 * reader's argument is a struct draft; what the values come to goes there.
 */
#ifndef HAUNT_CONF_SCHEMA_H
#define HAUNT_CONF_SCHEMA_H

#include <stdbool.h>

#include "conf/config.h"
#include "conf/reader.h"

#define CONFIG_AGE_WINDOW_MAX_S	  3600
#define CONFIG_MAX_GRANTS_MAX	  1000000
#define CONFIG_SESSION_POLL_MAX_S 3600
#define CONFIG_CONNECTIONS_MAX	  65535
#define CONFIG_SOCKET_PATH_MAX	  107 /* sun_path, without its NUL */

extern const struct reader_section schema_root;
extern const struct reader_section schema_listener;
extern const struct reader_section schema_service;
extern const struct reader_section schema_client;
extern const struct reader_section schema_command;

/* The config of the reader's draft. */
struct config *draft_config(const struct reader *r);

/* The title of a section, in the client's file, too; a bad one leaves the name
 * empty. */
void take_name(struct reader *r, const char *what, const char *title,
	       char name[CONFIG_NAME_MAX + 1]);
void take_bool(struct reader *r, const char *field, const char *value,
	       bool *out);
/* A prefix, or "any", is added to an array; anything else is a mistake.
 * prefixes points to the pointer. */
void take_prefix(struct reader *r, const char *field, const char *value,
		 struct ip_prefix **prefixes, size_t *len);
/* A copy of the name of a user or a group of the system replaces *out. */
void take_account(struct reader *r, const char *field, const char *value,
		  char **out);
/* A copy of an absolute path replaces *out. */
void take_path(struct reader *r, const char *field, const char *value,
	       char **out);

/* The name of an account of the system replaces *out. */
void take_account(struct reader *r, const char *field, const char *value,
		  char **out);

#endif
