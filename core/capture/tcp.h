/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens by plain TCP sockets: an SPA packet is the first bytes of a
 * connection or, with listen "http", the path of a request. Nothing is ever
 * written. A connection is closed when its peer has said all, or when its time
 * is up, or when others need its place, and never for what was in it: a friend
 * and a stranger who do the same see the same, also because nobody here could
 * tell one from the other.
 *
 * A request is handed on when its head is complete; a packet without one when
 * the connection ends, whoever ends it.
 */
#ifndef HAUNT_CAPTURE_TCP_H
#define HAUNT_CAPTURE_TCP_H

#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/shelf.h"
#include "core/capture/sink.h"

struct tcp;

/* Binds a socket for each LISTENER_TCP and LISTENER_HTTP entry, also for an
 * address that no interface has yet; or takes it from the shelf. config and
 * sink are lent for as long as they live. Logs its own errors. */
enum haunt_err tcp_open(const struct config *config, struct sink *sink,
			struct shelf *shelf, struct tcp **out) HAUNT_MUST_CHECK;
/* Leaves the sockets to who comes after. ESYS. */
enum haunt_err tcp_leave(const struct tcp *tcp,
			 const struct shelf *shelf) HAUNT_MUST_CHECK;
/* Ends all connections as they are. NULL is fine. */
void tcp_close(struct tcp *tcp);

/* Readable when tcp_read() has work to do; -1 if nobody listens. */
int tcp_fd(const struct tcp *tcp);
/* Milliseconds until somebody's time is up; UINT64_MAX if nobody is there. */
uint64_t tcp_due(struct tcp *tcp);
/* Takes in what waits, and lets go of whom it is time for; never blocks.
 * ESYS. */
enum haunt_err tcp_read(struct tcp *tcp) HAUNT_MUST_CHECK;
/* Who waits to be let in is let in; then nobody is. ESYS. */
enum haunt_err tcp_shut(struct tcp *tcp) HAUNT_MUST_CHECK;
/* What those have said who are there is all that they get to say. */
void tcp_finish(struct tcp *tcp);

#endif
