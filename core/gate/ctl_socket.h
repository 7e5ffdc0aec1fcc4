/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket in the file system, and who may use it. */
#ifndef HAUNT_GATE_CTL_SOCKET_H
#define HAUNT_GATE_CTL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "core/base/err.h"

#define CTL_NO_GROUP ((gid_t)-1)

/*
 * As root: makes the socket and its directory if need be; root and group may
 * connect. group NULL: only root. A socket that nobody listens on any more is
 * replaced. EEXIST: somebody does listen. ENOENT: there is no such group.
 * ESYS: errno says why.
 */
enum haunt_err ctl_listen(const char *path, const char *group,
			  int *out) HAUNT_MUST_CHECK;

/* Who may give commands: root, and who is in the group by the primary gid or
 * by one of the n others. CTL_NO_GROUP: only root. */
bool ctl_admits(const struct ucred *peer, const gid_t *groups, size_t n,
		gid_t group);
/* The same of a connection; the group's file permissions say it already, and
 * this holds where they were changed by hand. */
bool ctl_peer_admitted(int fd, gid_t group);

/* CTL_NO_GROUP for NULL. ENOENT: there is no such group. */
enum haunt_err ctl_group(const char *name, gid_t *out) HAUNT_MUST_CHECK;

#endif
