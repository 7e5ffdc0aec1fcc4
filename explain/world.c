/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what of a host's network is copied, and what of each message only its
 * own kernel could have said.
 */
#include "explain/world.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "explain/route.h"

/* Newer than some headers. */
#define ADDR_TARGET_NETNSID 10
#define ROUTES_MAX	    400000

static enum haunt_err link_room(struct world *w)
{
	size_t cap = w->links_cap ? w->links_cap * 2 : 16;
	struct world_link *more;

	if (w->links_len < w->links_cap)
		return HAUNT_OK;
	more = reallocarray(w->links, cap, sizeof(w->links[0]));
	if (!more)
		return HAUNT_ENOMEM;
	w->links = more;
	w->links_cap = cap;
	return HAUNT_OK;
}

static uint32_t u32_of(const struct nlattr *a)
{
	return a && mnl_attr_get_payload_len(a) == 4 ? mnl_attr_get_u32(a) : 0;
}

static enum haunt_err link_item(void *arg, const struct nlmsghdr *h)
{
	struct world *w = arg;
	const struct nlattr *at[IFLA_GROUP + 1];
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(h);
	struct world_link link = { .up = false };
	enum haunt_err err = link_room(w);

	if (err || mnl_nlmsg_get_payload_len(h) < sizeof(*ifi))
		return err ? err : HAUNT_ELENGTH;
	nl_attrs(h, sizeof(*ifi), at, IFLA_GROUP + 1);
	if (!at[IFLA_IFNAME] ||
	    mnl_attr_get_payload_len(at[IFLA_IFNAME]) > sizeof(link.name))
		return HAUNT_OK;
	memcpy(link.name, mnl_attr_get_payload(at[IFLA_IFNAME]),
	       mnl_attr_get_payload_len(at[IFLA_IFNAME]));
	link.name[sizeof(link.name) - 1] = '\0';
	link.index = (uint32_t)ifi->ifi_index;
	link.up = ifi->ifi_flags & IFF_UP;
	link.ether = ifi->ifi_type == ARPHRD_ETHER;
	link.mtu = u32_of(at[IFLA_MTU]);
	link.group = u32_of(at[IFLA_GROUP]);
	link.master = u32_of(at[IFLA_MASTER]);
	if (at[IFLA_ADDRESS] &&
	    mnl_attr_get_payload_len(at[IFLA_ADDRESS]) == sizeof(link.mac))
		memcpy(link.mac, mnl_attr_get_payload(at[IFLA_ADDRESS]),
		       sizeof(link.mac));
	w->links[w->links_len++] = link;
	return HAUNT_OK;
}

static void links_begin(void *arg)
{
	struct world *w = arg;

	w->links_len = 0;
}

static enum haunt_err address_item(void *arg, const struct nlmsghdr *h)
{
	static const struct bag_form form = {
		RTM_NEWADDR, NLM_F_CREATE, sizeof(struct ifaddrmsg),
		BAG_DROP(IFA_CACHEINFO) | BAG_DROP(IFA_FLAGS) |
			BAG_DROP(ADDR_TARGET_NETNSID)
	};
	struct world *w = arg;
	/* The routes are copied, and nobody else is there to ask. */
	uint32_t flags = IFA_F_NOPREFIXROUTE | IFA_F_NODAD;
	enum haunt_err err = bag_copy(&w->addresses, h, &form);
	struct ifaddrmsg *ifa;

	if (err)
		return err;
	ifa = mnl_nlmsg_get_payload(bag_last(&w->addresses));
	ifa->ifa_flags = 0;
	return bag_put(&w->addresses, IFA_FLAGS, &flags, sizeof(flags));
}

static void addresses_begin(void *arg)
{
	struct world *w = arg;

	bag_cut(&w->addresses, 0);
}

/* The kernel refuses to be told which next hops are dead. */
static void hops_clean(struct nlmsghdr *h)
{
	const struct nlattr *at[RTA_MAX + 1];
	struct rtmsg *rtm = mnl_nlmsg_get_payload(h);
	const struct nlattr *list;
	char *hop;
	size_t left;

	rtm->rtm_flags &= RTNH_F_ONLINK;
	nl_attrs(h, sizeof(*rtm), at, RTA_MAX + 1);
	list = at[RTA_MULTIPATH];
	left = list ? mnl_attr_get_payload_len(list) : 0;
	hop = left ? mnl_attr_get_payload(list) : NULL;
	while (left >= sizeof(struct rtnexthop)) {
		struct rtnexthop nh;
		size_t len;

		memcpy(&nh, hop, sizeof(nh));
		len = ((size_t)nh.rtnh_len + 3) & ~(size_t)3;
		nh.rtnh_flags &= RTNH_F_ONLINK;
		memcpy(hop, &nh, sizeof(nh));
		if (len < sizeof(nh) || len > left)
			break;
		hop += len;
		left -= len;
	}
}

static enum haunt_err route_item(void *arg, const struct nlmsghdr *h)
{
	/* A next hop by number comes with what it stands for. */
	static const struct bag_form form = {
		RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, sizeof(struct rtmsg),
		BAG_DROP(RTA_CACHEINFO) | BAG_DROP(RTA_NH_ID) |
			BAG_DROP(RTA_MFC_STATS) | BAG_DROP(RTA_EXPIRES) |
			BAG_DROP(RTA_SESSION) | BAG_DROP(RTA_PROTOINFO)
	};
	struct world *w = arg;
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(h);
	enum haunt_err err;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*rtm))
		return HAUNT_ELENGTH;
	/* With the addresses these come by themselves. */
	if ((rtm->rtm_table == RT_TABLE_LOCAL &&
	     rtm->rtm_protocol == RTPROT_KERNEL) ||
	    (rtm->rtm_flags & RTM_F_CLONED))
		return HAUNT_OK;
	if (w->routes.len >= ROUTES_MAX)
		return HAUNT_EBUSY;
	err = bag_copy(&w->routes, h, &form);
	if (!err)
		hops_clean(bag_last(&w->routes));
	return err;
}

static enum haunt_err rule_item(void *arg, const struct nlmsghdr *h)
{
	static const struct bag_form form = { RTM_NEWRULE, NLM_F_CREATE,
					      sizeof(struct fib_rule_hdr),
					      BAG_DROP(FRA_PAD) };
	struct world *w = arg;
	enum haunt_err err = bag_copy(&w->rules, h, &form);
	struct fib_rule_hdr *frh;

	if (err)
		return err;
	frh = mnl_nlmsg_get_payload(bag_last(&w->rules));
	frh->flags &= FIB_RULE_INVERT;
	return HAUNT_OK;
}

/* A part of one family: the bag keeps what was there before. */
struct part {
	struct world *w;
	struct bag *bag;
	size_t start;
	enum haunt_err (*item)(void *arg, const struct nlmsghdr *h);
};

static void part_begin(void *arg)
{
	struct part *p = arg;

	bag_cut(p->bag, p->start);
}

static enum haunt_err part_item(void *arg, const struct nlmsghdr *h)
{
	struct part *p = arg;

	return p->item(p->w, h);
}

static struct nlmsghdr *request(char buf[NL_REQUEST_MAX], uint16_t type,
				uint8_t family, size_t head)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	uint8_t *extra;

	h->nlmsg_type = type;
	/* Every one of these headers begins with the family. */
	extra = mnl_nlmsg_put_extra_header(h, head);
	*extra = family;
	return h;
}

/* A kernel may be without IPv6, or without rules for routes. */
static enum haunt_err absent_is_ok(enum haunt_err err)
{
	return err == HAUNT_ESYS &&
			       (errno == EAFNOSUPPORT || errno == EOPNOTSUPP)
		       ? HAUNT_OK
		       : err;
}

static enum haunt_err family_read(struct nl *nl, struct world *w,
				  uint8_t family)
{
	struct part routes = { w, &w->routes, w->routes.len, route_item };
	struct part rules = { w, &w->rules, w->rules.len, rule_item };
	struct nl_sink sink = { .begin = part_begin,
				.item = part_item,
				.arg = &routes };
	char buf[NL_REQUEST_MAX];
	enum haunt_err err = absent_is_ok(nl_dump(
		nl, request(buf, RTM_GETROUTE, family, sizeof(struct rtmsg)),
		&sink));

	sink.arg = &rules;
	if (!err)
		err = absent_is_ok(nl_dump(nl,
					   request(buf, RTM_GETRULE, family,
						   sizeof(struct fib_rule_hdr)),
					   &sink));
	return err;
}

enum haunt_err world_read(struct nl *nl, struct world *out)
{
	struct world w = { .links = NULL };
	struct nl_sink links = { .begin = links_begin,
				 .item = link_item,
				 .arg = &w };
	struct nl_sink addresses = { .begin = addresses_begin,
				     .item = address_item,
				     .arg = &w };
	char buf[NL_REQUEST_MAX];
	enum haunt_err err = nl_dump(
		nl,
		request(buf, RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg)),
		&links);

	if (!err)
		err = nl_dump(nl,
			      request(buf, RTM_GETADDR, AF_UNSPEC,
				      sizeof(struct ifaddrmsg)),
			      &addresses);
	if (!err)
		err = family_read(nl, &w, AF_INET);
	if (!err)
		err = family_read(nl, &w, AF_INET6);
	for (size_t i = 0; !err && i < w.links_len; i++)
		err = sysctls_read_link(&w.sysctls, w.links[i].name);
	if (!err)
		err = sysctls_read_all(&w.sysctls);
	if (err)
		world_free(&w);
	else
		*out = w;
	return err;
}

void world_free(struct world *w)
{
	free(w->links);
	bag_free(&w->addresses);
	bag_free(&w->routes);
	bag_free(&w->rules);
	sysctls_free(&w->sysctls);
	*w = (struct world){ .links = NULL };
}

const struct world_link *world_link_named(const struct world *w,
					  const char *name)
{
	for (size_t i = 0; i < w->links_len; i++)
		if (!strcmp(w->links[i].name, name))
			return &w->links[i];
	return NULL;
}

const struct world_link *world_link_indexed(const struct world *w,
					    uint32_t index)
{
	for (size_t i = 0; i < w->links_len; i++)
		if (w->links[i].index == index)
			return &w->links[i];
	return NULL;
}

struct ip_addr world_own_address(const struct nlmsghdr *h)
{
	const struct nlattr *at[IFA_LOCAL + 1];

	nl_attrs(h, sizeof(struct ifaddrmsg), at, IFA_LOCAL + 1);
	return route_addr_get(at[IFA_LOCAL] ? at[IFA_LOCAL] : at[IFA_ADDRESS]);
}

bool world_has(const struct world *w, const struct ip_addr *a)
{
	for (size_t i = 0; i < w->addresses.len; i++) {
		struct ip_addr own =
			world_own_address(bag_at(&w->addresses, i));

		if (addr_equal(&own, a))
			return true;
	}
	return false;
}

bool world_address(const struct world *w, const struct world_link *link,
		   bool v4, struct ip_addr *out)
{
	for (size_t i = 0; i < w->addresses.len; i++) {
		const struct nlmsghdr *h = bag_at(&w->addresses, i);
		const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(h);

		if (ifa->ifa_index != link->index ||
		    ifa->ifa_scope != RT_SCOPE_UNIVERSE ||
		    ifa->ifa_family != (v4 ? AF_INET : AF_INET6))
			continue;
		*out = world_own_address(h);
		return true;
	}
	return false;
}
