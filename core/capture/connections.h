/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is connected at the moment, and whose place is given away when there is
 * none left. Memory is bounded whoever comes: so many connections, so many of
 * one source, so many bytes of each, so much time.
 *
 * A place is taken from the one who has had it longest: among those of the
 * same source if it has its share, else among all. A friend needs his for as
 * long as one round trip; who only holds places loses them to himself. What
 * had come by then is handed on all the same.
 */
#ifndef HAUNT_CAPTURE_CONNECTIONS_H
#define HAUNT_CAPTURE_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"

#define CONNECTIONS_MAX	       512
#define CONNECTIONS_PER_SOURCE 16   /* an IPv4 address, or an IPv6 /64 */
#define CONNECTION_BYTES       4096 /* what comes beyond is not kept */
#define CONNECTION_MS	       5000 /* from the first to the last */

struct connection {
	int fd; /* -1: the place is free */
	uint8_t listener;
	bool over; /* there is nothing more to be expected of it */
	uint64_t until_ms;
	uint16_t older, newer; /* places */
	struct endpoint source;
	struct endpoint destination;
	size_t len;
	uint8_t bytes[CONNECTION_BYTES];
};

struct connections;

/* ENOMEM. */
enum haunt_err connections_new(struct connections **out) HAUNT_MUST_CHECK;
/* Closes nothing. NULL is fine. */
void connections_free(struct connections *c);

/* Who must go before one from this source may come; NULL if there is room. */
struct connection *connections_victim(struct connections *c,
				      const struct ip_addr *source);
/* Takes a free place, which must be there, for fd; the rest is zeros. */
struct connection *connections_add(struct connections *c, int fd,
				   const struct endpoint *source,
				   uint64_t now_ms);
void connections_remove(struct connections *c, struct connection *gone);

/* The one whose time is up first; NULL if there is none. */
struct connection *connections_oldest(struct connections *c);
/* The next newer one; NULL at the end. */
struct connection *connections_next(struct connections *c,
				    const struct connection *at);

#endif
