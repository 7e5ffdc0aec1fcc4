/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how changes under way are undone. Each change of a row keeps the
 * tenant that it displaced. What a change leads to is found in one of two
 * places: in the keepsake of the next change to the same row, or, if there is
 * none, in the row itself. Taking a change back means putting its keepsake
 * there, whatever has been entered since.
 */
#include "core/gate/changes.h"

#include <stddef.h>

static struct change *change_at(struct changes *c, uint32_t i)
{
	return &c->ring[(c->head + i) % CHANGES_MAX];
}

void changes_enter(struct changes *c, uint32_t seq, uint32_t at,
		   const struct tenant *next)
{
	struct row *row = rows_at(c->rows, at);

	*change_at(c, c->len++) = (struct change){ .seq = seq,
						   .row = at,
						   .revoked = !next->id,
						   .base = row->tenant.id,
						   .undo = row->tenant };
	row->pending++;
	rows_timer_clear(c->rows, at);
	rows_let(c->rows, at, next);
}

/* The next change to the same row after the one at i; NULL if none. */
static struct change *change_after(struct changes *c, uint32_t i)
{
	uint32_t at = change_at(c, i)->row;

	if (rows_at(c->rows, at)->pending == 1)
		return NULL;
	for (uint32_t j = i + 1; j < c->len; j++) {
		struct change *later = change_at(c, j);

		if (later->row == at)
			return later;
	}
	return NULL;
}

static void outcome_set(struct changes *c, uint32_t i, const struct tenant *t)
{
	struct change *later = change_after(c, i);

	if (later)
		later->undo = *t;
	else
		rows_let(c->rows, change_at(c, i)->row, t);
}

/* The change at i is over; the row rests unless others are under way. */
static void change_leave(struct changes *c, uint32_t i)
{
	uint32_t at = change_at(c, i)->row;
	struct row *row = rows_at(c->rows, at);

	if (--row->pending)
		return;
	if (row->tenant.id)
		rows_timer_set(c->rows, at);
	else
		rows_remove(c->rows, at);
}

const struct change *changes_oldest(struct changes *c)
{
	return c->len ? change_at(c, 0) : NULL;
}

struct tenant changes_outcome(struct changes *c)
{
	const struct change *oldest = change_at(c, 0);
	const struct change *later = change_after(c, 0);

	if (oldest->astray)
		return oldest->undo;
	if (later)
		return later->undo;
	return rows_at(c->rows, change_at(c, 0)->row)->tenant;
}

void changes_settle(struct changes *c, const struct tenant *outcome)
{
	if (!change_at(c, 0)->astray)
		outcome_set(c, 0, outcome);
	else if (outcome->id)
		changes_rebase(c, change_at(c, 0)->row, outcome);
	change_leave(c, 0);
	c->head = (c->head + 1) % CHANGES_MAX;
	c->len--;
}

/* The oldest change of a row that is not astray; NULL if there is none. Those
 * that are were entered before all others. */
static struct change *change_sound(struct changes *c, uint32_t at)
{
	for (uint32_t i = 0; i < c->len; i++) {
		struct change *change = change_at(c, i);

		if (change->row == at && !change->astray)
			return change;
	}
	return NULL;
}

const struct tenant *changes_base(struct changes *c, uint32_t at)
{
	const struct change *first = change_sound(c, at);

	return first ? &first->undo : &rows_at(c->rows, at)->tenant;
}

void changes_rebase(struct changes *c, uint32_t at, const struct tenant *t)
{
	struct change *first = change_sound(c, at);

	if (first)
		first->undo = *t;
	else
		rows_let(c->rows, at, t);
}

void changes_correct(struct changes *c, uint32_t at, const struct tenant *truth)
{
	const struct change *first = change_sound(c, at);
	struct change *last = NULL;

	if (first ? first->base == truth->id
		  : rows_at(c->rows, at)->tenant.id == truth->id)
		return;
	for (uint32_t i = 0; i < c->len; i++) {
		struct change *change = change_at(c, i);

		if (change->row != at || change->astray)
			continue;
		/* What it leads to is kept by the one after it. */
		if (last)
			last->undo = change->undo;
		change->astray = true;
		last = change;
	}
	if (last)
		last->undo = rows_at(c->rows, at)->tenant;
	rows_let(c->rows, at, truth);
}

void changes_tried(struct changes *c, uint32_t n, uint8_t tries)
{
	for (uint32_t i = c->len - n; i < c->len; i++)
		change_at(c, i)->tries = tries;
}

void changes_note(struct changes *c, uint32_t n, const struct arrival *arrival)
{
	for (uint32_t i = c->len - n; i < c->len; i++)
		change_at(c, i)->arrival = *arrival;
}

void changes_unsend(struct changes *c)
{
	uint32_t seq;

	if (!c->len)
		return;
	seq = change_at(c, c->len - 1)->seq;
	while (c->len && change_at(c, c->len - 1)->seq == seq) {
		uint32_t i = c->len - 1;
		struct tenant undo = change_at(c, i)->undo;

		outcome_set(c, i, &undo);
		change_leave(c, i);
		c->len--;
	}
}
