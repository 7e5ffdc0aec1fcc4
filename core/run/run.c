/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the loop: jobs, signals, deadlines, and what programs say. */
#include "core/run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/run/programs.h"
#include "core/run/runner.h"

#define AT_ONCE	 64   /* jobs before the others' turn */
#define LEAVE_MS 1000 /* for what runs when the role is to end */

struct run {
	struct runner *runner;
	int left_fd; /* -1: nobody is there any more */
	int signal_fd;
	uint64_t leave_ms; /* when to end; UINT64_MAX: not asked to */
};

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

/* What the configuration does not have is the gate's mistake, or not the gate
 * any more: either way it is not listened to further. */
static enum haunt_err on_command(void *arg, struct rd *body)
{
	struct run *run = arg;
	struct run_job job;
	enum haunt_err err = run_command_get(body, &job);

	return err ? err : runner_take(run->runner, &job, now_ms());
}

static enum haunt_err on_hook(void *arg, struct rd *body)
{
	struct run *run = arg;
	struct run_job job;
	enum haunt_err err = run_hook_get(body, &job);

	return err ? err : runner_take(run->runner, &job, now_ms());
}

static const struct ipc_permit permits[] = {
	{ RUN_COMMAND, RUN_COMMAND_SIZE, RUN_COMMAND_SIZE, on_command },
	{ RUN_HOOK, RUN_HOOK_SIZE, RUN_HOOK_SIZE, on_hook },
};

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum haunt_err run_open(const struct role_setup *setup, void **state)
{
	struct run *run = calloc(1, sizeof(*run));
	enum haunt_err err = HAUNT_ENOMEM;

	if (!run)
		return err;
	run->left_fd = setup->left;
	run->leave_ms = UINT64_MAX;
	err = programs_check(setup->config) ? HAUNT_OK : HAUNT_EDENIED;
	if (!err)
		err = runner_new(setup->config, setup->dry_run, &run->runner);
	if (err) {
		free(run);
		return err;
	}
	*state = run;
	return HAUNT_OK;
}

/* False: the role is to end with a failure. */
static bool jobs_read(struct run *run)
{
	for (int i = 0; i < AT_ONCE; i++) {
		enum haunt_err err =
			ipc_dispatch(run->left_fd, permits,
				     sizeof(permits) / sizeof(permits[0]), run);

		if (err == HAUNT_OK)
			continue;
		if (err == HAUNT_ENOENT)
			return true;
		if (err == HAUNT_ECLOSED) {
			close(run->left_fd);
			run->left_fd = -1;
			return true;
		}
		log_event(LOG_LEVEL_ERROR, "stop", "where=gate error=%s",
			  err == HAUNT_ESYS ? strerrorname_np(errno)
					    : "not-permitted");
		return false;
	}
	return true;
}

static void signals_read(struct run *run)
{
	struct signalfd_siginfo info;

	while (read(run->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || run->leave_ms != UINT64_MAX)
			continue;
		run->leave_ms = now_ms() + LEAVE_MS;
	}
}

static bool is_over(const struct run *run)
{
	bool idle =
		!runner_running(run->runner) && !runner_waiting(run->runner);

	if (run->leave_ms != UINT64_MAX)
		return !runner_running(run->runner) ||
		       now_ms() >= run->leave_ms;
	return run->left_fd < 0 && idle;
}

/* One round; false: it is to end with a failure. */
static bool run_round(struct run *run)
{
	struct pollfd fds[2 + RUNNER_SLOTS] = {
		{ .fd = run->signal_fd, .events = POLLIN },
		{ .fd = run->leave_ms == UINT64_MAX ? run->left_fd : -1,
		  .events = POLLIN },
	};
	uint64_t now = now_ms(), next = UINT64_MAX;
	size_t n;

	/* Who is to leave starts nothing more. */
	if (run->leave_ms == UINT64_MAX)
		next = runner_tick(run->runner, now);
	else
		next = run->leave_ms;
	n = runner_polls(run->runner, fds + 2);
	if (poll(fds, 2 + n,
		 next == UINT64_MAX ? -1
		 : next > now	    ? (int)(next - now) + 1
				    : 0) <= 0)
		return true;
	runner_read(run->runner, fds + 2, n);
	if (fds[0].revents)
		signals_read(run);
	runner_reap(run->runner, now_ms());
	return !fds[1].revents || jobs_read(run);
}

static int run_loop(void *state)
{
	struct run *run = state;
	bool ok = true;

	run->signal_fd = signals_open();
	if (run->signal_fd < 0) {
		log_event(LOG_LEVEL_ERROR, "loop", "error=%s",
			  strerrorname_np(errno));
		return EXIT_FAILURE;
	}
	role_ready();
	while (ok && !is_over(run))
		ok = run_round(run);
	if (runner_running(run->runner) || runner_waiting(run->runner))
		log_event(LOG_LEVEL_WARNING, "leave", "running=%zu waiting=%zu",
			  runner_running(run->runner),
			  runner_waiting(run->runner));
	runner_free(run->runner);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const char *run_user(const struct config *config)
{
	return config->user_run;
}

const struct role role_runs = {
	.name = "run",
	.keep_users = true,
	.user = run_user,
	.open = run_open,
	.loop = run_loop,
};
