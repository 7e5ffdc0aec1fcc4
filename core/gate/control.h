/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control protocol: one JSON object a line, each way. A command becomes a
 * reply; a reply becomes text piece by piece, so that a long one needs no
 * more memory than a short one.
 *
 *	{"command":"status"}
 *	{"command":"grants"}
 *	{"command":"revoke","client":"alice"}
 *	{"command":"revoke","grant":17,"cut":true}
 *	{"command":"reload"}		its outcome shows in
 *	{"command":"configuration"}
 *	{"command":"confirm","connection":"198.51.100.7 51000 198.51.100.1 22"}
 *	{"command":"confirm","here":true}
 *	{"command":"sessions"}
 *	{"command":"watch"}
 *
 * Answers have "ok":true, or "ok":false and "error": a text for people. What
 * is watched follows its answer line by line, without an end.
 */
#ifndef HAUNT_GATE_CONTROL_H
#define HAUNT_GATE_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/gate/core.h"
#include "core/gate/later.h"

#define CONTROL_LINE_MAX 4096 /* characters of a command, with newline */
#define CONTROL_TEXT_MAX 6144 /* of an answer that has no list */
#define CONTROL_FILL_MIN 1024 /* room that control_fill() wants */

enum control_state {
	CONTROL_NONE,	  /* nothing more to say */
	CONTROL_TEXT,	  /* one object */
	CONTROL_GRANTS,	  /* what is in force */
	CONTROL_WAITING,  /* for nat, or until what is in force is known */
	CONTROL_REVOKED,  /* what was revoked */
	CONTROL_SESSIONS, /* what lives */
	CONTROL_WATCH,	  /* what happens: nothing to say for now is not NONE */
};

struct control_reply {
	enum control_state state;
	bool begun;
	bool first; /* of a list's elements */
	uint32_t cursor;
	size_t at;
	size_t len;
	struct revoke *revoke;
	struct inquiry *inquiry;
	struct watcher *watcher;
	struct gate_core *core; /* of the watcher */
	struct later later;
	struct confirm *confirm; /* what a WAITING reply waits for, if not
				    for that */
	char text[CONTROL_TEXT_MAX];
	/* Called when a WAITING reply has become one with something to say,
	 * and when there is something new to watch. */
	void (*wake)(void *arg);
	void *arg;
};

/* Carries out a command; the reply must stay where it is until it is NONE or
 * dropped. reply->wake and arg are the caller's. */
void control_command(struct gate_core *core, const char *line, size_t len,
		     struct control_reply *reply);

/* An answer of {"ok":false,"error":error}. */
void control_error(struct control_reply *reply, const char *error);

/* Writes the next part, 0 while it waits for nat; cap is at least
 * CONTROL_FILL_MIN. The state becomes NONE with the last part. */
size_t control_fill(struct gate_core *core, struct control_reply *reply,
		    char *buf, size_t cap);

/* Whoever asked has gone. A revocation goes on. */
void control_drop(struct control_reply *reply);

#endif
