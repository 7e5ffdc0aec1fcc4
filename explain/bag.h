/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink messages that were read in one place, to be sent in another: each
 * is copied attribute by attribute, byte for byte, less what only the kernel
 * may say.
 */
#ifndef HAUNT_EXPLAIN_BAG_H
#define HAUNT_EXPLAIN_BAG_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct bag {
	char *bytes;
	size_t used;
	size_t cap;
	size_t *at; /* where each message begins */
	size_t len;
	size_t at_cap;
};

/* The bit of an attribute in a list of those that stay behind. */
#define BAG_DROP(type) (UINT64_C(1) << (type))

/* What a message becomes. */
struct bag_form {
	uint16_t type;
	uint16_t flags;
	size_t head;   /* bytes of the family's own header */
	uint64_t drop; /* attributes that stay behind, by bit */
};

/* Takes a copy. ELENGTH: the message is shorter than its header. */
enum haunt_err bag_copy(struct bag *bag, const struct nlmsghdr *h,
			const struct bag_form *form) HAUNT_MUST_CHECK;
/* Adds an attribute to the message that was copied last. */
enum haunt_err bag_put(struct bag *bag, uint16_t type, const void *data,
		       size_t len) HAUNT_MUST_CHECK;
/* The same, four bytes in network order. */
enum haunt_err bag_put_be32(struct bag *bag, uint16_t type,
			    uint32_t value) HAUNT_MUST_CHECK;
/* Lives until the bag is changed. */
struct nlmsghdr *bag_at(const struct bag *bag, size_t i);
struct nlmsghdr *bag_last(const struct bag *bag);
/* Forgets all messages from the i-th on. */
void bag_cut(struct bag *bag, size_t i);
void bag_free(struct bag *bag);

#endif
