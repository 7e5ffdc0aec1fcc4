/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections of the control socket: a bounded number, and no write that
 * could wait.
 */
#ifndef HAUNT_GATE_CTL_H
#define HAUNT_GATE_CTL_H

#include <ev.h>

#include "core/base/err.h"
#include "core/gate/core.h"

#define CTL_CONNECTIONS_MAX 16
#define CTL_IDLE_S	    60 /* a connection that stands still is closed */

struct ctl;

/* Serves listen_fd, which it takes once it is OK, in the loop. ENOENT: there
 * is no such group. */
enum haunt_err ctl_new(struct ev_loop *loop, int listen_fd, const char *group,
		       struct gate_core *core,
		       struct ctl **out) HAUNT_MUST_CHECK;
/* Closes everything; before the core goes. NULL is fine. */
void ctl_free(struct ctl *c);

#endif
