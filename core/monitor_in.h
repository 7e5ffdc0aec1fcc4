/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the monitor's own files share: its state, and the way of a reload
 * through it.
 */
#ifndef HAUNT_MONITOR_IN_H
#define HAUNT_MONITOR_IN_H

#include "core/base/news.h"
#include "core/monitor.h"
#include "core/reload.h"
#include "core/roles.h"
#include "core/units.h"

/* Where a new configuration stands on its way to be in force. */
enum trial {
	TRIAL_NONE,
	TRIAL_CAPTURE, /* a capture with it is to become ready */
	TRIAL_PAIR,    /* gate and nat with it are to become ready */
};

struct monitor {
	const struct monitor_setup *setup;
	struct roles roles;
	struct unit capture;
	struct unit pair;
	struct unit run;     /* only where there is something to run */
	struct unit names;   /* only where a target is named */
	struct unit pgp;     /* only where somebody signs */
	struct edition now;  /* in force */
	struct edition next; /* on trial */
	enum trial trial;
	uint64_t trial_until_ms;
	uint64_t late_until_ms; /* when a late capture is killed; 0: never */
	struct reload reload;
	bool again; /* a reload was asked for while one was under way */
	struct news news;
	int signal_fd;
	bool ending;	/* asked to stop */
	bool was_ready; /* all of it, once, since the start */
	bool ready;	/* and told so */
	bool spoilt;	/* what waits for the gate may have been its death */
};

static inline const struct unit *monitor_unit(const struct monitor *m,
					      enum role_id role)
{
	if (role == ROLE_PGP)
		return &m->pgp;
	if (role == ROLE_RUN)
		return &m->run;
	if (role == ROLE_NAMES)
		return &m->names;
	return role == ROLE_CAPTURE ? &m->capture : &m->pair;
}

/* Somebody asks for a reload. */
void trial_ask(struct monitor *m);
/* The role has died; words for people. */
void trial_death(struct monitor *m, enum role_id role, const char *how);
/* Does what is due. */
void trial_step(struct monitor *m, uint64_t now_ms);
/* When that is to be called at the latest. */
uint64_t trial_next_ms(const struct monitor *m);
/* True if that has use for pgp. */
bool trial_needs_pgp(const struct monitor *m);
/* Gate and nat, and run, names and pgp where there is something for them. */
unsigned int trial_roles(const struct monitor *m);
/* What a role that is started now reads. */
const struct edition *trial_edition(const struct monitor *m);

/* starts.c: a role, or two, by the edition that is on trial or in force. */
void pair_start(struct monitor *m);
void capture_start(struct monitor *m);
void run_start(struct monitor *m);
void names_start(struct monitor *m);
void pgp_start(struct monitor *m);
/* True if there is work for it, by the edition that its neighbour has. */
bool run_wanted(const struct monitor *m);
bool names_wanted(const struct monitor *m);

/* Takes down who is here already, and lets the time begin. False: logged. */
bool try_begin(struct monitor *m);
void try_confirmed(struct monitor *m);
void try_step(struct monitor *m, uint64_t now_ms);
uint64_t try_next_ms(const struct monitor *m);
/* What remains; 0: the cloak is lifted; negative: nothing is tried. */
int64_t try_left_ms(const struct monitor *m, uint64_t now_ms);

#endif
