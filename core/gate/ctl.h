/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: who may connect, a bounded number of connections, and
 * no write that could wait.
 */
#ifndef HAUNT_GATE_CTL_H
#define HAUNT_GATE_CTL_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/err.h"
#include "core/gate/core.h"

#define CTL_CONNECTIONS_MAX 8
#define CTL_IDLE_S	    60 /* a connection that stands still is closed */

/*
 * As root: makes the socket and its directory if need be; root and group may
 * connect. group NULL: only root. A socket that nobody listens on any more is
 * replaced. EEXIST: somebody does listen. ENOENT: there is no such group.
 * ESYS: errno says why.
 */
enum haunt_err ctl_listen(const char *path, const char *group,
			  int *out) HAUNT_MUST_CHECK;

/* Who may give commands: root, and who is in the group by the primary gid or
 * by one of the n others. gid_t -1: there is no group. */
bool ctl_admits(const struct ucred *peer, const gid_t *groups, size_t n,
		gid_t group);

struct ctl;

/* Serves listen_fd, which it takes once it is OK, in the loop. ENOENT: there
 * is no such group. */
enum haunt_err ctl_new(struct ev_loop *loop, int listen_fd, const char *group,
		       struct gate_core *core,
		       struct ctl **out) HAUNT_MUST_CHECK;
/* Closes everything; before the core goes. NULL is fine. */
void ctl_free(struct ctl *c);

#endif
