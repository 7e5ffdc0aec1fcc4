/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind nat/jobs.h share.
 */
#ifndef HAUNT_NAT_JOBS_WORK_H
#define HAUNT_NAT_JOBS_WORK_H

#include <pthread.h>

#include "nat/jobs.h"
#include "nat/live.h"

#define RULES_MAX   1024 /* that wait */
#define SURVEYS_MAX 64
#define ASKS_MAX    64

/* What waits, or what is being done. */
struct work {
	struct rule rules[RULES_MAX];
	size_t rules_len;
	struct grant_survey *surveys[SURVEYS_MAX];
	size_t surveys_len;
	struct sessions_ask asks[ASKS_MAX];
	size_t asks_len;
	struct origin *origins;
	size_t origins_len;
	size_t origins_cap;
	uint32_t *cuts;
	size_t cuts_len;
	size_t cuts_cap;
	bool begin;
	bool granted;
	bool room; /* is to be looked for */
	bool watch_changed;
	bool watch;
};

struct jobs {
	struct nat_port port;
	struct live *live; /* the worker's alone */
	pthread_t thread;
	bool threaded;
	uint64_t room_ms;     /* when it is looked for again; the caller's */
	int wake;	      /* an eventfd */
	pthread_mutex_t lock; /* over what follows */
	bool stop;
	struct work *waiting;
	struct work *doing; /* the worker's alone */
};

/* Does all of it, in the worker. */
void jobs_do(struct jobs *jobs, struct work *w);

#endif
