/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the loop: signals, deaths, readiness, deadlines, and which role is
 * ended or started for which of them.
 */
#include "core/monitor.h"

#include <cap-ng.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/role.h"
#include "core/instance.h"
#include "core/monitor_in.h"

/* What the loop waits for; the roles' readiness follows. */
enum wait {
	WAIT_SIGNALS,
	WAIT_GATE,
	WAIT_RELOAD,
	WAIT_READY,
	WAIT_COUNT = WAIT_READY + ROLE_COUNT,
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

/* True once nobody is left who could read or write the old queue. Who has no
 * part in it lives on. */
static bool queue_is_sound(struct monitor *m)
{
	if (!m->spoilt)
		return true;
	if (roles_alive(&m->roles, ROLES_QUEUE) ||
	    !roles_queue_renew(&m->roles))
		return false;
	m->spoilt = false;
	return true;
}

static bool units_failed(const struct monitor *m)
{
	return m->pair.failures || m->capture.failures || m->run.failures ||
	       m->names.failures || m->pgp.failures;
}

static void units_step(struct monitor *m)
{
	uint64_t now = now_ms();

	(void)unit_watch(&m->pair, &m->roles, now);
	(void)unit_watch(&m->capture, &m->roles, now);
	(void)unit_watch(&m->pgp, &m->roles, now);
	(void)unit_watch(&m->run, &m->roles, now);
	(void)unit_watch(&m->names, &m->roles, now);
	/* What never worked will not work by trying again. */
	if (!m->was_ready && units_failed(m))
		m->ending = true;
	if (m->ending)
		return;
	if (unit_due(&m->pgp, now) && trial_needs_pgp(m))
		pgp_start(m);
	if (!queue_is_sound(m))
		return;
	if (unit_due(&m->pair, now))
		pair_start(m);
	if (unit_due(&m->capture, now) &&
	    !roles_alive(&m->roles, ROLE_SET(ROLE_LATE)))
		capture_start(m);
	if (run_wanted(m) && unit_due(&m->run, now))
		run_start(m);
	if (names_wanted(m) && unit_due(&m->names, now))
		names_start(m);
}

static void ready_look(struct monitor *m)
{
	bool ready =
		roles_ready(&m->roles, trial_roles(m) | ROLE_SET(ROLE_CAPTURE));
	const struct config *c = m->now.config;

	/* The capture before is at work all the time. */
	if (m->trial == TRIAL_CAPTURE)
		return;
	if (ready && !m->ready) {
		log_event(LOG_LEVEL_INFO, "ready", "services=%zu clients=%zu",
			  c->services_len, c->clients_len);
		if (!m->was_ready)
			instance_notify("READY=1");
		m->was_ready = true;
	}
	m->ready = ready;
}

/* The gate may have been killed by what it read, which still waits. */
static bool is_spoilt(int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (!sig)
		return WEXITSTATUS(status) == ROLE_EXIT_SPOILT;
	return sig != SIGKILL && sig != SIGTERM && sig != SIGINT;
}

/* No failure that would make the next start wait: a nat that was overtaken, or
 * a pgp that a message took too long, since who sends more of them would have
 * it down most of the time. One that never was at work has failed. */
static void anew_note(struct monitor *m, enum role_id role)
{
	if (role == ROLE_NAT)
		m->pair.anew = true;
	if (role == ROLE_PGP)
		m->pgp.anew = m->pgp.was_ready;
}

static void death_log(struct monitor *m, enum role_id role, int status)
{
	const struct unit *u = monitor_unit(m, role);
	/* Who was told to end is no news. */
	bool told = m->ending || role == ROLE_LATE || u->wanted;
	enum log_level level = told ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR;
	char how[48];

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "signal=%s",
			 sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(how, sizeof(how), "status=%d", WEXITSTATUS(status));
	log_event(level, "died", "role=%s %s", role_name(role), how);
	if (role == ROLE_GATE && is_spoilt(status)) {
		m->spoilt = true;
		unit_end(&m->capture, &m->roles, now_ms());
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == ROLE_EXIT_ANEW)
		anew_note(m, role);
	trial_death(m, role, how);
}

static void dead_collect(struct monitor *m)
{
	enum role_id role;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (reload_reaped(&m->reload, pid, status))
			continue;
		role = roles_reaped(&m->roles, pid);
		if (role != ROLE_COUNT)
			death_log(m, role, status);
	}
}

static void signal_read(struct monitor *m)
{
	struct signalfd_siginfo info;

	if (read(m->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGTERM:
	case SIGINT:
		m->ending = true;
		break;
	case SIGHUP:
		trial_ask(m);
		break;
	default:
		dead_collect(m);
	}
}

/* One byte, and no more of the message. */
static void wish_read(struct monitor *m)
{
	char wish = 0;
	ssize_t n = recv(m->roles.wish_fd, &wish, 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(m->roles.wish_fd);
		m->roles.wish_fd = -1;
		return;
	}
	if (wish == WISH_RELOAD)
		trial_ask(m);
	else if (wish == WISH_CONFIRM)
		try_confirmed(m);
}

/* Handles what comes within timeout_ms (-1: no limit). */
static void monitor_wait(struct monitor *m, int timeout_ms)
{
	struct pollfd fds[WAIT_COUNT] = {
		[WAIT_SIGNALS] = { .fd = m->signal_fd, .events = POLLIN },
		[WAIT_GATE] = { .fd = m->roles.wish_fd, .events = POLLIN },
		[WAIT_RELOAD] = { .fd = m->reload.said_fd, .events = POLLIN },
	};

	for (unsigned int i = 0; i < ROLE_COUNT; i++)
		fds[WAIT_READY + i] =
			(struct pollfd){ .fd = m->roles.at[i].ready_fd,
					 .events = POLLIN };
	if (poll(fds, WAIT_COUNT, timeout_ms) <= 0)
		return;
	for (unsigned int i = 0; i < ROLE_COUNT; i++) {
		if (fds[WAIT_READY + i].revents)
			roles_ready_read(&m->roles, (enum role_id)i);
	}
	if (fds[WAIT_GATE].revents)
		wish_read(m);
	if (fds[WAIT_RELOAD].revents)
		reload_read(&m->reload);
	/* Last: it changes what the others point to. */
	if (fds[WAIT_SIGNALS].revents)
		signal_read(m);
}

static int until(uint64_t then_ms)
{
	uint64_t now = now_ms();

	if (then_ms == UINT64_MAX)
		return -1;
	return then_ms > now ? (int)(then_ms - now) + 1 : 0;
}

/* One that is down is waited for only if it is time that it waits for: who is
 * due, but waits for a death, is woken by that. */
static uint64_t wait_ms(const struct monitor *m, const struct unit *u,
			bool wanted)
{
	if (u->state == UNIT_DOWN && (!wanted || m->ending))
		return UINT64_MAX;
	return unit_next_ms(u);
}

static uint64_t next_ms(const struct monitor *m)
{
	bool late = roles_alive(&m->roles, ROLE_SET(ROLE_LATE));
	bool sound = !m->spoilt;
	const uint64_t all[] = {
		wait_ms(m, &m->pair, sound),
		wait_ms(m, &m->capture, sound && !late),
		wait_ms(m, &m->run, sound && run_wanted(m)),
		wait_ms(m, &m->names, sound && names_wanted(m)),
		wait_ms(m, &m->pgp, trial_needs_pgp(m)),
		try_next_ms(m),
	};
	uint64_t next = trial_next_ms(m);

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i] < next)
			next = all[i];
	}
	return next;
}

/* Ends all roles: kindly, then after some seconds surely. */
static void roles_end(struct monitor *m)
{
	uint64_t now = now_ms();

	m->ending = true;
	unit_end(&m->pair, &m->roles, now);
	unit_end(&m->capture, &m->roles, now);
	unit_end(&m->pgp, &m->roles, now);
	unit_end(&m->run, &m->roles, now);
	unit_end(&m->names, &m->roles, now);
	roles_signal(&m->roles, ROLES_ALL, SIGTERM);
	while (roles_alive(&m->roles, ROLES_ALL)) {
		monitor_wait(m, until(next_ms(m)));
		trial_step(m, now_ms());
		units_step(m);
	}
}

static int monitor_loop(struct monitor *m)
{
	bool failed;

	while (!m->ending) {
		units_step(m);
		trial_step(m, now_ms());
		try_step(m, now_ms());
		ready_look(m);
		if (!m->ending)
			monitor_wait(m, until(next_ms(m)));
	}
	failed = !m->was_ready && units_failed(m);
	roles_end(m);
	if (failed)
		return EXIT_FAILURE;
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

static void monitor_init(struct monitor *m, const struct monitor_setup *setup)
{
	*m = (struct monitor){
		.setup = setup,
		.roles = { .path = setup->path,
			   .dry_run = setup->dry_run,
			   .assume_missing = setup->assume_missing },
		.capture =
			unit_of(ROLE_SET(ROLE_CAPTURE), ROLE_SET(ROLE_CAPTURE)),
		.pair = unit_of(ROLES_PAIR, ROLE_SET(ROLE_GATE)),
		.pgp = unit_of(ROLE_SET(ROLE_PGP), ROLE_SET(ROLE_PGP)),
		.run = unit_of(ROLE_SET(ROLE_RUN), ROLE_SET(ROLE_RUN)),
		.names = unit_of(ROLE_SET(ROLE_NAMES), ROLE_SET(ROLE_NAMES)),
		.now = { .config = setup->config,
			 .fd = instance_seal(setup->text, setup->len) },
		.next = { .fd = -1 },
		.reload = { .said_fd = -1, .text_fd = -1 },
		.news = { .generation = 1 },
		.signal_fd = signals_open(),
	};
}

int monitor_run(const struct monitor_setup *setup)
{
	struct monitor m;

	monitor_init(&m, setup);
	if (m.now.fd < 0 || m.signal_fd < 0 || !roles_init(&m.roles)) {
		log_sys("start", "descriptors");
		return EXIT_FAILURE;
	}
	if (!instance_lock(setup->config->control_socket) || !try_begin(&m))
		return EXIT_FAILURE;
	m.roles.life_fd = instance_lock_roles(setup->config->control_socket);
	if (m.roles.life_fd < 0)
		return EXIT_FAILURE;
	if (!caps_reduce()) {
		log_event(LOG_LEVEL_ERROR, "start",
			  "error=capabilities-not-reduced");
		return EXIT_FAILURE;
	}
	return monitor_loop(&m);
}
