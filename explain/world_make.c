/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides in which order a network is built: interfaces, switches, up,
 * addresses, routes that stand on one another, rules.
 */
#include "explain/world.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "explain/route.h"

#define PASSES_MAX 16
#define SETTLE_MS  3000

struct making {
	struct nl *nl;
	struct nl *events; /* of IPv6 routes */
	const struct world *w;
	struct notes *missing;
};

static struct nlmsghdr *link_message(char buf[NL_REQUEST_MAX], uint32_t index,
				     unsigned int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	h->nlmsg_type = RTM_NEWLINK;
	ifi = mnl_nlmsg_put_extra_header(h, sizeof(*ifi));
	ifi->ifi_index = (int)index;
	ifi->ifi_flags = flags;
	ifi->ifi_change = flags;
	return h;
}

static enum haunt_err link_make(struct making *m, const struct world_link *link,
				int *fd)
{
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h;
	enum haunt_err err = tap_make(link->name, link->index, link->ether, fd);

	/* Some modules put interfaces of their own into each namespace. */
	if (err && errno == EBUSY) {
		err = tap_make(link->name, 0, link->ether, fd);
		if (!err)
			notes_add(m->missing,
				  "index %u of interface %s: another has it in "
				  "the copy",
				  link->index, link->name);
	}
	if (err)
		return err;
	h = link_message(buf, if_nametoindex(link->name), 0);
	if (link->ether)
		mnl_attr_put(h, IFLA_ADDRESS, sizeof(link->mac), link->mac);
	mnl_attr_put_u32(h, IFLA_MTU, link->mtu);
	mnl_attr_put_u32(h, IFLA_GROUP, link->group);
	if (nl_request(m->nl, h, NULL))
		notes_add(m->missing,
			  "hardware address, MTU or group of interface %s: %s",
			  link->name, nl_errno_name(errno));
	return HAUNT_OK;
}

static enum haunt_err links_make(struct making *m, const struct world_link *in,
				 struct taps *taps)
{
	const struct world *w = m->w;
	enum haunt_err err;

	for (size_t i = 0; i < w->links_len; i++) {
		const struct world_link *link = &w->links[i];

		if (!strcmp(link->name, "lo"))
			continue;
		err = link_make(m, link, &taps->fds[i]);
		if (err && link == in)
			return err;
		if (err)
			notes_add(m->missing, "interface %s: %s", link->name,
				  nl_errno_name(errno));
	}
	return HAUNT_OK;
}

static void links_up(struct making *m, const struct taps *taps)
{
	const struct world *w = m->w;

	for (size_t i = 0; i < w->links_len; i++) {
		const struct world_link *link = &w->links[i];
		char buf[NL_REQUEST_MAX];

		if (!link->up ||
		    (taps->fds[i] < 0 && strcmp(link->name, "lo") != 0))
			continue;
		if (nl_request(m->nl,
			       link_message(buf, if_nametoindex(link->name),
					    IFF_UP),
			       NULL))
			notes_add(m->missing, "interface %s, up: %s",
				  link->name, nl_errno_name(errno));
	}
}

/* Sends all that was not there; returns how many were refused. Tried again
 * while that gets fewer: a route may need another that comes later. */
static size_t bag_send(struct making *m, const struct bag *bag, int *error)
{
	bool *done = calloc(bag->len + 1, sizeof(*done));
	size_t left = bag->len, before = SIZE_MAX;

	*error = ENOMEM;
	for (int pass = 0; done && left && left < before && pass < PASSES_MAX;
	     pass++) {
		before = left;
		for (size_t i = 0; i < bag->len; i++) {
			if (done[i])
				continue;
			if (nl_request(m->nl, bag_at(bag, i), NULL) &&
			    errno != EEXIST) {
				*error = errno;
				continue;
			}
			done[i] = true;
			left--;
		}
	}
	free(done);
	return left;
}

static void part_send(struct making *m, const struct bag *bag, const char *what)
{
	int error;
	size_t left = bag_send(m, bag, &error);

	if (left)
		notes_add(m->missing, "%zu of %zu %s: %s", left, bag->len, what,
			  nl_errno_name(error));
}

static bool local_yet(struct making *m, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(h);
	const struct world_link *link =
		world_link_indexed(m->w, ifa->ifa_index);
	struct route_ask ask = { .to = world_own_address(h) };
	struct route route = { .type = RTN_UNSPEC };

	if (ifa->ifa_family != AF_INET6 || !link || !link->up)
		return true;
	if (ifa->ifa_scope == RT_SCOPE_LINK)
		ask.out = if_nametoindex(link->name);
	return route_find(m->nl, &ask, &route) == HAUNT_OK &&
	       route.type == RTN_LOCAL;
}

static bool events_wait(struct nl *events)
{
	struct pollfd pfd = { .fd = nl_fd(events), .events = POLLIN };
	const struct nlmsghdr *h;
	size_t len;
	int n;

	do {
		n = poll(&pfd, 1, SETTLE_MS);
	} while (n < 0 && errno == EINTR);
	/* What they say is asked for anyway, also if some were lost. */
	while (n > 0 && !nl_recv(events, &h, &len))
		;
	return n > 0;
}

/* An IPv6 address is this host's own only when a worker of the kernel has come
 * to it. */
static void addresses_settle(struct making *m)
{
	const struct bag *bag = &m->w->addresses;
	bool waiting = true;
	size_t i = 0;

	while (i < bag->len && waiting) {
		if (local_yet(m, bag_at(bag, i)))
			i++;
		else
			waiting = events_wait(m->events);
	}
	if (i < bag->len)
		notes_add(m->missing, "an IPv6 address: it did not settle");
}

static enum haunt_err rule_keep(void *arg, const struct nlmsghdr *h)
{
	static const struct bag_form form = { RTM_DELRULE, 0,
					      sizeof(struct fib_rule_hdr),
					      BAG_DROP(FRA_PAD) };

	return bag_copy(arg, h, &form);
}

/* The rules that a new namespace begins with: the host may have others. */
static void rules_clear(struct making *m, uint8_t family)
{
	struct bag bag = { .len = 0 };
	struct nl_sink sink = { .item = rule_keep, .arg = &bag };
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct fib_rule_hdr *frh;
	enum haunt_err err;

	h->nlmsg_type = RTM_GETRULE;
	frh = mnl_nlmsg_put_extra_header(h, sizeof(*frh));
	frh->family = family;
	err = nl_dump(m->nl, h, &sink);
	for (size_t i = 0; !err && i < bag.len; i++)
		err = nl_request(m->nl, bag_at(&bag, i), NULL);
	if (err && errno != EAFNOSUPPORT && errno != EOPNOTSUPP)
		notes_add(m->missing, "the absence of a routing rule: %s",
			  nl_errno_name(errno));
	bag_free(&bag);
}

enum haunt_err world_make(struct nl *nl, const struct world *w,
			  const struct world_link *in, struct taps *taps,
			  struct notes *missing)
{
	struct making m = { .nl = nl, .w = w, .missing = missing };
	enum haunt_err err =
		nl_open(NETLINK_ROUTE, RTMGRP_IPV6_ROUTE, &m.events);

	if (!err)
		err = taps_new(taps, w->links_len);
	/* Nobody else is on these wires. */
	(void)sysctl_write("ipv6/conf/all/accept_dad", "0");
	(void)sysctl_write("ipv6/conf/default/accept_dad", "0");
	if (!err)
		err = links_make(&m, in, taps);
	if (err)
		goto out;
	sysctls_write(&w->sysctls, missing);
	links_up(&m, taps);
	part_send(&m, &w->addresses, "addresses");
	addresses_settle(&m);
	part_send(&m, &w->routes, "routes");
	rules_clear(&m, AF_INET);
	rules_clear(&m, AF_INET6);
	part_send(&m, &w->rules, "routing rules");
out:
	nl_close(m.events);
	return err;
}
