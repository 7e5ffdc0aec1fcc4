/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work on conntrack: cutting stale entries, answering surveys. It takes
 * milliseconds that a grant must not wait for, so it is queued for a thread
 * that has its own sockets. What is queued together is done together.
 */
#ifndef HAUNT_NAT_JOBS_H
#define HAUNT_NAT_JOBS_H

#include "nat/fw.h"

/* Sends one message to the gate; must not fail but for good. Called from the
 * thread, too. */
typedef enum haunt_err nat_send_fn(void *arg, uint16_t type,
				   const struct wr *body);

struct nat_port {
	const struct fw_ops *ops;
	struct fw *fw;
	nat_send_fn *send;
	void *arg;
};

struct jobs;

/* Copies port. Without a thread, jobs_run() does the work. */
enum haunt_err jobs_new(const struct nat_port *port,
			struct jobs **out) HAUNT_MUST_CHECK;
/* Starts the thread; call it after rights were dropped, which concerns only
 * the calling thread and its children. */
enum haunt_err jobs_start(struct jobs *jobs) HAUNT_MUST_CHECK;
/* Lets the thread finish what it is at, and forgets the rest. NULL is fine. */
void jobs_free(struct jobs *jobs);

/* Queues one; EBUSY if there are too many. */
enum haunt_err jobs_cut_stale(struct jobs *jobs,
			      const struct rule *rule) HAUNT_MUST_CHECK;
/* All sessions of an id. */
enum haunt_err jobs_cut(struct jobs *jobs, uint32_t id) HAUNT_MUST_CHECK;
enum haunt_err jobs_survey(struct jobs *jobs,
			   const struct grant_survey *survey) HAUNT_MUST_CHECK;

/* Has somebody look whether there is room for new connections, now and then:
 * most calls do nothing. */
void jobs_room(struct jobs *jobs);

/* Does all that is queued, in the caller's thread; true if there was any. */
bool jobs_run(struct jobs *jobs);

/* Answers a question. Fails as send does. */
enum haunt_err nat_answer(const struct nat_port *port,
			  const struct nat_result *result) HAUNT_MUST_CHECK;

#endif
