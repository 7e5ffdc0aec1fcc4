/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor: starts the roles, watches them, ends them together. It stays
 * root so that it can start them again, holds nothing open but the text of
 * the configuration and the socket between capture and gate, which it never
 * reads, and takes in nothing that comes from outside.
 */
#ifndef HAUNT_MONITOR_H
#define HAUNT_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"

struct monitor_setup {
	struct config *config; /* taken: a reload frees it */
	const char *text;      /* what config was parsed from */
	size_t len;
	const char *path; /* its name, for the roles' messages */
	bool dry_run;
	const char *assume_missing; /* or NULL */
	uint32_t try_s;		    /* the cloak is tried so long; 0: no try */
};

/* Runs until SIGTERM or SIGINT; returns the exit status. Roles that die are
 * started again; roles that cannot even start the first time end it with 1.
 * SIGHUP, or the gate's wish, takes a new configuration whole or not. */
int monitor_run(const struct monitor_setup *setup);

#endif
