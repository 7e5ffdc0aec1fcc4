/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides slots, the queue, and how a group of processes is brought to an end. */
#include "core/run/runner.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/base/log.h"
#include "core/run/child.h"
#include "core/run/facts.h"
#include "core/run/output.h"
#include "core/run/programs.h"

#define DRAIN_MS 50 /* how often what is not logged any more is read */

enum slot_phase {
	SLOT_RUNNING,
	SLOT_TOLD,   /* its time is up: SIGTERM */
	SLOT_KILLED, /* and SIGKILL */
};

struct slot {
	pid_t pid; /* 0: free */
	enum slot_phase phase;
	struct run_job job;
	uint64_t started_ms;
	uint64_t due_ms;
	struct output out;
};

struct runner {
	const struct config *config;
	bool dry;
	struct account *commands; /* as many as in the configuration */
	struct account *services;
	struct slot slots[RUNNER_SLOTS];
	size_t waiting;
	size_t waiting_commands;
	struct run_job queue[RUNNER_QUEUE_MAX]; /* the oldest first */
};

/* ---- birth and death ---- */

static bool service_runs(const struct service *s)
{
	return s->hooks[HOOK_GRANT].len || s->hooks[HOOK_END].len;
}

static enum haunt_err accounts_find(struct runner *r)
{
	const struct config *c = r->config;
	enum haunt_err err = HAUNT_OK;

	r->commands = calloc(c->commands_len + 1, sizeof(*r->commands));
	r->services = calloc(c->services_len + 1, sizeof(*r->services));
	if (!r->commands || !r->services)
		return HAUNT_ENOMEM;
	for (size_t i = 0; !err && i < c->commands_len; i++)
		err = program_account(c->commands[i].program.user,
				      c->commands[i].program.group,
				      &r->commands[i]);
	for (size_t i = 0; !err && i < c->services_len; i++) {
		if (service_runs(&c->services[i]))
			err = program_account(c->services[i].hook_user,
					      c->services[i].hook_group,
					      &r->services[i]);
	}
	return err;
}

enum haunt_err runner_new(const struct config *config, bool dry,
			  struct runner **out)
{
	struct runner *r = calloc(1, sizeof(*r));
	enum haunt_err err;

	if (!r)
		return HAUNT_ENOMEM;
	r->config = config;
	r->dry = dry;
	for (size_t i = 0; i < RUNNER_SLOTS; i++)
		r->slots[i].out.fd = -1;
	err = accounts_find(r);
	if (err) {
		runner_free(r);
		return err;
	}
	*out = r;
	return HAUNT_OK;
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	free(r->commands);
	free(r->services);
	free(r);
}

/* ---- starting ---- */

static uint32_t timeout_s(const struct runner *r, const struct run_job *job)
{
	return job->is_hook ? r->config->services[job->what].hook_timeout_s
			    : r->config->commands[job->what].program.timeout_s;
}

/* A slot for the job; NULL: there is no room for it now, or it is about a
 * grant that something is under way about. */
static struct slot *slot_find(struct runner *r, const struct run_job *job)
{
	size_t kind = 0, same = 0;
	struct slot *empty = NULL;

	for (size_t i = 0; i < RUNNER_SLOTS; i++) {
		struct slot *s = &r->slots[i];

		if (!s->pid) {
			empty = s;
			continue;
		}
		if (s->job.is_hook != job->is_hook)
			continue;
		if (job->is_hook && s->job.grant == job->grant)
			return NULL;
		kind++;
		same += s->job.what == job->what;
	}
	if (job->is_hook)
		return kind < RUNNER_HOOKS_MAX ? empty : NULL;
	return kind < RUNNER_COMMANDS_MAX && same < RUNNER_SAME_MAX ? empty
								    : NULL;
}

static void job_start(struct runner *r, struct slot *s,
		      const struct run_job *job, uint64_t now_ms)
{
	const struct config *c = r->config;
	struct facts facts;
	struct child_spec spec = {
		.argv = job->is_hook ? &c->services[job->what].hooks[job->hook]
				     : &c->commands[job->what].program.argv,
		.account = job->is_hook ? r->services[job->what]
					: r->commands[job->what],
		.timeout_s = timeout_s(r, job),
		.facts = &facts,
	};
	char label[FACTS_LABEL_MAX];

	facts_make(c, job, &facts);
	*s = (struct slot){ .job = *job,
			    .started_ms = now_ms,
			    .due_ms = now_ms + spec.timeout_s * UINT64_C(1000),
			    .out.fd = -1 };
	job_label(c, job, label);
	if (child_start(&spec, &s->pid, &s->out.fd) != HAUNT_OK) {
		s->pid = 0;
		log_event(LOG_LEVEL_ERROR, "run", "%s result=error error=%s",
			  label, strerrorname_np(errno));
		return;
	}
	log_event(LOG_LEVEL_INFO, "run", "%s pid=%d", label, (int)s->pid);
}

static bool queue_add(struct runner *r, const struct run_job *job)
{
	if (r->waiting == RUNNER_QUEUE_MAX ||
	    (!job->is_hook && r->waiting_commands == RUNNER_QUEUE_COMMANDS_MAX))
		return false;
	r->queue[r->waiting++] = *job;
	r->waiting_commands += !job->is_hook;
	return true;
}

static void queue_remove(struct runner *r, size_t i)
{
	r->waiting_commands -= !r->queue[i].is_hook;
	r->waiting--;
	memmove(&r->queue[i], &r->queue[i + 1],
		(r->waiting - i) * sizeof(r->queue[0]));
}

static void queue_step(struct runner *r, uint64_t now_ms)
{
	size_t i = 0;

	while (i < r->waiting) {
		struct run_job job = r->queue[i];
		struct slot *s = slot_find(r, &job);

		if (!s) {
			i++;
			continue;
		}
		queue_remove(r, i);
		job_start(r, s, &job, now_ms);
	}
}

enum haunt_err runner_take(struct runner *r, const struct run_job *job,
			   uint64_t now_ms)
{
	char label[FACTS_LABEL_MAX];
	struct slot *s;

	if (!job_known(r->config, job)) {
		log_event(LOG_LEVEL_ERROR, "run",
			  "result=refused reason=not-configured what=%u "
			  "client=%u",
			  (unsigned int)job->what, (unsigned int)job->client);
		return HAUNT_EDENIED;
	}
	/* Before who comes now, if there is room again. */
	queue_step(r, now_ms);
	s = slot_find(r, job);
	if (r->dry)
		log_event(LOG_LEVEL_INFO, "run", "%s result=dry-run",
			  job_label(r->config, job, label));
	else if (s)
		job_start(r, s, job, now_ms);
	else if (!queue_add(r, job))
		log_event(LOG_LEVEL_WARNING, "run",
			  "%s result=refused reason=queue-full",
			  job_label(r->config, job, label));
	return HAUNT_OK;
}

/* ---- ending ---- */

static void ended_log(const struct runner *r, const struct slot *s, int status,
		      uint64_t now_ms)
{
	char label[FACTS_LABEL_MAX], how[48];
	bool good = WIFEXITED(status) && !WEXITSTATUS(status) && !s->phase;

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "signal=%s",
			 sigabbrev_np(WTERMSIG(status))
				 ? sigabbrev_np(WTERMSIG(status))
				 : "?");
	else
		snprintf(how, sizeof(how), "status=%d", WEXITSTATUS(status));
	log_event(good ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "ran",
		  "%s pid=%d %s%s ms=%" PRIu64,
		  job_label(r->config, &s->job, label), (int)s->pid, how,
		  s->phase ? " timeout=yes" : "", now_ms - s->started_ms);
}

/* True if it has ended. Of one whose time was up the rest of its group is
 * killed first: as long as it is not reaped, its number is nobody else's. */
static bool slot_reap(struct runner *r, struct slot *s, uint64_t now_ms)
{
	siginfo_t info = { .si_pid = 0 };
	char label[FACTS_LABEL_MAX];
	int status = 0;

	if (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WNOHANG | WNOWAIT) <
		    0 ||
	    !info.si_pid)
		return false;
	if (s->phase != SLOT_RUNNING)
		(void)kill(-s->pid, SIGKILL);
	if (waitpid(s->pid, &status, 0) != s->pid)
		return false;
	job_label(r->config, &s->job, label);
	if (s->out.fd >= 0)
		(void)output_read(&s->out, label);
	output_end(&s->out, label);
	ended_log(r, s, status, now_ms);
	s->pid = 0;
	return true;
}

void runner_reap(struct runner *r, uint64_t now_ms)
{
	for (size_t i = 0; i < RUNNER_SLOTS; i++) {
		if (r->slots[i].pid)
			(void)slot_reap(r, &r->slots[i], now_ms);
	}
}

static void slot_overdue(struct runner *r, struct slot *s, uint64_t now_ms)
{
	char label[FACTS_LABEL_MAX];

	(void)kill(-s->pid, s->phase == SLOT_RUNNING ? SIGTERM : SIGKILL);
	if (s->phase == SLOT_RUNNING)
		log_event(LOG_LEVEL_WARNING, "run", "%s pid=%d timeout=%us",
			  job_label(r->config, &s->job, label), (int)s->pid,
			  timeout_s(r, &s->job));
	s->phase = s->phase == SLOT_RUNNING ? SLOT_TOLD : SLOT_KILLED;
	s->due_ms = now_ms + RUNNER_KILL_MS;
}

uint64_t runner_tick(struct runner *r, uint64_t now_ms)
{
	uint64_t next = UINT64_MAX;

	queue_step(r, now_ms);
	for (size_t i = 0; i < RUNNER_SLOTS; i++) {
		struct slot *s = &r->slots[i];
		uint64_t due;

		if (!s->pid)
			continue;
		if (now_ms >= s->due_ms)
			slot_overdue(r, s, now_ms);
		due = s->due_ms;
		if (s->out.fd >= 0 && output_full(&s->out)) {
			(void)output_read(&s->out, "");
			due = now_ms + DRAIN_MS < due ? now_ms + DRAIN_MS : due;
		}
		if (due < next)
			next = due;
	}
	return next;
}

/* ---- what they say ---- */

size_t runner_polls(const struct runner *r, struct pollfd *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < RUNNER_SLOTS; i++) {
		const struct slot *s = &r->slots[i];

		if (s->pid && s->out.fd >= 0 && !output_full(&s->out))
			fds[n++] = (struct pollfd){ .fd = s->out.fd,
						    .events = POLLIN };
	}
	return n;
}

void runner_read(struct runner *r, const struct pollfd *fds, size_t n)
{
	char label[FACTS_LABEL_MAX];
	size_t at = 0;

	for (size_t i = 0; i < RUNNER_SLOTS && at < n; i++) {
		struct slot *s = &r->slots[i];

		if (!s->pid || s->out.fd != fds[at].fd)
			continue;
		if (!fds[at++].revents)
			continue;
		job_label(r->config, &s->job, label);
		if (!output_read(&s->out, label))
			output_end(&s->out, label);
	}
}

size_t runner_running(const struct runner *r)
{
	size_t n = 0;

	for (size_t i = 0; i < RUNNER_SLOTS; i++)
		n += r->slots[i].pid != 0;
	return n;
}

size_t runner_waiting(const struct runner *r)
{
	return r->waiting;
}
