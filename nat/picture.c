/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the table: items in the order in which they came, so that the oldest
 * come first and a reader can go on where it stopped, and an index by what
 * makes a conntrack entry itself. Items that are over stay until conntrack has
 * forgotten them, too: else they would be news again.
 */
#include <stdlib.h>

#include "nat/picture_item.h"

#define INDEX_MIN 256

enum haunt_err picture_new(struct picture **out)
{
	struct picture *p = calloc(1, sizeof(*p));
	enum haunt_err err;

	if (!p)
		return HAUNT_ENOMEM;
	p->due_ms = UINT64_MAX;
	p->index_cap = INDEX_MIN;
	p->index = calloc(p->index_cap, sizeof(p->index[0]));
	err = p->index ? terms_new(&p->terms) : HAUNT_ENOMEM;
	if (err != HAUNT_OK) {
		picture_free(p);
		return err;
	}
	*out = p;
	return HAUNT_OK;
}

void picture_free(struct picture *p)
{
	if (!p)
		return;
	terms_free(p->terms);
	free(p->items);
	free(p->index);
	free(p);
}

/* ---- the index ---- */

static bool same(const struct session *a, const struct session *b)
{
	return a->ct_id == b->ct_id && a->proto == b->proto &&
	       a->client.port == b->client.port &&
	       a->outer.port == b->outer.port &&
	       addr_equal(&a->client.addr, &b->client.addr) &&
	       addr_equal(&a->outer.addr, &b->outer.addr);
}

/* The kernel makes its numbers so that nobody outside can choose them. */
static size_t index_slot(const struct picture *p, const struct session *s)
{
	uint32_t hash = (s->ct_id ^ s->client.port) * UINT32_C(2654435761);
	size_t at = (hash ^ hash >> 16) & (p->index_cap - 1);

	while (p->index[at] && !same(&p->items[p->index[at] - 1].s, s))
		at = (at + 1) & (p->index_cap - 1);
	return at;
}

/* Squeezes out what is gone, and makes room for one more. */
static enum haunt_err squeeze(struct picture *p)
{
	size_t cap = INDEX_MIN, kept = 0;
	uint32_t *index;

	while (cap < (p->len - p->gone + 1) * 4)
		cap *= 2;
	index = calloc(cap, sizeof(index[0]));
	if (!index)
		return HAUNT_ENOMEM;
	free(p->index);
	p->index = index;
	p->index_cap = cap;
	for (size_t i = 0; i < p->len; i++) {
		if (p->items[i].told != TOLD_GONE)
			p->items[kept++] = p->items[i];
	}
	p->len = kept;
	p->gone = 0;
	for (size_t i = 0; i < kept; i++)
		p->index[index_slot(p, &p->items[i].s)] = (uint32_t)i + 1;
	return HAUNT_OK;
}

static enum haunt_err items_grow(struct picture *p)
{
	size_t cap = p->cap ? p->cap * 2 : INDEX_MIN / 2;
	struct item *more = reallocarray(p->items, cap, sizeof(p->items[0]));

	if (!more)
		return HAUNT_ENOMEM;
	p->items = more;
	p->cap = cap;
	return HAUNT_OK;
}

struct item *picture_item(const struct picture *p, const struct session *s)
{
	uint32_t at = p->index[index_slot(p, s)];
	struct item *item = at ? &p->items[at - 1] : NULL;

	return item && item->told != TOLD_GONE ? item : NULL;
}

/* A new item; *out is NULL where there is no room. */
static enum haunt_err item_add(struct picture *p, const struct session *s,
			       struct item **out)
{
	enum haunt_err err = HAUNT_OK;

	*out = NULL;
	if (p->len - p->gone >= PICTURE_MAX) {
		p->full = true;
		return HAUNT_OK;
	}
	if ((p->len + 1) * 2 > p->index_cap || p->gone > p->len / 2)
		err = squeeze(p);
	if (err == HAUNT_OK && p->len == p->cap)
		err = items_grow(p);
	if (err != HAUNT_OK)
		return err;
	*out = &p->items[p->len++];
	**out = (struct item){ .s = *s };
	p->index[index_slot(p, s)] = (uint32_t)p->len;
	return HAUNT_OK;
}

void picture_item_free(struct picture *p, struct item *item)
{
	if (item->told == TOLD_OPEN)
		p->lives--;
	item->told = TOLD_GONE;
	p->gone++;
}

/* ---- looks ---- */

void picture_begin(struct picture *p, const struct picture_now *now)
{
	p->now = *now;
	p->round++;
	p->full = false;
}

/* When it began. Where conntrack does not say: when it was seen first, or, for
 * one that was there before us, when its grant's first one was. */
static void item_begin(struct picture *p, struct item *item)
{
	const struct term *term = terms_find(p->terms, item->s.id);
	uint64_t age;

	if (!item->s.since_ms && !p->looked && term)
		item->s.since_ms = term->since_ms;
	if (!item->s.since_ms || item->s.since_ms > p->now.wall_ms)
		item->s.since_ms = p->now.wall_ms;
	age = p->now.wall_ms - item->s.since_ms;
	item->begun_ms = age < p->now.mono_ms ? p->now.mono_ms - age : 0;
	item->s.serial = ++p->serial;
	item->round = 0;
}

/* A packet moves the end; the rest is how coarsely it is told. */
static bool end_moved(uint64_t a, uint64_t b)
{
	return a > b ? a - b > COARSE_MS : b - a > COARSE_MS;
}

void picture_item_update(struct picture *p, struct item *item,
			 const struct sight *s)
{
	uint64_t now = p->now.mono_ms;
	uint64_t ends = now + s->left_ms;

	if (item->seen_ms == 0 || item->s.state != s->session.state ||
	    end_moved(ends, item->ends_ms)) {
		item->active_ms = ago(now, s->session.idle_ms);
		item->ends_ms = ends;
	}
	item->least_ms = now + s->least_ms;
	item->s.state = s->session.state;
	item->s.accounted = s->session.accounted;
	item->s.bytes_in = s->session.bytes_in;
	item->s.bytes_out = s->session.bytes_out;
	item->seen_ms = now;
	item->round = p->round;
}

enum haunt_err picture_take(struct picture *p, const struct sight *s,
			    struct item **out)
{
	struct item *item = picture_item(p, &s->session);
	enum haunt_err err;

	*out = NULL;
	if (!item) {
		if (s->session.state == SESSION_BEGINS ||
		    (s->session.state == SESSION_OVER && !s->assured))
			return HAUNT_OK;
		err = item_add(p, &s->session, &item);
		if (err != HAUNT_OK || !item)
			return err;
		item_begin(p, item);
	}
	picture_item_update(p, item, s);
	*out = item;
	return HAUNT_OK;
}

enum haunt_err picture_see(struct picture *p, const struct sight *s)
{
	struct item *item;

	return picture_take(p, s, &item);
}
