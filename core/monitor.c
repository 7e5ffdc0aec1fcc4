/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the roles come to be: socket pairs, fork and exec by role, the
 * wait for readiness, and what happens when one of them dies. Roles are
 * started and ended together: each trusts that its neighbours read the same
 * configuration and know the same past.
 */
#include "core/monitor.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/base/role.h"
#include "core/instance.h"

#define ROLES		 3
#define FDS		 (ROLE_FD_LIFE - ROLE_FD_CONFIG + 1)
#define END_PATIENCE_MS	 5000
#define BACKOFF_FIRST_MS 100
#define BACKOFF_LAST_MS	 30000
#define STEADY_MS	 60000 /* a run this long forgets earlier failures */

static const char *const role_names[ROLES] = { "capture", "gate", "nat" };

struct monitor {
	const struct monitor_setup *setup;
	int config_fd;
	int signal_fd;
	int life_fd;  /* the lock that the roles share */
	int ready_fd; /* read end; -1 once all are ready */
	unsigned int ready;
	pid_t pids[ROLES]; /* 0: not running */
	bool ending;	   /* asked to stop */
	bool stopping;	   /* the roles were told to end */
	bool was_ready;	   /* once, since the start */
	uint64_t started_ms;
	int backoff_ms;
};

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

static void log_sys(const char *event, const char *what)
{
	log_event(LOG_LEVEL_ERROR, event, "what=%s error=%s", what,
		  strerrorname_np(errno));
}

/* Keeps CAP_KILL. Being root, what we execute gets its rights anew. */
static bool caps_reduce(void)
{
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			 CAP_KILL) < 0)
		return false;
	return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

/* Puts fd at a fixed number; the numbers below are free by then. */
static void fd_place(int fd, int at)
{
	if (fd >= 0)
		dup2(fd, at);
}

static void role_exec(const struct monitor *m, size_t role, const int fds[FDS])
{
	const struct monitor_setup *s = m->setup;
	const char *args[12] = { "hauntd", "-r", role_names[role], "-c",
				 s->path };
	int high[FDS];
	sigset_t none;
	int n = 5;

	/* Out of the way first, so that no placement hits a source. */
	for (int i = 0; i < FDS; i++)
		high[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD, 32);
	for (int i = 0; i < FDS; i++) {
		close(ROLE_FD_CONFIG + i);
		fd_place(high[i], ROLE_FD_CONFIG + i);
	}
	close_range(ROLE_FD_LIFE + 1, ~0u, 0);
	if (s->dry_run)
		args[n++] = "--dry-run";
	if (s->assume_missing) {
		args[n++] = "--assume-missing";
		args[n++] = s->assume_missing;
	}
	args[n] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	execv("/proc/self/exe", (char *const *)(uintptr_t)args);
	log_sys("exec", role_names[role]);
	_exit(EXIT_FAILURE);
}

static bool role_start(struct monitor *m, size_t role, int ready, int left,
		       int right)
{
	const int fds[FDS] = { m->config_fd, ready, left, right, m->life_fd };
	pid_t pid = fork();

	if (pid < 0) {
		log_sys("fork", role_names[role]);
		return false;
	}
	if (pid == 0)
		role_exec(m, role, fds);
	m->pids[role] = pid;
	return true;
}

static void roles_signal(const struct monitor *m, int sig)
{
	for (size_t i = 0; i < ROLES; i++) {
		if (m->pids[i])
			kill(m->pids[i], sig);
	}
}

static void fds_close(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

/* capture -> gate <-> nat, and a pipe on which each says that it is ready. */
static bool roles_start(struct monitor *m)
{
	int packets[2] = { -1, -1 }, grants[2] = { -1, -1 };
	int ready[2] = { -1, -1 };
	bool ok = false;

	m->ready = 0;
	m->stopping = false;
	m->started_ms = now_ms();
	if (ipc_pair(packets) != HAUNT_OK || ipc_pair(grants) != HAUNT_OK ||
	    pipe2(ready, O_CLOEXEC) < 0) {
		log_sys("start", "sockets");
		goto out;
	}
	ok = role_start(m, 2, ready[1], grants[1], -1) &&
	     role_start(m, 1, ready[1], packets[1], grants[0]) &&
	     role_start(m, 0, ready[1], -1, packets[0]);
	if (ok) {
		m->ready_fd = ready[0];
		ready[0] = -1;
	}
out:
	fds_close(packets, 2);
	fds_close(grants, 2);
	fds_close(ready, 2);
	return ok;
}

static void ready_read(struct monitor *m)
{
	char bytes[ROLES];
	ssize_t n = read(m->ready_fd, bytes, sizeof(bytes));

	if (n > 0)
		m->ready += (unsigned int)n;
	if (n > 0 && m->ready < ROLES)
		return;
	close(m->ready_fd);
	m->ready_fd = -1;
	if (m->ready < ROLES)
		return;
	m->was_ready = true;
	log_event(LOG_LEVEL_INFO, "ready", "services=%zu clients=%zu",
		  m->setup->config->services_len,
		  m->setup->config->clients_len);
	instance_notify("READY=1");
}

static void death_log(const struct monitor *m, size_t role, int status)
{
	/* Who was told to end is no news. */
	enum log_level level = m->stopping ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR;

	if (WIFSIGNALED(status))
		log_event(level, "died", "role=%s signal=%s", role_names[role],
			  sigabbrev_np(WTERMSIG(status)));
	else
		log_event(level, "died", "role=%s status=%d", role_names[role],
			  WEXITSTATUS(status));
}

/* Collects the dead; true if any role died. */
static bool roles_reap(struct monitor *m)
{
	bool any = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < ROLES; i++) {
			if (m->pids[i] != pid)
				continue;
			m->pids[i] = 0;
			any = true;
			death_log(m, i, status);
		}
	}
	return any;
}

static bool roles_any(const struct monitor *m)
{
	return m->pids[0] || m->pids[1] || m->pids[2];
}

/* Handles signals and readiness for at most timeout_ms (-1: no limit);
 * true if a role died. */
static bool monitor_wait(struct monitor *m, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = m->signal_fd, .events = POLLIN },
		{ .fd = m->ready_fd, .events = POLLIN },
	};
	struct signalfd_siginfo info;

	if (poll(fds, 2, timeout_ms) <= 0)
		return false;
	if (fds[1].revents)
		ready_read(m);
	if (!fds[0].revents ||
	    read(m->signal_fd, &info, sizeof(info)) != sizeof(info))
		return false;
	switch (info.ssi_signo) {
	case SIGTERM:
	case SIGINT:
		m->ending = true;
		return false;
	case SIGHUP:
		log_event(LOG_LEVEL_WARNING, "hangup",
			  "hint=restart-hauntd-to-change-the-configuration");
		return false;
	default:
		return roles_reap(m);
	}
}

/* Ends all roles: kindly, then after some seconds surely. */
static void roles_end(struct monitor *m)
{
	uint64_t start = now_ms();
	bool killed = false;

	m->stopping = true;
	roles_signal(m, SIGTERM);
	while (roles_any(m)) {
		uint64_t spent = now_ms() - start;

		if (spent >= END_PATIENCE_MS && !killed) {
			log_event(LOG_LEVEL_WARNING, "end",
				  "roles-do-not-end=killed");
			roles_signal(m, SIGKILL);
			killed = true;
		}
		monitor_wait(m, killed ? 1000
				       : (int)(END_PATIENCE_MS - spent) + 1);
	}
	fds_close(&m->ready_fd, 1);
}

/* Waits before the next start, longer each time; a signal ends the wait. */
static void backoff_wait(struct monitor *m)
{
	uint64_t until;

	if (now_ms() - m->started_ms > STEADY_MS)
		m->backoff_ms = BACKOFF_FIRST_MS;
	until = now_ms() + (uint64_t)m->backoff_ms;
	log_event(LOG_LEVEL_WARNING, "restart", "in_ms=%d", m->backoff_ms);
	while (!m->ending && now_ms() < until)
		monitor_wait(m, (int)(until - now_ms()) + 1);
	m->backoff_ms = m->backoff_ms * 2 < BACKOFF_LAST_MS ? m->backoff_ms * 2
							    : BACKOFF_LAST_MS;
}

static int monitor_loop(struct monitor *m)
{
	for (;;) {
		bool started = roles_start(m);

		while (started && !m->ending && !monitor_wait(m, -1))
			;
		roles_end(m);
		if (m->ending)
			break;
		/* What never worked will not work by trying again. */
		if (!m->was_ready)
			return EXIT_FAILURE;
		backoff_wait(m);
		if (m->ending)
			break;
	}
	instance_notify("STOPPING=1");
	log_event(LOG_LEVEL_INFO, "stopped",
		  "note=cloak-and-grants-stay-in-the-kernel");
	return EXIT_SUCCESS;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int monitor_run(const struct monitor_setup *setup)
{
	struct monitor m = {
		.setup = setup,
		.config_fd = instance_seal(setup->text, setup->len),
		.signal_fd = signals_open(),
		.ready_fd = -1,
		.backoff_ms = BACKOFF_FIRST_MS,
	};

	if (m.config_fd < 0 || m.signal_fd < 0) {
		log_sys("start", "descriptors");
		return EXIT_FAILURE;
	}
	if (!instance_lock(setup->config->control_socket))
		return EXIT_FAILURE;
	m.life_fd = instance_lock_roles(setup->config->control_socket);
	if (m.life_fd < 0)
		return EXIT_FAILURE;
	if (!caps_reduce()) {
		log_event(LOG_LEVEL_ERROR, "start",
			  "error=capabilities-not-reduced");
		return EXIT_FAILURE;
	}
	return monitor_loop(&m);
}
