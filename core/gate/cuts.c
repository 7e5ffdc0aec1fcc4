/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides a list whose front part is on its way to nat.
 */
#include "core/gate/cuts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"

struct cuts {
	uint32_t *ids;
	size_t len;
	size_t cap;
	uint16_t sent; /* at the front; 0: no message is under way */
	uint32_t seq;
	uint64_t not_before_ms;
};

enum haunt_err cuts_new(struct cuts **out)
{
	struct cuts *c = calloc(1, sizeof(*c));

	if (!c)
		return HAUNT_ENOMEM;
	*out = c;
	return HAUNT_OK;
}

void cuts_free(struct cuts *c)
{
	if (!c)
		return;
	free(c->ids);
	free(c);
}

void cuts_add(struct cuts *c, uint32_t id)
{
	if (c->len == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 64;
		uint32_t *more = reallocarray(c->ids, cap, sizeof(*more));

		if (!more) {
			log_event(LOG_LEVEL_ERROR, "cut",
				  "grant=%u error=no-memory", id);
			return;
		}
		c->ids = more;
		c->cap = cap;
	}
	c->ids[c->len++] = id;
}

uint64_t cuts_next_ms(const struct cuts *c)
{
	return c->len && !c->sent ? c->not_before_ms : UINT64_MAX;
}

bool cuts_next(struct cuts *c, uint32_t seq, uint64_t now_ms,
	       struct grant_survey *out)
{
	if (cuts_next_ms(c) > now_ms)
		return false;
	out->seq = seq;
	out->len =
		c->len < GRANT_SURVEY_MAX ? (uint16_t)c->len : GRANT_SURVEY_MAX;
	memcpy(out->ids, c->ids, out->len * sizeof(out->ids[0]));
	c->seq = seq;
	c->sent = out->len;
	return true;
}

void cuts_unsend(struct cuts *c, uint64_t now_ms)
{
	c->sent = 0;
	c->not_before_ms = now_ms + CUTS_AGAIN_MS;
}

enum haunt_err cuts_result(struct cuts *c, const struct nat_result *result,
			   uint64_t now_ms)
{
	const char *name =
		result->error ? strerrorname_np((int)result->error) : NULL;

	if (!c->sent || result->seq != c->seq)
		return HAUNT_ENOENT;
	if (result->err) {
		log_event(LOG_LEVEL_ERROR, "cut",
			  "grants=%u error=%s again-in=%ums",
			  (unsigned int)c->sent, name ? name : "refused",
			  (unsigned int)CUTS_AGAIN_MS);
		cuts_unsend(c, now_ms);
		return HAUNT_OK;
	}
	c->len -= c->sent;
	memmove(c->ids, c->ids + c->sent, c->len * sizeof(c->ids[0]));
	c->sent = 0;
	return HAUNT_OK;
}
