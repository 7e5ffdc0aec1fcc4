/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a first start would shut somebody out who works here now: the
 * session itself lives on, but there would be no way back in.
 */
#ifndef HAUNT_LOCKOUT_H
#define HAUNT_LOCKOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"
#include "core/base/tcp.h"

/* The first connection to a port that the configuration cloaks whose address
 * no client could come back from; NULL if there is none. */
const struct tcp_conn *lockout_find(const struct config *config,
				    const struct tcp_conn *conns, size_t n);
/* The same of the connections that there are, told on stderr. True: it would
 * shut somebody out, or that could not be found out. */
bool lockout_told(const struct config *config);

#endif
