/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs and what waits: jobs come in, programs are started as long as there
 * is room, watched, and ended with all that is of their group when their time
 * is up. Each leaves a line when it begins and one when it has ended.
 */
#ifndef HAUNT_RUN_RUNNER_H
#define HAUNT_RUN_RUNNER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/run/job.h"

/* Commands and hooks have room of their own, so that none waits for the other;
 * a command that hangs does not keep others from it. Hooks of one grant come
 * one after the other. */
#define RUNNER_COMMANDS_MAX 16 /* at one time */
#define RUNNER_SAME_MAX	    4  /* of these, of one command */
#define RUNNER_HOOKS_MAX    16
#define RUNNER_SLOTS	    (RUNNER_COMMANDS_MAX + RUNNER_HOOKS_MAX)
#define RUNNER_QUEUE_MAX    1024 /* that wait */
#define RUNNER_QUEUE_COMMANDS_MAX \
	64		    /* of these, commands; others are refused */
#define RUNNER_KILL_MS 2000 /* from SIGTERM to SIGKILL */

struct runner;

/* Looks up the accounts; config must outlive it. A dry one starts nothing, and
 * logs what it would start. ENOENT: an account is not there. */
enum haunt_err runner_new(const struct config *config, bool dry,
			  struct runner **out) HAUNT_MUST_CHECK;
/* Leaves alone what runs. NULL is fine. */
void runner_free(struct runner *r);

/* A job to do. EDENIED: the configuration does not have it, or not for that
 * client: logged, and nothing is done. What is refused for want of room is
 * logged and OK. */
enum haunt_err runner_take(struct runner *r, const struct run_job *job,
			   uint64_t now_ms) HAUNT_MUST_CHECK;
/* Takes note of who has ended. */
void runner_reap(struct runner *r, uint64_t now_ms);
/* Ends what is overdue, starts what waits; the next time to be called. */
uint64_t runner_tick(struct runner *r, uint64_t now_ms);
/* What to wait for, at most RUNNER_SLOTS of them; returns how many. */
size_t runner_polls(const struct runner *r, struct pollfd *fds);
/* Reads what they say; fds are as runner_polls() gave them, with revents. */
void runner_read(struct runner *r, const struct pollfd *fds, size_t n);

size_t runner_running(const struct runner *r);
size_t runner_waiting(const struct runner *r);

#endif
