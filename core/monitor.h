/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor: starts the roles, watches them, ends them together. It stays
 * root so that it can start them again, holds nothing open but the text of
 * the configuration, and reads nothing that comes from outside.
 */
#ifndef HAUNT_MONITOR_H
#define HAUNT_MONITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"

struct monitor_setup {
	const struct config *config;
	const char *text; /* what config was parsed from */
	size_t len;
	const char *path; /* its name, for the roles' messages */
	bool dry_run;
	const char *assume_missing; /* or NULL */
};

/* Runs until SIGTERM or SIGINT; returns the exit status. Roles that die are
 * started again; roles that cannot even start the first time end it with 1. */
int monitor_run(const struct monitor_setup *setup);

#endif
