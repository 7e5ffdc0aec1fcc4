/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how what is in force is looked at. */
#include "core/gate/grants_own.h"

bool grants_walk(struct grants *g, uint32_t *cursor, uint64_t now_ms,
		 struct grants_report *out)
{
	uint32_t at = *cursor ? *cursor : 1;

	for (; at < rows_end(g->rows); at++) {
		const struct row *row = rows_at(g->rows, at);
		const struct tenant *t = &row->tenant;

		if (!t->id || t->expires_ms == TENANT_NOT_YET)
			continue;
		out->grant = grants_grant_of(row, t);
		out->grant.lifetime_ms = grants_remaining_ms(t, now_ms);
		out->since_s = t->since_s;
		*cursor = at + 1;
		return true;
	}
	*cursor = at;
	return false;
}

bool grants_find(struct grants *g, uint32_t id, struct grant *out)
{
	uint32_t at = rows_find_id(g->rows, id);
	const struct row *row = rows_at(g->rows, at);

	if (!at)
		return false;
	*out = grants_grant_of(row, &row->tenant);
	return true;
}

bool grants_has(struct grants *g, uint32_t id)
{
	return id && rows_find_id(g->rows, id) != 0;
}

size_t grants_count(const struct grants *g)
{
	return rows_used(g->rows);
}

size_t grants_pending(const struct grants *g)
{
	return g->changes.len;
}
