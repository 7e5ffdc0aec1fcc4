/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what is done with what was queued, and that questions share one look.
 */
#include "nat/jobs_work.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/log.h"

static void rules_do(struct jobs *jobs, struct work *w)
{
	enum haunt_err err;

	if (w->rules_len == 0)
		return;
	err = jobs->port.ops->cut_stale(jobs->port.fw, w->rules, w->rules_len);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack",
			  "step=cut-stale error=%s", nat_error_name(err));
}

static void room_do(struct jobs *jobs, const struct work *w)
{
	enum haunt_err err;

	if (!w->room)
		return;
	err = jobs->port.ops->room(jobs->port.fw);
	if (err != HAUNT_OK)
		log_event(LOG_LEVEL_WARNING, "conntrack", "step=room error=%s",
			  nat_error_name(err));
}

static void orders_do(struct jobs *jobs, struct work *w)
{
	for (size_t i = 0; i < w->origins_len; i++)
		live_origin(jobs->live, &w->origins[i]);
	if (w->begin)
		live_begin(jobs->live);
	if (w->granted)
		live_expect(jobs->live);
	if (w->watch_changed)
		live_watch(jobs->live, w->watch);
	if (w->cuts_len)
		live_cut(jobs->live, w->cuts, w->cuts_len);
}

static int id_compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Tells of a session to whom it may concern: once, for it names its grant, not
 * the survey. */
static enum haunt_err survey_tell(struct jobs *jobs, const struct work *w,
				  const struct session *s)
{
	for (size_t i = 0; i < w->surveys_len; i++) {
		const struct grant_survey *survey = w->surveys[i];

		if (bsearch(&s->id, survey->ids, survey->len,
			    sizeof(survey->ids[0]), id_compare))
			return nat_tell_session(&jobs->port, NAT_SESSION, s);
	}
	return HAUNT_OK;
}

static enum haunt_err surveys_tell(struct jobs *jobs, struct work *w)
{
	enum haunt_err err = HAUNT_OK;
	struct session s;
	uint64_t after = 0;

	for (size_t i = 0; i < w->surveys_len; i++)
		qsort(w->surveys[i]->ids, w->surveys[i]->len,
		      sizeof(w->surveys[i]->ids[0]), id_compare);
	while (w->surveys_len && err == HAUNT_OK &&
	       live_next(jobs->live, after, &s)) {
		after = s.serial;
		err = survey_tell(jobs, w, &s);
	}
	return err;
}

static enum haunt_err result_tell(struct jobs *jobs, uint32_t seq,
				  enum haunt_err err, int error)
{
	const struct nat_result result = {
		.seq = seq,
		.err = (uint8_t)err,
		.error = err == HAUNT_ESYS ? (uint32_t)error : 0,
		.at = NAT_RESULT_AT_NONE,
	};

	return nat_answer(&jobs->port, &result);
}

static enum haunt_err ask_tell(struct jobs *jobs,
			       const struct sessions_ask *ask)
{
	enum haunt_err err = HAUNT_OK;
	uint64_t after = ask->after;
	struct session s;

	for (uint16_t i = 0; err == HAUNT_OK && i < ask->max &&
			     live_next(jobs->live, after, &s);
	     i++) {
		after = s.serial;
		err = nat_tell_session(&jobs->port, NAT_LISTED, &s);
	}
	return err;
}

/* True if somebody wants to know what there is now. */
static bool look_wanted(const struct work *w)
{
	for (size_t i = 0; i < w->asks_len; i++) {
		if (!w->asks[i].after)
			return true;
	}
	return w->surveys_len;
}

/* Where the gate is gone, the role's loop learns it, too. */
static void questions_do(struct jobs *jobs, struct work *w)
{
	enum haunt_err told = HAUNT_OK, err = HAUNT_OK;
	int error = 0;

	if (look_wanted(w)) {
		err = live_look(jobs->live);
		error = errno;
	}
	if (err == HAUNT_OK)
		told = surveys_tell(jobs, w);
	for (size_t i = 0; told == HAUNT_OK && i < w->surveys_len; i++)
		told = result_tell(jobs, w->surveys[i]->seq, err, error);
	for (size_t i = 0; told == HAUNT_OK && i < w->asks_len; i++) {
		if (err == HAUNT_OK)
			told = ask_tell(jobs, &w->asks[i]);
		if (told == HAUNT_OK)
			told = result_tell(jobs, w->asks[i].seq, err, error);
	}
}

void jobs_do(struct jobs *jobs, struct work *w)
{
	rules_do(jobs, w);
	room_do(jobs, w);
	orders_do(jobs, w);
	questions_do(jobs, w);
}
