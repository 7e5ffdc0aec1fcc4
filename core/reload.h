/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look at a new configuration before anything is changed. A process of
 * its own, with the rights of a start, reads the file, parses it, and looks at
 * users and keys; what it finds right it leaves in a memory file, and what it
 * has to say comes through a pipe.
 */
#ifndef HAUNT_RELOAD_H
#define HAUNT_RELOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/news.h"
#include "core/roles.h"

/* The name by which a process is told, with -r, that it is to read. */
#define RELOAD_READER  "read"
#define RELOAD_TEXT_FD 3 /* where it puts the text */

struct reload {
	pid_t pid;   /* 0: no process */
	int said_fd; /* -1: it has said all */
	int text_fd;
	bool failed;
	uint64_t until_ms; /* when it is given up */
	size_t len;
	char said[NEWS_TEXT_MAX];
};

/* False, and a log line, if the process cannot be made. */
bool reload_start(struct reload *c, const char *path);
/* True from the start on until reload_take(). */
bool reload_begun(const struct reload *c);
/* Takes in what it says; called when said_fd is readable. */
void reload_read(struct reload *c);
/* Takes note of its death; false if it is another's. */
bool reload_reaped(struct reload *c, pid_t pid, int status);
/* Ends what takes too long. */
void reload_tick(struct reload *c, uint64_t now_ms);
bool reload_ended(const struct reload *c);

/*
 * The outcome, once it has ended: an edition to use instead of `now`; or
 * false, and c->said has the reasons as lines.
 */
bool reload_take(struct reload *c, const char *path, const struct edition *now,
		 struct edition *out);

/* True if capture would do something else with the other configuration. */
bool reload_moves_capture(const struct config *a, const struct config *b);

#endif
