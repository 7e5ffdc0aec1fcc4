/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A role is a process with a purpose and no more rights than that purpose
 * needs. Each goes through the same four phases: open (as root: take what
 * needs root), drop (ids, groups, capabilities), confine (no new privileges,
 * few descriptors, nothing to be looked into), loop. No phase can leave a
 * core.
 */
#ifndef HAUNT_BASE_ROLE_H
#define HAUNT_BASE_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

struct config;

/* Exit status of a gate that was sent what no capture sends: what else waits
 * there is not to be trusted. */
#define ROLE_EXIT_SPOILT 3
/* Of one that has done nothing wrong, but whose neighbours know what is so no
 * more, or whom a message took too long: to be started again at once. */
#define ROLE_EXIT_ANEW 5

/* Descriptors that the monitor hands to a role; -1 where it has none. */
enum role_fd {
	ROLE_FD_CONFIG = 3,  /* the configuration's text, sealed */
	ROLE_FD_READY = 4,   /* one byte written here says: open and dropped */
	ROLE_FD_LEFT = 5,    /* towards where packets come from */
	ROLE_FD_RIGHT = 6,   /* towards the firewall */
	ROLE_FD_LIFE = 7,    /* not used: open as long as the role lives */
	ROLE_FD_MONITOR = 8, /* gate: news come in, a wish goes out */
	ROLE_FD_BEFORE = 9,  /* gate: connections from before a try, sealed */
	ROLE_FD_RUN = 10,    /* gate: towards what runs programs */
	ROLE_FD_PGP = 11,    /* gate: jobs go out, answers come in */
	ROLE_FD_SHELF = 12,  /* capture: its sockets, for who comes after */
	ROLE_FD_LAST = ROLE_FD_SHELF,
};

/* What a role is given. */
struct role_setup {
	const struct config *config;
	int left;  /* gate: capture. nat, run, pgp: gate. capture: the one
		    * before */
	int right; /* capture: gate. gate: nat. names: nat. nat: names */
	bool dry_run;
	const char *assume_missing; /* kernel features to do without; tests */
	int shelf;		    /* capture: the one that comes after */
	int64_t try_ms; /* nat: what remains of a try; negative: none */
};

struct role {
	const char *name;
	bool keep_net_admin; /* keep CAP_NET_ADMIN, and nothing else */
	/* Keep CAP_SETUID, CAP_SETGID and CAP_KILL, and let what is executed
	 * gain rights: for who starts programs as other users. */
	bool keep_users;
	/* Name of the user to become. */
	const char *(*user)(const struct config *config);
	/* Phase 1, as root. Logs its own errors. Takes the sockets. setup
	 * and setup->config live as long as the process. */
	enum haunt_err (*open)(const struct role_setup *setup, void **state);
	/* Phase 4: runs until the peers go away or SIGTERM; returns the exit
	 * status. Call role_ready() once the loop can serve. */
	int (*loop)(void *state);
	unsigned int files; /* descriptors it may have; 0: a few */
};

/* Tells the monitor that this role is at work. */
void role_ready(void);

/* Phases 1 to 4 in this process; returns the exit status. */
int role_run(const struct role *role, const struct role_setup *setup);

#endif
