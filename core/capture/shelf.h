/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a capture leaves its listening sockets for the one that comes after
 * it, however it ends. Whose handshake is half done, and who waits in the
 * queue, belongs to the socket and not to the process: so nobody is lost
 * between the two.
 *
 * The shelf is a pair of sockets that the monitor keeps, and one message that
 * stays in it. It is looked at when a capture opens, and what lies there is
 * changed when that one is at work, so that a capture which never is leaves
 * all as it was.
 */
#ifndef HAUNT_CAPTURE_SHELF_H
#define HAUNT_CAPTURE_SHELF_H

#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"

#define SHELF_MAX 64 /* sockets */

struct shelf {
	int in;	 /* -1: there is none */
	int out; /* likewise */
	size_t len;
	int fds[SHELF_MAX]; /* -1: taken */
};

/* Looks at what lies there. The two ends stay the caller's. */
void shelf_look(int in, int out, struct shelf *s);
/* A TCP socket that listens at this address, for this family only; it is the
 * caller's then. -1: there is none. */
int shelf_take(struct shelf *s, const struct endpoint *at);
/* Closes what was not taken. */
void shelf_forget(struct shelf *s);
/* From now on these lie there, as copies, and nothing else. ESYS: nothing. */
enum haunt_err shelf_leave(const struct shelf *s, const int *fds,
			   size_t len) HAUNT_MUST_CHECK;

#endif
