/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides fork and exec by role, the places of descriptors, and socket pairs. */
#include "core/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/ipc.h"
#include "core/base/log.h"
#include "core/base/role.h"

#define FDS	 (ROLE_FD_LAST - ROLE_FD_CONFIG + 1)
#define ARGS_MAX 16

static const char *const names[ROLE_COUNT] = {
	[ROLE_CAPTURE] = "capture", [ROLE_GATE] = "gate",   [ROLE_NAT] = "nat",
	[ROLE_RUN] = "run",	    [ROLE_NAMES] = "names", [ROLE_PGP] = "pgp",
	[ROLE_LATE] = "capture",
};

/* What a role gets, by the numbers of enum role_fd; -1: not this. */
struct hand {
	int fds[FDS];
	int64_t try_ms;
};

static struct hand hand_empty(void)
{
	struct hand h = { .try_ms = -1 };

	for (int i = 0; i < FDS; i++)
		h.fds[i] = -1;
	return h;
}

static void hand_put(struct hand *h, enum role_fd at, int fd)
{
	h->fds[at - ROLE_FD_CONFIG] = fd;
}

static void log_sys(const char *event, const char *what)
{
	log_event(LOG_LEVEL_ERROR, event, "what=%s error=%s", what,
		  strerrorname_np(errno));
}

static void fds_close(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

bool roles_init(struct roles *r)
{
	r->wish_fd = -1;
	for (size_t i = 0; i < ROLE_COUNT; i++)
		r->at[i] = (struct role_process){ .ready_fd = -1 };
	r->packets[0] = r->packets[1] = -1;
	r->jobs[0] = r->jobs[1] = -1;
	r->jobs_edition = -1;
	r->lookups[0] = r->lookups[1] = -1;
	r->lookups_edition = -1;
	return ipc_pair(r->packets) == HAUNT_OK &&
	       ipc_pair(r->ciphers) == HAUNT_OK &&
	       ipc_pair(r->shelf) == HAUNT_OK;
}

bool roles_queue_renew(struct roles *r)
{
	int fresh[2];

	if (ipc_pair(fresh) != HAUNT_OK)
		return false;
	fds_close(r->packets, 2);
	memcpy(r->packets, fresh, sizeof(fresh));
	return true;
}

/* Puts each descriptor at its number; all others are closed. */
static void hand_place(const struct hand *h)
{
	int high[FDS];

	/* Out of the way first, so that no placement hits a source. */
	for (int i = 0; i < FDS; i++)
		high[i] = h->fds[i] < 0 ? -1 : fcntl(h->fds[i], F_DUPFD, 32);
	for (int i = 0; i < FDS; i++) {
		close(ROLE_FD_CONFIG + i);
		if (high[i] >= 0)
			dup2(high[i], ROLE_FD_CONFIG + i);
	}
	close_range(ROLE_FD_LAST + 1, ~0u, 0);
}

static void role_exec(const struct roles *r, enum role_id id,
		      const struct hand *h)
{
	const char *args[ARGS_MAX] = { "hauntd", "-r", names[id], "-c",
				       r->path };
	char left[24];
	sigset_t none;
	int n = 5;

	hand_place(h);
	if (r->dry_run)
		args[n++] = "--dry-run";
	if (r->assume_missing) {
		args[n++] = "--assume-missing";
		args[n++] = r->assume_missing;
	}
	if (h->try_ms >= 0) {
		snprintf(left, sizeof(left), "%lld", (long long)h->try_ms);
		args[n++] = "--try-left";
		args[n++] = left;
	}
	args[n] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	execv("/proc/self/exe", (char *const *)(uintptr_t)args);
	log_sys("exec", names[id]);
	_exit(EXIT_FAILURE);
}

static bool role_start(struct roles *r, enum role_id id,
		       const struct edition *e, struct hand *h)
{
	int ready[2];
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0) {
		log_sys("start", "pipe");
		return false;
	}
	hand_put(h, ROLE_FD_CONFIG, e->fd);
	hand_put(h, ROLE_FD_READY, ready[1]);
	hand_put(h, ROLE_FD_LIFE, r->life_fd);
	pid = fork();
	if (pid == 0)
		role_exec(r, id, h);
	close(ready[1]);
	if (pid < 0) {
		log_sys("fork", names[id]);
		close(ready[0]);
		return false;
	}
	r->at[id] = (struct role_process){ .pid = pid, .ready_fd = ready[0] };
	return true;
}

bool roles_start_capture(struct roles *r, const struct edition *e)
{
	struct hand h = hand_empty();

	r->at[ROLE_LATE] = r->at[ROLE_CAPTURE];
	r->at[ROLE_CAPTURE] = (struct role_process){ .ready_fd = -1 };
	hand_put(&h, ROLE_FD_RIGHT, r->packets[0]);
	hand_put(&h, ROLE_FD_LEFT, r->shelf[0]);
	hand_put(&h, ROLE_FD_SHELF, r->shelf[1]);
	return role_start(r, ROLE_CAPTURE, e, &h);
}

bool roles_start_pgp(struct roles *r, const struct edition *e)
{
	struct hand h = hand_empty();

	hand_put(&h, ROLE_FD_LEFT, r->ciphers[1]);
	return role_start(r, ROLE_PGP, e, &h);
}

void roles_jobs_forget(struct roles *r)
{
	struct role_process *p = &r->at[ROLE_RUN];

	fds_close(r->jobs, 2);
	r->jobs_edition = -1;
	if (p->ready_fd >= 0)
		close(p->ready_fd);
	*p = (struct role_process){ .ready_fd = -1 };
}

/* The names of the edition before ends by itself, when nobody has the other
 * end of its socket any more. */
void roles_lookups_forget(struct roles *r)
{
	struct role_process *p = &r->at[ROLE_NAMES];

	fds_close(r->lookups, 2);
	r->lookups_edition = -1;
	if (p->ready_fd >= 0)
		close(p->ready_fd);
	*p = (struct role_process){ .ready_fd = -1 };
}

bool roles_jobs(struct roles *r, const struct edition *e)
{
	if (r->jobs_edition == e->fd)
		return true;
	roles_jobs_forget(r);
	if (config_runs(e->config) && ipc_pair(r->jobs) != HAUNT_OK) {
		log_sys("start", "sockets");
		return false;
	}
	r->jobs_edition = e->fd;
	return true;
}

bool roles_start_run(struct roles *r, const struct edition *e)
{
	struct hand h = hand_empty();

	hand_put(&h, ROLE_FD_LEFT, r->jobs[0]);
	return role_start(r, ROLE_RUN, e, &h);
}

static bool lookups_make(struct roles *r, const struct edition *e)
{
	if (r->lookups_edition == e->fd)
		return true;
	roles_lookups_forget(r);
	if (config_has_names(e->config) && ipc_pair(r->lookups) != HAUNT_OK) {
		log_sys("start", "sockets");
		return false;
	}
	r->lookups_edition = e->fd;
	return true;
}

bool roles_start_names(struct roles *r, const struct edition *e)
{
	struct hand h = hand_empty();

	hand_put(&h, ROLE_FD_RIGHT, r->lookups[0]);
	return role_start(r, ROLE_NAMES, e, &h);
}

bool roles_start_pair(struct roles *r, const struct edition *e,
		      const struct news *news, int64_t try_ms)
{
	struct hand gate = hand_empty(), nat = hand_empty();
	int grants[2] = { -1, -1 }, wish[2] = { -1, -1 };
	bool ok = false;

	if (r->wish_fd >= 0)
		close(r->wish_fd);
	r->wish_fd = -1;
	if (!roles_jobs(r, e) || !lookups_make(r, e))
		return false;
	if (ipc_pair(grants) != HAUNT_OK || ipc_pair(wish) != HAUNT_OK) {
		log_sys("start", "sockets");
		goto out;
	}
	r->wish_fd = wish[0];
	wish[0] = -1;
	roles_tell(r, news);
	nat.try_ms = try_ms;
	hand_put(&nat, ROLE_FD_LEFT, grants[1]);
	hand_put(&nat, ROLE_FD_RIGHT, r->lookups[1]);
	hand_put(&gate, ROLE_FD_LEFT, r->packets[1]);
	hand_put(&gate, ROLE_FD_RIGHT, grants[0]);
	hand_put(&gate, ROLE_FD_MONITOR, wish[1]);
	hand_put(&gate, ROLE_FD_BEFORE, r->before_fd);
	hand_put(&gate, ROLE_FD_PGP, r->ciphers[0]);
	hand_put(&gate, ROLE_FD_RUN, r->jobs[1]);
	ok = role_start(r, ROLE_NAT, e, &nat) &&
	     role_start(r, ROLE_GATE, e, &gate);
out:
	fds_close(grants, 2);
	fds_close(wish, 2);
	return ok;
}

bool roles_alive(const struct roles *r, unsigned int set)
{
	for (unsigned int i = 0; i < ROLE_COUNT; i++) {
		if ((set & ROLE_SET(i)) && r->at[i].pid)
			return true;
	}
	return false;
}

bool roles_ready(const struct roles *r, unsigned int set)
{
	for (unsigned int i = 0; i < ROLE_COUNT; i++) {
		if ((set & ROLE_SET(i)) && !(r->at[i].pid && r->at[i].ready))
			return false;
	}
	return true;
}

void roles_signal(const struct roles *r, unsigned int set, int sig)
{
	for (unsigned int i = 0; i < ROLE_COUNT; i++) {
		if ((set & ROLE_SET(i)) && r->at[i].pid)
			kill(r->at[i].pid, sig);
	}
}

void roles_ready_read(struct roles *r, enum role_id id)
{
	struct role_process *p = &r->at[id];
	char byte;

	/* Without a byte it has closed its end: it is about to die. */
	if (read(p->ready_fd, &byte, 1) == 1)
		p->ready = true;
	close(p->ready_fd);
	p->ready_fd = -1;
}

enum role_id roles_reaped(struct roles *r, pid_t pid)
{
	unsigned int i = 0;

	while (i < ROLE_COUNT && r->at[i].pid != pid)
		i++;
	if (i == ROLE_COUNT)
		return ROLE_COUNT;
	if (r->at[i].ready_fd >= 0)
		close(r->at[i].ready_fd);
	r->at[i] = (struct role_process){ .ready_fd = -1 };
	return (enum role_id)i;
}

const char *role_name(enum role_id id)
{
	return names[id];
}

void roles_tell(const struct roles *r, const struct news *news)
{
	uint8_t body[NEWS_MAX];
	struct wr w = wr_of(body, sizeof(body));

	if (r->wish_fd < 0)
		return;
	news_put(&w, news);
	/* A gate that does not listen learns it when it starts anew. */
	if (ipc_send(r->wish_fd, NEWS_MESSAGE, &w) != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "news", "result=not-delivered");
}
