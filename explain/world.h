/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet's way depends on besides the firewall: interfaces, addresses,
 * routes and the rules that choose among them, and a few switches. Read in
 * the host's network namespace, made again in a fresh one.
 */
#ifndef HAUNT_EXPLAIN_WORLD_H
#define HAUNT_EXPLAIN_WORLD_H

#include <net/if.h>
#include <stdbool.h>

#include "core/base/addr.h"
#include "explain/bag.h"
#include "explain/notes.h"
#include "explain/sysctl.h"
#include "explain/tap.h"
#include "nat/nl.h"

struct world_link {
	uint32_t index;
	char name[IF_NAMESIZE];
	uint32_t mtu;
	uint32_t group;
	uint32_t master; /* index of the bridge or the like it is a part of */
	bool up;
	bool ether; /* has Ethernet's headers */
	uint8_t mac[6];
};

struct world {
	struct world_link *links;
	size_t links_len;
	size_t links_cap;
	struct bag addresses;
	struct bag routes;
	struct bag rules;
	struct sysctls sysctls;
};

enum haunt_err world_read(struct nl *nl, struct world *out) HAUNT_MUST_CHECK;
void world_free(struct world *w);

/* Makes it; what is refused is noted. ESYS: the interface `in` could not be
 * made. taps gets one for each link, in the same order. */
enum haunt_err world_make(struct nl *nl, const struct world *w,
			  const struct world_link *in, struct taps *taps,
			  struct notes *missing) HAUNT_MUST_CHECK;

/* The interface's own address in a message: of a tunnel's two, this end. */
struct ip_addr world_own_address(const struct nlmsghdr *h);
/* NULL if there is none. */
const struct world_link *world_link_named(const struct world *w,
					  const char *name);
const struct world_link *world_link_indexed(const struct world *w,
					    uint32_t index);
/* True if the address is one of the host's own. */
bool world_has(const struct world *w, const struct ip_addr *a);
/* The address of an interface that others would use; false: it has none. */
bool world_address(const struct world *w, const struct world_link *link,
		   bool v4, struct ip_addr *out);

#endif
