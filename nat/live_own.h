/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind nat/live.h share.
 */
#ifndef HAUNT_NAT_LIVE_OWN_H
#define HAUNT_NAT_LIVE_OWN_H

#include "nat/live.h"
#include "nat/picture.h"

#define HINTS_MAX 1024

struct hint {
	struct session s;
	uint64_t since_ms;
	uint64_t at_ms;
	uint64_t wait_ms;
};

struct live {
	struct nat_port port;
	struct picture *picture;
	bool awake;
	bool watched;
	bool looked; /* once, with success */
	/* From before: entries that are over though their sockets may not be.
	 */
	struct session *left;
	size_t left_len;
	size_t left_cap;
	uint64_t expect_ms; /* a session is likely to have begun by then */
	bool soon;	    /* a look is wanted as soon as it may be */
	bool full;	    /* there were more sessions than can be known */
	int fd;		    /* of events; -1: none */
	int accounting;	    /* as told last; -1: not yet */
	uint64_t looked_ms;
	uint64_t cost_ms; /* of that look */
	struct hint hints[HINTS_MAX];
	size_t hints_len;
};

/* The two clocks. */
struct picture_now live_now(const struct live *l);
void live_failure(const char *step, enum haunt_err err);
/* A picture_fn: passes it on to the gate, whose end the role's loop learns of,
 * too. */
enum haunt_err live_news(void *arg, const struct session *s);

/* Listens, or not, as is wanted now. */
void live_events(struct live *l);
/* Looks for those that have begun and are due to be looked for. */
void live_follow(struct live *l);
/* When the next one is; monotonic. */
uint64_t live_follow_ms(const struct live *l);

#endif
