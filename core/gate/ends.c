/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the queue of ended grants: its front part is what the survey under
 * way is about, found by id through a sorted index.
 */
#include "core/gate/ends.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"

struct ended {
	struct grant grant;
	enum ends_reason reason;
	uint32_t sessions;
	uint32_t lost; /* since it ended */
	uint64_t at_ms;
};

struct index {
	uint32_t id;
	uint32_t at; /* in the queue */
};

struct ends {
	const struct config *config;
	struct cuts *cuts;
	struct ended *ring;
	uint32_t max;
	uint32_t head;
	uint32_t len;
	uint32_t seq;	   /* of the survey under way */
	uint16_t surveyed; /* at the front; 0: no survey under way */
	uint64_t not_before_ms;
	bool at_risk;
	ends_told_fn *told; /* or NULL */
	void *told_arg;
	struct index index[GRANT_SURVEY_MAX];
};

enum haunt_err ends_new(const struct config *config, struct cuts *cuts,
			struct ends **out)
{
	struct ends *e = calloc(1, sizeof(*e));

	if (!e)
		return HAUNT_ENOMEM;
	e->config = config;
	e->cuts = cuts;
	e->max = config->max_grants;
	e->ring = calloc(e->max, sizeof(*e->ring));
	if (!e->ring) {
		free(e);
		return HAUNT_ENOMEM;
	}
	*out = e;
	return HAUNT_OK;
}

void ends_free(struct ends *e)
{
	if (!e)
		return;
	free(e->ring);
	free(e);
}

void ends_listen(struct ends *e, ends_told_fn *fn, void *arg)
{
	e->told = fn;
	e->told_arg = arg;
}

static struct ended *ended_at(struct ends *e, uint32_t i)
{
	return &e->ring[(e->head + i) % e->max];
}

const char *ends_reason_text(enum ends_reason reason)
{
	static const char *const texts[] = {
		[ENDS_EXPIRED] = "expired",   [ENDS_REVOKED] = "revoked",
		[ENDS_CUT] = "revoked",	      [ENDS_USED] = "used",
		[ENDS_REPLACED] = "replaced",
	};

	return texts[reason];
}

static void end_log(const struct ends *e, const struct ended *ended,
		    const char *sessions)
{
	const struct grant *g = &ended->grant;
	char address[ADDR_TEXT_MAX];

	log_event(LOG_LEVEL_INFO, "end",
		  "grant=%" PRIu32 " client=%s service=%s address=%s "
		  "door=%s/%u reason=%s sessions=%s",
		  g->id, e->config->clients[g->client].name,
		  e->config->services[g->service].name,
		  addr_format(&g->address, address),
		  g->proto == IPPROTO_UDP ? "udp" : "tcp",
		  (unsigned int)g->port, ends_reason_text(ended->reason),
		  sessions);
}

static void end_tell(const struct ends *e, const struct ended *ended,
		     uint32_t sessions)
{
	if (e->told)
		e->told(e->told_arg, &ended->grant, ended->reason, sessions);
}

/* True if no session of the grant is to live on: the firewall lets nothing of
 * them pass already. A door that was used up leaves its session its time. */
static bool ended_cuts(const struct ended *ended)
{
	uint32_t id = ended->grant.id;

	return ended->reason == ENDS_CUT ||
	       ((id & GRANT_ID_TIED) &&
		!(ended->reason == ENDS_REPLACED && (id & GRANT_ID_ONCE)));
}

void ends_add(struct ends *e, const struct grant *grant,
	      enum ends_reason reason, uint64_t now_ms)
{
	const struct ended ended = { .grant = *grant,
				     .reason = reason,
				     .at_ms = now_ms };

	if (e->len == e->max) {
		end_log(e, &ended, "unknown");
		end_tell(e, &ended, UINT32_MAX);
		if (ended_cuts(&ended))
			cuts_add(e->cuts, grant->id);
	} else {
		*ended_at(e, e->len++) = ended;
	}
}

uint64_t ends_next_ms(const struct ends *e)
{
	uint64_t due;

	if (!e->len || e->surveyed)
		return UINT64_MAX;
	due = e->ring[e->head].at_ms + ENDS_GATHER_MS;
	return due > e->not_before_ms ? due : e->not_before_ms;
}

static int index_compare(const void *a, const void *b)
{
	const struct index *x = a;
	const struct index *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

bool ends_survey(struct ends *e, uint32_t seq, uint64_t now_ms,
		 struct grant_survey *out)
{
	if (ends_next_ms(e) > now_ms)
		return false;
	out->seq = seq;
	out->len =
		e->len < GRANT_SURVEY_MAX ? (uint16_t)e->len : GRANT_SURVEY_MAX;
	for (uint16_t i = 0; i < out->len; i++) {
		out->ids[i] = ended_at(e, i)->grant.id;
		e->index[i] = (struct index){ .id = out->ids[i], .at = i };
	}
	qsort(e->index, out->len, sizeof(e->index[0]), index_compare);
	e->seq = seq;
	e->surveyed = out->len;
	return true;
}

void ends_unsend(struct ends *e, uint64_t now_ms)
{
	e->surveyed = 0;
	e->not_before_ms = now_ms + ENDS_GATHER_MS;
}

void ends_session(struct ends *e, const struct session *session)
{
	const struct index key = { .id = session->id };
	const struct index *found = bsearch(&key, e->index, e->surveyed,
					    sizeof(key), index_compare);
	char from[ADDR_TEXT_MAX], door[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];

	if (!found || ended_at(e, found->at)->sessions++ >= ENDS_SESSIONS_MAX)
		return;
	log_event(LOG_LEVEL_INFO, "session",
		  "grant=%" PRIu32 " proto=%s from=%s door=%s to=%s",
		  session->id, session->proto == IPPROTO_UDP ? "udp" : "tcp",
		  endpoint_format(&session->client, from),
		  endpoint_format(&session->outer, door),
		  endpoint_format(&session->inner, to));
}

static struct ended *ended_find(struct ends *e, uint32_t id)
{
	for (uint32_t i = 0; i < e->len; i++) {
		if (ended_at(e, i)->grant.id == id)
			return ended_at(e, i);
	}
	return NULL;
}

void ends_lost(struct ends *e, uint32_t id)
{
	struct ended *ended = ended_find(e, id);

	if (ended)
		ended->lost++;
}

void ends_risk(struct ends *e, bool at_risk)
{
	e->at_risk = at_risk;
}

bool ends_find(struct ends *e, uint32_t id, struct grant *out)
{
	const struct ended *ended = ended_find(e, id);

	if (ended)
		*out = ended->grant;
	return ended;
}

static void counted_log(const struct ends *e, const struct ended *ended)
{
	const char *fate = ended_cuts(ended)  ? " cut"
			   : !ended->sessions ? ""
			   : e->at_risk	      ? " at-risk"
					      : " kept";
	char text[48];
	int n = snprintf(text, sizeof(text), "%" PRIu32 "%s", ended->sessions,
			 fate);

	if (ended->lost)
		snprintf(text + n, sizeof(text) - (size_t)n, " lost=%" PRIu32,
			 ended->lost);
	end_log(e, ended, text);
	if (ended->sessions > ENDS_SESSIONS_MAX)
		log_event(LOG_LEVEL_INFO, "session",
			  "grant=%" PRIu32 " more=%" PRIu32, ended->grant.id,
			  ended->sessions - ENDS_SESSIONS_MAX);
}

enum haunt_err ends_result(struct ends *e, const struct nat_result *result)
{
	const char *name =
		result->error ? strerrorname_np((int)result->error) : NULL;

	if (!e->surveyed || result->seq != e->seq)
		return HAUNT_ENOENT;
	if (result->err)
		log_event(LOG_LEVEL_WARNING, "survey", "grants=%u error=%s",
			  (unsigned int)e->surveyed, name ? name : "refused");
	for (uint16_t i = 0; i < e->surveyed; i++) {
		const struct ended *ended = ended_at(e, i);

		if (result->err)
			end_log(e, ended, "unknown");
		else
			counted_log(e, ended);
		end_tell(e, ended,
			 result->err	     ? UINT32_MAX
			 : ended_cuts(ended) ? 0
					     : ended->sessions);
		if (ended_cuts(ended))
			cuts_add(e->cuts, ended->grant.id);
	}
	e->head = (e->head + e->surveyed) % e->max;
	e->len -= e->surveyed;
	e->surveyed = 0;
	return HAUNT_OK;
}
