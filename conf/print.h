/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How values are written down so that they can be read again; for the files
 * that print a configuration.
 */
#ifndef HAUNT_CONF_PRINT_H
#define HAUNT_CONF_PRINT_H

#include <stdio.h>

#include "conf/config.h"

/* In quotes. */
void print_text(FILE *to, const char *text);
/* indent, name = "text". */
void print_option(FILE *to, const char *indent, const char *name,
		  const char *text);
void print_prefixes(FILE *to, const char *name,
		    const struct ip_prefix *prefixes, size_t n);

/* What is started (print_run.c). */
void print_command(FILE *to, const struct run_command *c);
void print_hooks(FILE *to, const struct service *s);
/* A client's commands and conditions. */
void print_terms(FILE *to, const struct config *config, const struct client *c);

#endif
