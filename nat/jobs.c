/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the queue, the thread, and that many jobs share one dump.
 */
#include "nat/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "nat/nl.h"

#define RULES_MAX     1024 /* that wait */
#define SURVEYS_MAX   64
#define CUTS_MAX      65536 /* ids */
#define CUT_AT_ONCE   64    /* sessions, on the stack */
#define ROOM_EVERY_MS 100
#define STACK_BYTES   (256 * 1024)
#define SEND_BYTES    (SESSION_SIZE + 8)

/* What waits, or what is being done. */
struct work {
	struct rule rules[RULES_MAX];
	size_t rules_len;
	struct grant_survey *surveys[SURVEYS_MAX];
	size_t surveys_len;
	uint32_t *cuts; /* ids whose sessions are to be ended */
	size_t cuts_len;
	size_t cuts_cap;
	bool room; /* is to be looked for */
};

struct jobs {
	struct nat_port port;
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t news;
	bool stop;
	struct work *waiting;
	struct work *doing; /* the worker's alone */
	uint64_t room_ms;   /* when it is looked for again; the caller's */
};

enum haunt_err jobs_new(const struct nat_port *port, struct jobs **out)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));

	if (!jobs)
		return HAUNT_ENOMEM;
	jobs->port = *port;
	jobs->waiting = calloc(1, sizeof(*jobs->waiting));
	jobs->doing = calloc(1, sizeof(*jobs->doing));
	if (!jobs->waiting || !jobs->doing) {
		free(jobs->waiting);
		free(jobs->doing);
		free(jobs);
		return HAUNT_ENOMEM;
	}
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_cond_init(&jobs->news, NULL);
	*out = jobs;
	return HAUNT_OK;
}

static bool work_any(const struct work *w)
{
	return w->rules_len || w->surveys_len || w->cuts_len || w->room;
}

static void work_clear(struct work *w)
{
	while (w->surveys_len)
		free(w->surveys[--w->surveys_len]);
	w->rules_len = 0;
	w->cuts_len = 0;
	w->room = false;
}

void jobs_free(struct jobs *jobs)
{
	if (!jobs)
		return;
	if (jobs->threaded) {
		pthread_mutex_lock(&jobs->lock);
		jobs->stop = true;
		pthread_cond_signal(&jobs->news);
		pthread_mutex_unlock(&jobs->lock);
		pthread_join(jobs->thread, NULL);
	}
	work_clear(jobs->waiting);
	work_clear(jobs->doing);
	free(jobs->waiting->cuts);
	free(jobs->doing->cuts);
	free(jobs->waiting);
	free(jobs->doing);
	pthread_mutex_destroy(&jobs->lock);
	pthread_cond_destroy(&jobs->news);
	free(jobs);
}

enum haunt_err jobs_cut_stale(struct jobs *jobs, const struct rule *rule)
{
	struct work *w;
	enum haunt_err err = HAUNT_EBUSY;

	pthread_mutex_lock(&jobs->lock);
	w = jobs->waiting;
	if (w->rules_len < RULES_MAX) {
		w->rules[w->rules_len++] = *rule;
		pthread_cond_signal(&jobs->news);
		err = HAUNT_OK;
	}
	pthread_mutex_unlock(&jobs->lock);
	return err;
}

static enum haunt_err cut_add(struct work *w, uint32_t id)
{
	if (w->cuts_len == CUTS_MAX)
		return HAUNT_EBUSY;
	if (w->cuts_len == w->cuts_cap) {
		size_t cap = w->cuts_cap ? w->cuts_cap * 2 : 64;
		uint32_t *more = reallocarray(w->cuts, cap, sizeof(w->cuts[0]));

		if (!more)
			return HAUNT_ENOMEM;
		w->cuts = more;
		w->cuts_cap = cap;
	}
	w->cuts[w->cuts_len++] = id;
	return HAUNT_OK;
}

enum haunt_err jobs_cut(struct jobs *jobs, uint32_t id)
{
	enum haunt_err err;

	pthread_mutex_lock(&jobs->lock);
	err = cut_add(jobs->waiting, id);
	if (err == HAUNT_OK)
		pthread_cond_signal(&jobs->news);
	pthread_mutex_unlock(&jobs->lock);
	return err;
}

enum haunt_err jobs_survey(struct jobs *jobs, const struct grant_survey *survey)
{
	struct grant_survey *copy = malloc(sizeof(*copy));
	struct work *w;
	enum haunt_err err = HAUNT_EBUSY;

	if (!copy)
		return HAUNT_ENOMEM;
	*copy = *survey;
	pthread_mutex_lock(&jobs->lock);
	w = jobs->waiting;
	if (w->surveys_len < SURVEYS_MAX) {
		w->surveys[w->surveys_len++] = copy;
		pthread_cond_signal(&jobs->news);
		err = HAUNT_OK;
	}
	pthread_mutex_unlock(&jobs->lock);
	if (err != HAUNT_OK)
		free(copy);
	return err;
}

void jobs_room(struct jobs *jobs)
{
	uint64_t now = clock_mono_ms(clock_system());

	if (!jobs->port.ops->room || now < jobs->room_ms)
		return;
	jobs->room_ms = now + ROOM_EVERY_MS;
	pthread_mutex_lock(&jobs->lock);
	jobs->waiting->room = true;
	pthread_cond_signal(&jobs->news);
	pthread_mutex_unlock(&jobs->lock);
}

enum haunt_err nat_answer(const struct nat_port *port,
			  const struct nat_result *result)
{
	uint8_t buf[SEND_BYTES];
	struct wr w = wr_of(buf, sizeof(buf));

	nat_result_put(&w, result);
	return port->send(port->arg, NAT_RESULT, &w);
}

static void rules_do(struct jobs *jobs, struct work *w)
{
	enum haunt_err err;

	if (w->rules_len == 0)
		return;
	err = jobs->port.ops->cut_stale(jobs->port.fw, w->rules, w->rules_len);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack",
			  "step=cut-stale error=%s",
			  err == HAUNT_ESYS ? nl_errno_name(errno)
					    : "no-memory");
}

static void room_do(struct jobs *jobs, const struct work *w)
{
	enum haunt_err err;

	if (!w->room)
		return;
	err = jobs->port.ops->room(jobs->port.fw);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack", "step=room error=%s",
			  nl_errno_name(errno));
}

static int id_compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sessions that are about to be cut. */
struct cutting {
	struct jobs *jobs;
	struct session at[CUT_AT_ONCE];
	size_t len;
	enum haunt_err err;
	int error;
};

static void cutting_do(struct cutting *c)
{
	const struct nat_port *port = &c->jobs->port;
	enum haunt_err err =
		c->len ? port->ops->cut(port->fw, c->at, c->len) : HAUNT_OK;

	if (err != HAUNT_OK && c->err == HAUNT_OK) {
		c->err = err;
		c->error = errno;
	}
	c->len = 0;
}

static enum haunt_err session_cut(void *arg, const struct session *s)
{
	struct cutting *c = arg;
	const struct work *w = c->jobs->doing;

	if (!bsearch(&s->id, w->cuts, w->cuts_len, sizeof(w->cuts[0]),
		     id_compare))
		return HAUNT_OK;
	c->at[c->len++] = *s;
	if (c->len == CUT_AT_ONCE)
		cutting_do(c);
	return HAUNT_OK;
}

static void cuts_do(struct jobs *jobs, struct work *w)
{
	struct cutting c = { .jobs = jobs };
	enum haunt_err err;

	if (w->cuts_len == 0)
		return;
	qsort(w->cuts, w->cuts_len, sizeof(w->cuts[0]), id_compare);
	err = jobs->port.ops->sessions(jobs->port.fw, session_cut, &c);
	if (err != HAUNT_OK) {
		c.err = err;
		c.error = errno;
	}
	cutting_do(&c);
	/* The firewall stops them already: what failed is telling them. */
	if (c.err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack", "step=cut error=%s",
			  c.err == HAUNT_ESYS ? nl_errno_name(c.error)
					      : "no-memory");
}

/* Tells of a session to whom it may concern. */
static enum haunt_err session_tell(void *arg, const struct session *s)
{
	struct jobs *jobs = arg;
	struct work *w = jobs->doing;
	uint8_t buf[SEND_BYTES];
	struct wr body = wr_of(buf, sizeof(buf));

	session_put(&body, s);
	for (size_t i = 0; i < w->surveys_len; i++) {
		const struct grant_survey *survey = w->surveys[i];
		enum haunt_err err;

		if (!bsearch(&s->id, survey->ids, survey->len,
			     sizeof(survey->ids[0]), id_compare))
			continue;
		err = jobs->port.send(jobs->port.arg, NAT_SESSION, &body);
		/* Once: it names its grant, not the survey. */
		return err;
	}
	return HAUNT_OK;
}

static void surveys_do(struct jobs *jobs, struct work *w)
{
	struct nat_result result = { .at = NAT_RESULT_AT_NONE };
	enum haunt_err err;

	if (w->surveys_len == 0)
		return;
	for (size_t i = 0; i < w->surveys_len; i++)
		qsort(w->surveys[i]->ids, w->surveys[i]->len,
		      sizeof(w->surveys[i]->ids[0]), id_compare);
	err = jobs->port.ops->sessions(jobs->port.fw, session_tell, jobs);
	result.err = (uint8_t)err;
	result.error = err == HAUNT_ESYS ? (uint32_t)errno : 0;
	for (size_t i = 0; i < w->surveys_len; i++) {
		result.seq = w->surveys[i]->seq;
		/* Where the gate is gone, the role's loop learns it, too. */
		if (nat_answer(&jobs->port, &result) != HAUNT_OK)
			return;
	}
}

bool jobs_run(struct jobs *jobs)
{
	struct work *w;
	bool any;

	pthread_mutex_lock(&jobs->lock);
	w = jobs->waiting;
	jobs->waiting = jobs->doing;
	jobs->doing = w;
	pthread_mutex_unlock(&jobs->lock);
	any = work_any(w);
	cuts_do(jobs, w);
	rules_do(jobs, w);
	room_do(jobs, w);
	surveys_do(jobs, w);
	work_clear(w);
	return any;
}

static void *thread_main(void *arg)
{
	struct jobs *jobs = arg;
	bool stop = false;

	while (!stop) {
		pthread_mutex_lock(&jobs->lock);
		while (!jobs->stop && !work_any(jobs->waiting))
			pthread_cond_wait(&jobs->news, &jobs->lock);
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
