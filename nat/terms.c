/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides a table with open addressing. What goes leaves a gap that finds pass
 * over, until the table is made anew.
 */
#include "nat/terms.h"

#include <stdlib.h>

#define SLOTS_MIN 64
#define GAP	  UINT32_MAX /* no id is that large */

struct terms {
	struct term *slots; /* id 0: never used */
	size_t cap;	    /* a power of two */
	size_t used;	    /* gaps among them */
	size_t count;
};

enum haunt_err terms_new(struct terms **out)
{
	struct terms *t = calloc(1, sizeof(*t));

	if (t)
		t->slots = calloc(SLOTS_MIN, sizeof(t->slots[0]));
	if (!t || !t->slots) {
		free(t);
		return HAUNT_ENOMEM;
	}
	t->cap = SLOTS_MIN;
	*out = t;
	return HAUNT_OK;
}

void terms_free(struct terms *t)
{
	if (!t)
		return;
	free(t->slots);
	free(t);
}

/* The slot of an id, or the unused one where the search for it ends. */
static size_t slot_of(const struct term *slots, size_t cap, uint32_t id)
{
	size_t at = id * UINT32_C(2654435761) & (cap - 1);

	while (slots[at].id != id && slots[at].id != 0)
		at = (at + 1) & (cap - 1);
	return at;
}

static enum haunt_err rebuild(struct terms *t)
{
	size_t cap = SLOTS_MIN;
	struct term *slots;

	while (cap < t->count * 4)
		cap *= 2;
	slots = calloc(cap, sizeof(slots[0]));
	if (!slots)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < t->cap; i++) {
		const struct term *term = &t->slots[i];

		if (term->id != 0 && term->id != GAP)
			slots[slot_of(slots, cap, term->id)] = *term;
	}
	free(t->slots);
	t->slots = slots;
	t->cap = cap;
	t->used = t->count;
	return HAUNT_OK;
}

enum haunt_err terms_put(struct terms *t, const struct term *term)
{
	enum haunt_err err;
	size_t at;

	if ((t->used + 1) * 2 > t->cap) {
		err = rebuild(t);
		if (err != HAUNT_OK)
			return err;
	}
	at = slot_of(t->slots, t->cap, term->id);
	if (t->slots[at].id == 0) {
		t->used++;
		t->count++;
	}
	t->slots[at] = *term;
	return HAUNT_OK;
}

void terms_drop(struct terms *t, uint32_t id)
{
	size_t at = slot_of(t->slots, t->cap, id);

	if (t->slots[at].id == 0)
		return;
	t->slots[at].id = GAP;
	t->count--;
}

const struct term *terms_find(const struct terms *t, uint32_t id)
{
	const struct term *found = &t->slots[slot_of(t->slots, t->cap, id)];

	return found->id ? found : NULL;
}

size_t terms_count(const struct terms *t)
{
	return t->count;
}
