/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What begins and ends together: capture is one unit, gate and nat are the
 * other. A unit that fails is started again, after a pause that grows when it
 * fails again and again.
 */
#ifndef HAUNT_UNITS_H
#define HAUNT_UNITS_H

#include "core/roles.h"

enum unit_state {
	UNIT_DOWN,   /* to be started when due */
	UNIT_UP,     /* started; ready when its roles are */
	UNIT_ENDING, /* told to end, or one of its roles has died */
};

struct unit {
	unsigned int set;  /* its roles */
	unsigned int kind; /* the first to be told to end */
	enum unit_state state;
	uint64_t due_ms;    /* DOWN: of the start; ENDING: of less patience */
	unsigned int harsh; /* how far patience has gone */
	bool wanted;	    /* this end was asked for: no failure */
	uint64_t started_ms;
	bool was_ready; /* in this run */
	int pause_ms;
	bool anew; /* the next start has nothing to wait for */
	unsigned int failures;
};

struct unit unit_of(unsigned int set, unsigned int kind);
/* Asks a unit that is up to end; it is no failure. */
void unit_end(struct unit *u, const struct roles *r, uint64_t now_ms);
/* Sees to a unit that is up or ending; true: it is down now, which it was not
 * before. */
bool unit_watch(struct unit *u, const struct roles *r, uint64_t now_ms);
/* True if it is down and to be started now. */
bool unit_due(const struct unit *u, uint64_t now_ms);
void unit_started(struct unit *u, bool ok, uint64_t now_ms);
/* When unit_watch() or unit_due() has to be called at the latest. */
uint64_t unit_next_ms(const struct unit *u);

#endif
