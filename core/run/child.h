/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One program as a process: in a session of its own, as its user and nobody
 * else, with the facts for an environment, nothing open but /dev/null and a
 * pipe for what it says.
 */
#ifndef HAUNT_RUN_CHILD_H
#define HAUNT_RUN_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/run/facts.h"

/* Who a program becomes; its supplementary groups are none. */
struct account {
	uid_t uid;
	gid_t gid;
};

struct child_spec {
	const struct argv *argv;
	struct account account;
	uint32_t timeout_s; /* a last resort: it ends some time after this even
			       if nobody is there to end it */
	struct facts *facts;
};

/* Starts it; *fd is the reading end of what it says, non-blocking and
 * close-on-exec. That it could not be executed is logged by the child, which
 * then ends with CHILD_FAILED. ESYS: no process could be made. */
#define CHILD_FAILED 127
enum haunt_err child_start(const struct child_spec *spec, pid_t *pid,
			   int *fd) HAUNT_MUST_CHECK;

#endif
