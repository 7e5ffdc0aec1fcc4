/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The TCP connections of this host, as /proc/net/tcp and tcp6 list them: what
 * its own sockets see, after any translation.
 */
#ifndef HAUNT_BASE_TCP_H
#define HAUNT_BASE_TCP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"

struct tcp_conn {
	struct endpoint local;
	struct endpoint remote;
};

/* A growing array; free at. */
struct tcp_conns {
	struct tcp_conn *at;
	size_t len;
	size_t cap;
};

/* Reads one line of the table; true if it is an established connection. */
bool tcp_line_parse(const char *line, size_t len, struct tcp_conn *out);
/* All that are established, not over the loopback. A table that is not there
 * (no IPv6) is empty. ENOMEM, ESYS. */
enum haunt_err tcp_established(struct tcp_conns *out) HAUNT_MUST_CHECK;

#endif
