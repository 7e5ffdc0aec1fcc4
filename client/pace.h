/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to try again at a door that is about to open, and what counts as the
 * right room behind it. Pure.
 */
#ifndef HAUNT_CLIENT_PACE_H
#define HAUNT_CLIENT_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_FIRST_US	200    /* between the first two attempts */
#define PACE_SLOWEST_US 50000  /* while nothing has been reached */
#define PACE_REACHED_US 15000  /* once something has, but does not speak */
#define PACE_PATIENT_US 400000 /* and at the slowest then */

struct pace {
	uint64_t next_us; /* when the next attempt is due */
	uint64_t gap_us;
	bool reached;
};

/* The first attempt is due at start_us. */
struct pace pace_start(uint64_t start_us);
/* An attempt was made now: the next is due after a gap that grows by half. */
void pace_tried(struct pace *p, uint64_t now_us);
/*
 * A connection stands, and waits for the first words of a server. If it is
 * the right one, more attempts only burden it: the gaps begin anew, longer,
 * and double.
 */
void pace_reached(struct pace *p, uint64_t now_us);

enum banner {
	BANNER_MORE,  /* too short to say */
	BANNER_RIGHT, /* begins with what was expected */
	BANNER_WRONG,
};

enum banner banner_judge(const char *expect, const char *text, size_t len);

#endif
