/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor, as the gate sees it: news come from there, and a wish of one
 * byte goes there.
 */
#ifndef HAUNT_GATE_ABOVE_H
#define HAUNT_GATE_ABOVE_H

#include <ev.h>

#include "core/base/err.h"
#include "core/base/news.h"

struct above {
	int fd;
	ev_io io;
	struct news news; /* the latest */
	/* Called when it cannot be listened to any more. */
	void (*fail)(void *arg, enum haunt_err err);
	void *arg;
};

/* Takes in what is there, and the rest as it comes. */
void above_start(struct above *a, struct ev_loop *loop, int fd);
void above_stop(struct above *a, struct ev_loop *loop);
/* EBUSY, ECLOSED, ESYS. */
enum haunt_err above_wish(const struct above *a,
			  enum wish wish) HAUNT_MUST_CHECK;

#endif
