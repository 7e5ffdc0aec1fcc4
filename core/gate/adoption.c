/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides who waits, and what nat may say when. */
#include "core/gate/adoption.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/log.h"
#include "core/proto/haunt.h"

enum haunt_err adoption_rule(struct adoption *a, const struct grant *grant,
			     uint64_t now_ms, int64_t wall_s)
{
	enum haunt_err err;

	if (a->phase == ADOPTION_OVER || !grant->id ||
	    grant->service >= a->config->services_len ||
	    grant->client >= a->config->clients_len)
		return HAUNT_EFORMAT;
	err = grants_adopt(a->grants, grant, now_ms, wall_s);
	if (!err)
		a->rules++;
	else if (err != HAUNT_EREPLAY)
		log_event(LOG_LEVEL_WARNING, "adopt",
			  "grant=%" PRIu32 " error=%s", grant->id,
			  err == HAUNT_EBUSY ? "table-full" : "id-twice");
	return HAUNT_OK;
}

/* Each may wait again. */
static void waits_tell(struct adoption *a)
{
	struct adoption_wait *waits = a->waits;

	a->waits = NULL;
	while (waits) {
		struct adoption_wait *wait = waits;

		waits = wait->next;
		wait->next = NULL;
		wait->tell(wait->arg);
	}
}

static enum haunt_err listed(struct adoption *a, const struct nat_result *r)
{
	/* Not every number that the kernel uses has a name. */
	const char *name = r->error ? strerrorname_np((int)r->error) : NULL;

	if (r->err) {
		log_event(LOG_LEVEL_ERROR, "adopt", "error=%s",
			  name ? name : haunt_strerror((enum haunt_err)r->err));
		return HAUNT_ESYS;
	}
	a->phase = ADOPTION_KNOWN;
	log_event(LOG_LEVEL_INFO, "adopt", "grants=%" PRIu32, a->rules);
	waits_tell(a);
	return HAUNT_OK;
}

enum haunt_err adoption_result(struct adoption *a, const struct nat_result *r)
{
	if (a->phase == ADOPTION_ASKED && r->seq == a->list_seq)
		return listed(a, r);
	if (a->phase != ADOPTION_KNOWN || !a->over_seq || r->seq != a->over_seq)
		return HAUNT_ENOENT;
	a->phase = ADOPTION_OVER;
	return HAUNT_OK;
}

void adoption_wait(struct adoption *a, struct adoption_wait *wait)
{
	wait->next = a->waits;
	a->waits = wait;
}

void adoption_unwait(struct adoption *a, struct adoption_wait *wait)
{
	struct adoption_wait **link = &a->waits;

	while (*link && *link != wait)
		link = &(*link)->next;
	if (*link)
		*link = wait->next;
}
