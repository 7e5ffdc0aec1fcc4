/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the queue, the thread and what wakes it.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "nat/jobs_work.h"

#define CUTS_MAX      65536
#define ORIGINS_MAX   65536
#define STACK_BYTES   (256 * 1024)
#define ROOM_EVERY_MS 100

enum haunt_err jobs_new(const struct nat_port *port, struct jobs **out)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	enum haunt_err err;

	if (!jobs)
		return HAUNT_ENOMEM;
	jobs->port = *port;
	pthread_mutex_init(&jobs->lock, NULL);
	jobs->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	jobs->waiting = calloc(1, sizeof(*jobs->waiting));
	jobs->doing = calloc(1, sizeof(*jobs->doing));
	err = jobs->wake < 0		     ? HAUNT_ESYS
	      : jobs->waiting && jobs->doing ? live_new(port, &jobs->live)
					     : HAUNT_ENOMEM;
	if (err != HAUNT_OK) {
		jobs_free(jobs);
		return err;
	}
	*out = jobs;
	return HAUNT_OK;
}

static void work_clear(struct work *w)
{
	while (w->surveys_len)
		free(w->surveys[--w->surveys_len]);
	w->rules_len = 0;
	w->asks_len = 0;
	w->origins_len = 0;
	w->cuts_len = 0;
	w->begin = false;
	w->granted = false;
	w->room = false;
	w->watch_changed = false;
}

static void work_free(struct work *w)
{
	if (!w)
		return;
	work_clear(w);
	free(w->origins);
	free(w->cuts);
	free(w);
}

static void wake(struct jobs *jobs)
{
	static const uint64_t one = 1;

	/* It is full: then it wakes, too. */
	if (write(jobs->wake, &one, sizeof(one)) < 0)
		return;
}

void jobs_free(struct jobs *jobs)
{
	if (!jobs)
		return;
	if (jobs->threaded) {
		pthread_mutex_lock(&jobs->lock);
		jobs->stop = true;
		pthread_mutex_unlock(&jobs->lock);
		wake(jobs);
		pthread_join(jobs->thread, NULL);
	}
	work_free(jobs->waiting);
	work_free(jobs->doing);
	live_free(jobs->live);
	pthread_mutex_destroy(&jobs->lock);
	if (jobs->wake >= 0)
		close(jobs->wake);
	free(jobs);
}

/* ---- what is queued; each holds the lock ---- */

static struct work *work_begin(struct jobs *jobs)
{
	pthread_mutex_lock(&jobs->lock);
	return jobs->waiting;
}

static enum haunt_err work_end(struct jobs *jobs, enum haunt_err err)
{
	pthread_mutex_unlock(&jobs->lock);
	if (err == HAUNT_OK)
		wake(jobs);
	return err;
}

enum haunt_err jobs_cut_stale(struct jobs *jobs, const struct rule *rule)
{
	struct work *w = work_begin(jobs);

	if (w->rules_len == RULES_MAX)
		return work_end(jobs, HAUNT_EBUSY);
	w->rules[w->rules_len++] = *rule;
	return work_end(jobs, HAUNT_OK);
}

enum haunt_err jobs_survey(struct jobs *jobs, const struct grant_survey *survey)
{
	struct grant_survey *copy = malloc(sizeof(*copy));
	struct work *w;

	if (!copy)
		return HAUNT_ENOMEM;
	*copy = *survey;
	w = work_begin(jobs);
	if (w->surveys_len == SURVEYS_MAX) {
		free(copy);
		return work_end(jobs, HAUNT_EBUSY);
	}
	w->surveys[w->surveys_len++] = copy;
	return work_end(jobs, HAUNT_OK);
}

enum haunt_err jobs_ask(struct jobs *jobs, const struct sessions_ask *ask)
{
	struct work *w = work_begin(jobs);

	if (w->asks_len == ASKS_MAX)
		return work_end(jobs, HAUNT_EBUSY);
	w->asks[w->asks_len++] = *ask;
	return work_end(jobs, HAUNT_OK);
}

/* Room for one more; arrays are kept from one round to the next. */
static enum haunt_err room(void **array, size_t size, size_t len, size_t *cap,
			   size_t max)
{
	size_t more = *cap ? *cap * 2 : 64;
	void *grown;

	if (len < *cap)
		return HAUNT_OK;
	if (len >= max)
		return HAUNT_EBUSY;
	grown = reallocarray(*array, more, size);
	if (!grown)
		return HAUNT_ENOMEM;
	*array = grown;
	*cap = more;
	return HAUNT_OK;
}

enum haunt_err jobs_origin(struct jobs *jobs, const struct origin *origin)
{
	struct work *w = work_begin(jobs);
	void *array = w->origins;
	enum haunt_err err = room(&array, sizeof(w->origins[0]), w->origins_len,
				  &w->origins_cap, ORIGINS_MAX);

	w->origins = array;
	if (err == HAUNT_OK)
		w->origins[w->origins_len++] = *origin;
	return work_end(jobs, err);
}

enum haunt_err jobs_cut(struct jobs *jobs, uint32_t id)
{
	struct work *w = work_begin(jobs);
	void *array = w->cuts;
	enum haunt_err err = room(&array, sizeof(w->cuts[0]), w->cuts_len,
				  &w->cuts_cap, CUTS_MAX);

	w->cuts = array;
	if (err == HAUNT_OK)
		w->cuts[w->cuts_len++] = id;
	return work_end(jobs, err);
}

void jobs_begin(struct jobs *jobs)
{
	work_begin(jobs)->begin = true;
	(void)work_end(jobs, HAUNT_OK);
}

void jobs_expect(struct jobs *jobs)
{
	struct work *w = work_begin(jobs);

	/* Once is enough to wake the worker. */
	if (w->granted) {
		(void)work_end(jobs, HAUNT_EBUSY);
		return;
	}
	w->granted = true;
	(void)work_end(jobs, HAUNT_OK);
}

void jobs_room(struct jobs *jobs)
{
	uint64_t now = clock_mono_ms(clock_system());

	if (!jobs->port.ops->room || now < jobs->room_ms)
		return;
	jobs->room_ms = now + ROOM_EVERY_MS;
	work_begin(jobs)->room = true;
	(void)work_end(jobs, HAUNT_OK);
}

void jobs_watch(struct jobs *jobs, bool on)
{
	struct work *w = work_begin(jobs);

	w->watch_changed = true;
	w->watch = on;
	(void)work_end(jobs, HAUNT_OK);
}

bool jobs_run(struct jobs *jobs)
{
	struct work *w = work_begin(jobs);
	bool any;

	jobs->waiting = jobs->doing;
	jobs->doing = w;
	pthread_mutex_unlock(&jobs->lock);
	any = w->rules_len || w->surveys_len || w->asks_len || w->begin ||
	      w->origins_len || w->cuts_len || w->watch_changed || w->room;
	jobs_do(jobs, w);
	work_clear(w);
	live_tick(jobs->live);
	return any;
}

uint64_t jobs_next_ms(const struct jobs *jobs)
{
	return live_next_ms(jobs->live);
}

/* How long the worker may sleep, as poll() wants it. */
static int sleep_ms(const struct jobs *jobs)
{
	uint64_t next = live_next_ms(jobs->live);
	uint64_t now = clock_mono_ms(jobs->port.clock);

	if (next == UINT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return next - now < INT32_MAX ? (int)(next - now) : INT32_MAX;
}

static void *thread_main(void *arg)
{
	struct jobs *jobs = arg;
	struct pollfd p[2] = { { .fd = jobs->wake, .events = POLLIN } };
	bool stop = false;
	uint64_t n;

	while (!stop) {
		p[1] = (struct pollfd){ .fd = live_fd(jobs->live),
					.events = POLLIN };
		if (poll(p, 2, sleep_ms(jobs)) < 0 && errno != EINTR)
			return NULL;
		if (p[0].revents && read(jobs->wake, &n, sizeof(n)) < 0)
			continue;
		if (p[1].revents)
			live_hear(jobs->live);
		pthread_mutex_lock(&jobs->lock);
		stop = jobs->stop;
		pthread_mutex_unlock(&jobs->lock);
		if (!stop)
			(void)jobs_run(jobs);
	}
	return NULL;
}

enum haunt_err jobs_start(struct jobs *jobs)
{
	pthread_attr_t attr;
	int error = pthread_attr_init(&attr);

	if (!error) {
		error = pthread_attr_setstacksize(&attr, STACK_BYTES);
		if (!error)
			error = pthread_create(&jobs->thread, &attr,
					       thread_main, jobs);
		pthread_attr_destroy(&attr);
	}
	jobs->threaded = !error;
	errno = error;
	return error ? HAUNT_ESYS : HAUNT_OK;
}
