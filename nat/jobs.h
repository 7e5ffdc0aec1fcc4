/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work on conntrack: cutting stale entries, watching sessions, answering for
 * them. It takes milliseconds that a grant must not wait for, so it is queued
 * for a thread that has its own sockets. What is queued together is done
 * together.
 */
#ifndef HAUNT_NAT_JOBS_H
#define HAUNT_NAT_JOBS_H

#include "nat/port.h"

struct jobs;

/* Copies port. Without a thread, jobs_run() does the work. */
enum haunt_err jobs_new(const struct nat_port *port,
			struct jobs **out) HAUNT_MUST_CHECK;
/* Starts the thread; call it after rights were dropped, which concerns only
 * the calling thread and its children. */
enum haunt_err jobs_start(struct jobs *jobs) HAUNT_MUST_CHECK;
/* Lets the thread finish what it is at, and forgets the rest. NULL is fine. */
void jobs_free(struct jobs *jobs);

/* Each queues one; EBUSY if there are too many, ENOMEM. */
enum haunt_err jobs_cut_stale(struct jobs *jobs,
			      const struct rule *rule) HAUNT_MUST_CHECK;
/* All sessions of an id. */
enum haunt_err jobs_cut(struct jobs *jobs, uint32_t id) HAUNT_MUST_CHECK;
enum haunt_err jobs_survey(struct jobs *jobs,
			   const struct grant_survey *survey) HAUNT_MUST_CHECK;
enum haunt_err jobs_ask(struct jobs *jobs,
			const struct sessions_ask *ask) HAUNT_MUST_CHECK;
enum haunt_err jobs_origin(struct jobs *jobs,
			   const struct origin *origin) HAUNT_MUST_CHECK;
/* The gate knows what is in force: sessions may be told of. */
void jobs_begin(struct jobs *jobs);
/* Something was granted: a session may begin soon. */
void jobs_expect(struct jobs *jobs);
void jobs_watch(struct jobs *jobs, bool on);

/* Has somebody look whether there is room for new connections, now and then:
 * most calls do nothing. */
void jobs_room(struct jobs *jobs);

/* Does all that is queued or due, in the caller's thread; true if anything was
 * queued. */
bool jobs_run(struct jobs *jobs);
/* When something is due next; monotonic. */
uint64_t jobs_next_ms(const struct jobs *jobs);

#endif
