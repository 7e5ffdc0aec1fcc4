/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what becomes news: what was seen of a session against what was told of
 * it; and when one has to be cut.
 */
#include <stdlib.h>

#include "nat/picture_item.h"

/* How much longer one has to seem idle before it is cut for it. */
#define DOUBT_MS 1000

/* ---- when what is due ---- */

static uint64_t after_ms(uint64_t from, uint64_t ms)
{
	return ms && from < UINT64_MAX - ms ? from + ms : UINT64_MAX;
}

/* When the item is to be cut, and for which reason. */
static uint64_t item_due_ms(const struct picture *p, const struct item *item,
			    enum session_reason *why)
{
	const struct term *term = item->told == TOLD_OPEN
					  ? terms_find(p->terms, item->s.id)
					  : NULL;
	uint64_t idle, length;

	if (!term)
		return UINT64_MAX;
	length = after_ms(item->begun_ms, term->length_ms);
	idle = after_ms(item->active_ms,
			term->idle_ms ? term->idle_ms + DOUBT_MS : 0);
	*why = length <= idle ? SESSION_TOO_LONG : SESSION_IDLE;
	return length <= idle ? length : idle;
}

static void due_note(struct picture *p, const struct item *item)
{
	enum session_reason why;
	uint64_t due = item_due_ms(p, item, &why);

	if (due < p->due_ms)
		p->due_ms = due;
}

struct terms *picture_terms(struct picture *p)
{
	return p->terms;
}

void picture_terms_news(struct picture *p, uint32_t id)
{
	const struct term *term = terms_find(p->terms, id);
	uint64_t due;

	if (!term)
		return;
	/* Its sessions have only just begun. */
	due = after_ms(p->now.mono_ms, term->idle_ms);
	if (due < p->due_ms)
		p->due_ms = due;
	due = after_ms(p->now.mono_ms, term->length_ms);
	if (due < p->due_ms)
		p->due_ms = due;
}

uint64_t picture_due_ms(const struct picture *p)
{
	return p->due_ms;
}

/* ---- news ---- */

static struct session session_of(const struct picture *p,
				 const struct item *item)
{
	struct session s = item->s;

	s.idle_ms = ago(p->now.mono_ms, item->active_ms);
	return s;
}

static enum haunt_err open_tell(struct picture *p, struct item *item,
				picture_fn *news, void *arg)
{
	struct session s = session_of(p, item);

	s.news = p->looked ? SESSION_OPENED : SESSION_KNOWN;
	s.state = SESSION_LIVES;
	item->told = TOLD_OPEN;
	p->lives++;
	return news(arg, &s);
}

static enum haunt_err close_tell(struct picture *p, struct item *item,
				 enum session_reason why, picture_fn *news,
				 void *arg)
{
	struct session s = session_of(p, item);

	s.news = SESSION_CLOSED;
	s.state = SESSION_OVER;
	s.reason = (uint8_t)why;
	item->told = TOLD_OVER;
	p->lives--;
	return news(arg, &s);
}

/* Conntrack has forgotten it. */
static enum haunt_err gone_tell(struct picture *p, struct item *item,
				picture_fn *news, void *arg)
{
	bool lost = p->now.mono_ms + COARSE_MS < item->least_ms;
	enum haunt_err err = HAUNT_OK;

	if (item->told == TOLD_OPEN)
		err = close_tell(p, item, lost ? SESSION_LOST : SESSION_ENDED,
				 news, arg);
	picture_item_free(p, item);
	return err;
}

/* What is seen of it against what was told of it. */
static enum haunt_err seen_tell(struct picture *p, struct item *item,
				picture_fn *news, void *arg)
{
	enum haunt_err err = HAUNT_OK;

	/* It was over before we came. */
	if (item->told == TOLD_NOTHING && item->s.state == SESSION_OVER &&
	    !p->looked) {
		item->told = TOLD_OVER;
		return HAUNT_OK;
	}
	if (item->told == TOLD_NOTHING)
		err = open_tell(p, item, news, arg);
	if (err == HAUNT_OK && item->told == TOLD_OPEN &&
	    item->s.state == SESSION_OVER)
		err = close_tell(p, item, SESSION_ENDED, news, arg);
	due_note(p, item);
	return err;
}

/* A look can miss what is there: the kernel's table changes while it is told.
 * What was not seen is looked for by itself before it is called gone. */
static enum haunt_err unseen_tell(struct picture *p, struct item *item,
				  picture_look_fn *look, picture_fn *news,
				  void *arg)
{
	struct sight s;
	enum haunt_err err = look(arg, &item->s, &s);

	if (err == HAUNT_ENOENT)
		return gone_tell(p, item, news, arg);
	if (err != HAUNT_OK)
		return err;
	picture_item_update(p, item, &s);
	return seen_tell(p, item, news, arg);
}

enum haunt_err picture_end(struct picture *p, picture_look_fn *look,
			   picture_fn *news, void *arg)
{
	enum haunt_err err = HAUNT_OK;

	p->due_ms = UINT64_MAX;
	for (size_t i = 0; err == HAUNT_OK && i < p->len; i++) {
		struct item *item = &p->items[i];

		if (item->told == TOLD_GONE)
			continue;
		err = item->round == p->round
			      ? seen_tell(p, item, news, arg)
			      : unseen_tell(p, item, look, news, arg);
	}
	if (err == HAUNT_OK)
		p->looked = true;
	return err;
}

enum haunt_err picture_glimpse(struct picture *p, const struct picture_now *now,
			       const struct sight *s, bool gone,
			       picture_fn *news, void *arg)
{
	struct item *item = picture_item(p, &s->session);
	enum haunt_err err;

	/* What there was before us is not known yet: all of it comes soon. */
	if (!p->looked)
		return HAUNT_OK;
	p->now = *now;
	/* It may be one that a look has seen go meanwhile. What was never seen
	 * is left to the looks: an entry outlives its session. */
	if (gone && !item)
		return HAUNT_OK;
	/* The last words on one: the rest of it is old. */
	if (gone) {
		if (s->session.accounted) {
			item->s.accounted = true;
			item->s.bytes_in = s->session.bytes_in;
			item->s.bytes_out = s->session.bytes_out;
		}
		return gone_tell(p, item, news, arg);
	}
	err = picture_take(p, s, &item);
	if (err != HAUNT_OK || !item)
		return err;
	return seen_tell(p, item, news, arg);
}

/* ---- those that are to be cut ---- */

/* The first item after that serial. */
static size_t first_after(const struct picture *p, uint64_t serial)
{
	size_t from = 0, to = p->len;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (p->items[mid].s.serial <= serial)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

bool picture_overdue(const struct picture *p, uint64_t after,
		     struct session *out)
{
	for (size_t i = first_after(p, after); i < p->len; i++) {
		enum session_reason why = SESSION_NOT_OVER;

		if (item_due_ms(p, &p->items[i], &why) > p->now.mono_ms)
			continue;
		*out = session_of(p, &p->items[i]);
		out->reason = (uint8_t)why;
		return true;
	}
	return false;
}

enum haunt_err picture_cut(struct picture *p, uint64_t serial,
			   enum session_reason reason, picture_fn *news,
			   void *arg)
{
	size_t at = first_after(p, serial - 1);

	if (at == p->len || p->items[at].s.serial != serial ||
	    p->items[at].told != TOLD_OPEN)
		return HAUNT_OK;
	return close_tell(p, &p->items[at], reason, news, arg);
}

/* ---- reports ---- */

bool picture_next(const struct picture *p, uint64_t after, struct session *out)
{
	for (size_t i = first_after(p, after); i < p->len; i++) {
		if (p->items[i].told != TOLD_OPEN)
			continue;
		*out = session_of(p, &p->items[i]);
		return true;
	}
	return false;
}

size_t picture_count(const struct picture *p)
{
	return p->lives;
}

bool picture_full(const struct picture *p)
{
	return p->full;
}
