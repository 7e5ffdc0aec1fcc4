/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind nat/picture.h share.
 */
#ifndef HAUNT_NAT_PICTURE_ITEM_H
#define HAUNT_NAT_PICTURE_ITEM_H

#include "nat/picture.h"

/* Conntrack tells timeouts in whole seconds. */
#define COARSE_MS 1500

enum told {
	TOLD_NOTHING,
	TOLD_OPEN,
	TOLD_OVER, /* closed, or cut: nothing more to tell */
	TOLD_GONE, /* conntrack has forgotten it: the item is free */
};

struct item {
	struct session s;
	enum told told;
	uint64_t round;	    /* in which it was seen last */
	uint64_t seen_ms;   /* when; all of these are monotonic */
	uint64_t ends_ms;   /* conntrack forgets it then, if nothing comes */
	uint64_t least_ms;  /* it is there until then */
	uint64_t active_ms; /* its last packet */
	uint64_t begun_ms;
};

struct picture {
	struct terms *terms;
	struct picture_now now;
	uint64_t round;
	uint64_t serial; /* of the last item */
	bool looked;	 /* a whole look has been had */
	bool full;	 /* there was more than there is room for */
	size_t lives;	 /* items that are TOLD_OPEN */
	uint64_t due_ms;
	struct item *items;
	size_t len;
	size_t cap;
	size_t gone;	  /* items that are TOLD_GONE */
	uint32_t *index;  /* item + 1; 0: none */
	size_t index_cap; /* a power of two */
};

static inline uint64_t ago(uint64_t now, uint64_t ms)
{
	return ms < now ? now - ms : 0;
}

/* Takes in one sight. *out is NULL for what is no session, and where there is
 * no room. */
enum haunt_err picture_take(struct picture *p, const struct sight *s,
			    struct item **out) HAUNT_MUST_CHECK;
void picture_item_update(struct picture *p, struct item *item,
			 const struct sight *s);
/* NULL if it is not known. */
struct item *picture_item(const struct picture *p, const struct session *s);
/* Frees the item. */
void picture_item_free(struct picture *p, struct item *item);

#endif
