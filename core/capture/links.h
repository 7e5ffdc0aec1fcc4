/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which interface index each configured interface name has at the moment.
 *
 * Capture has no capability left when an interface vanishes and comes back, so
 * nothing can be opened for it then. Instead one handle sees all interfaces,
 * every frame says the index that it came in on, and this table, which the
 * kernel keeps current over rtnetlink (no capability is needed to listen),
 * says what the index stands for.
 */
#ifndef HAUNT_CAPTURE_LINKS_H
#define HAUNT_CAPTURE_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/datagram.h"

enum link_state {
	LINK_UNKNOWN,
	LINK_MISSING,
	LINK_DOWN, /* administratively */
	LINK_UP,
};

struct links;

/*
 * A table of the LISTENER_SNIFF entries of the configuration, all unknown.
 * config is lent for as long as the table lives. ENOMEM.
 */
enum haunt_err links_new(const struct config *config,
			 struct links **out) HAUNT_MUST_CHECK;
/* Closes what links_open() opened. NULL is fine. */
void links_free(struct links *links);

/* Takes a netlink socket, subscribes, and waits for the first full answer.
 * Logs each interface that is not up. ESYS. */
enum haunt_err links_open(struct links *links) HAUNT_MUST_CHECK;
/* Readable when something changed; links_open() only. */
int links_fd(const struct links *links);
/* Takes in all that is waiting; never blocks. Logs what changed. ESYS. */
enum haunt_err links_read(struct links *links) HAUNT_MUST_CHECK;

/* Takes in the messages of one read from the kernel. Messages that are of
 * another kind, or cut short, change nothing. */
void links_feed(struct links *links, const void *data, size_t len);

/* True if a listener is at this interface. */
bool links_hear(const struct links *links, uint32_t ifindex);
/* True if a listener wants what came in on this interface to this port, which
 * does not matter for ICMP. */
bool links_want(const struct links *links, uint32_t ifindex,
		enum carrier carrier, uint16_t port);
/* The state of the configuration's listener i, and its index (0: none). */
enum link_state links_state(const struct links *links, size_t i,
			    uint32_t *ifindex);

#endif
