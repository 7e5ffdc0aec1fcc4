/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roles as processes: how they come to be, with what, and what is known of
 * each. What to do about it is the monitor's decision.
 *
 * capture stands by itself: the socket to the gate is the monitor's as well,
 * so that what capture says waits there while the gate is away. pgp does, too,
 * with a socket of its own, and the gate asks again what it has lost. gate and
 * nat come and go together, since each trusts that the other knows the same
 * past.
 */
#ifndef HAUNT_ROLES_H
#define HAUNT_ROLES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf/config.h"
#include "core/base/news.h"

enum role_id {
	ROLE_CAPTURE,
	ROLE_GATE,
	ROLE_NAT,
	ROLE_RUN,   /* only where the configuration has programs to start */
	ROLE_NAMES, /* only where a target is named */
	ROLE_PGP,   /* only where somebody signs */
	ROLE_LATE,  /* the capture before, until the new one is at work */
	ROLE_COUNT
};

/* Sets of them. */
#define ROLE_SET(id)   (1u << (id))
#define ROLES_PAIR     (ROLE_SET(ROLE_GATE) | ROLE_SET(ROLE_NAT))
#define ROLES_CAPTURES (ROLE_SET(ROLE_CAPTURE) | ROLE_SET(ROLE_LATE))
#define ROLES_QUEUE    (ROLES_PAIR | ROLES_CAPTURES) /* of packets */
#define ROLES_ALL                                                  \
	(ROLES_QUEUE | ROLE_SET(ROLE_RUN) | ROLE_SET(ROLE_NAMES) | \
	 ROLE_SET(ROLE_PGP))

/* A configuration, and the sealed text that it was read from. */
struct edition {
	struct config *config;
	int fd;
};

struct role_process {
	pid_t pid;    /* 0: none */
	int ready_fd; /* -1 once it is ready, or cannot be any more */
	bool ready;
};

struct roles {
	const char *path; /* of the configuration, for messages */
	bool dry_run;
	const char *assume_missing; /* or NULL */
	int life_fd;		    /* the lock that they share */
	int before_fd;		    /* connections from before a try */
	int packets[2];		    /* capture's end, the gate's end */
	int ciphers[2];		    /* the gate's end, pgp's end */
	int shelf[2];		    /* listening sockets: out of it, into it */
	int jobs[2];		    /* run's end, the gate's end; or -1 */
	int jobs_edition;	    /* fd of the edition they are for */
	int lookups[2];		    /* names' end, nat's end; or -1 */
	int lookups_edition;	    /* fd of the edition they are for */
	int wish_fd;		    /* our end of the gate's channel; or -1 */
	struct role_process at[ROLE_COUNT];
};

/* All but what the caller has set. False, with errno. */
bool roles_init(struct roles *r);
/* Takes a new socket between capture and gate; what waits in the old one is
 * forgotten. None of the two may be running. */
bool roles_queue_renew(struct roles *r);

/* A capture that runs becomes the late one. False: logged. */
bool roles_start_capture(struct roles *r, const struct edition *e);
/* What was on its way between it and the gate stays. False: logged. */
bool roles_start_pgp(struct roles *r, const struct edition *e);
/* Makes the socket between gate and run what the edition wants: a new one, if
 * it is another edition than before. The run of the one before is on its own
 * from then on: it does what was asked of it, and ends. False: logged. */
bool roles_jobs(struct roles *r, const struct edition *e);
/* The next edition is another one, whatever it looks like. */
void roles_jobs_forget(struct roles *r);
bool roles_start_run(struct roles *r, const struct edition *e);
/* The socket that the edition wants is made with the pair. False: logged. */
bool roles_start_names(struct roles *r, const struct edition *e);
/* The next edition is another one, whatever its number is. */
void roles_lookups_forget(struct roles *r);
/* try_ms is what remains of a try; negative: there is none. */
bool roles_start_pair(struct roles *r, const struct edition *e,
		      const struct news *news, int64_t try_ms);

bool roles_alive(const struct roles *r, unsigned int set);
/* True if every role of the set is at work. */
bool roles_ready(const struct roles *r, unsigned int set);
void roles_signal(const struct roles *r, unsigned int set, int sig);
/* Reads what a role's ready_fd has to say. */
void roles_ready_read(struct roles *r, enum role_id id);
/* Takes note of a death; which role it was, or ROLE_COUNT for none. */
enum role_id roles_reaped(struct roles *r, pid_t pid);
const char *role_name(enum role_id id);

/* Tells the gate, if there is one. */
void roles_tell(const struct roles *r, const struct news *news);

#endif
