/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides rtnetlink: which interfaces and addresses there are, and which way
 * the kernel would send what.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/look.h"
#include "nat/nl_ask.h"

static void links_begin(void *arg)
{
	struct snapshot *s = arg;

	s->net.links_len = 0;
}

static void text_copy(char *to, size_t cap, const struct nlattr *a)
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	if (len >= cap)
		len = cap - 1;
	if (len)
		memcpy(to, mnl_attr_get_payload(a), len);
	to[len] = '\0';
}

static bool is_bridge_port(const struct nlattr *info)
{
	const struct nlattr *at[IFLA_INFO_SLAVE_KIND + 1];
	char kind[16];

	nl_attrs_nested(info, at, IFLA_INFO_SLAVE_KIND + 1);
	text_copy(kind, sizeof(kind), at[IFLA_INFO_SLAVE_KIND]);
	return strcmp(kind, "bridge") == 0;
}

static enum haunt_err link_item(void *arg, const struct nlmsghdr *h)
{
	struct snapshot *s = arg;
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *at[IFLA_LINKINFO + 1];
	struct snap_link *link, *more;

	if (h->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return HAUNT_OK;
	more = reallocarray(s->net.links, s->net.links_len + 1,
			    sizeof(s->net.links[0]));
	if (!more)
		return HAUNT_ENOMEM;
	s->net.links = more;
	link = &more[s->net.links_len++];
	*link = (struct snap_link){ .index = (unsigned int)m->ifi_index,
				    .up = m->ifi_flags & IFF_UP };
	nl_attrs(h, sizeof(*m), at, IFLA_LINKINFO + 1);
	text_copy(link->name, sizeof(link->name), at[IFLA_IFNAME]);
	link->bridge_port = is_bridge_port(at[IFLA_LINKINFO]);
	if (at[IFLA_MASTER] && mnl_attr_get_payload_len(at[IFLA_MASTER]) >= 4)
		link->master_index = mnl_attr_get_u32(at[IFLA_MASTER]);
	return HAUNT_OK;
}

static void masters_name(struct snapshot *s)
{
	for (size_t i = 0; i < s->net.links_len; i++) {
		struct snap_link *link = &s->net.links[i];
		const struct snap_link *master =
			link->master_index ? snap_link_at(s, link->master_index)
					   : NULL;

		if (master)
			memcpy(link->master, master->name,
			       sizeof(link->master));
	}
}

static enum haunt_err addr_item(void *arg, const struct nlmsghdr *h)
{
	struct snapshot *s = arg;
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return HAUNT_OK;
	for (size_t i = 0; i < s->net.links_len; i++) {
		struct snap_link *link = &s->net.links[i];

		if (link->index != m->ifa_index)
			continue;
		if (m->ifa_family == AF_INET)
			link->has4 = true;
		else if (m->ifa_family == AF_INET6 &&
			 m->ifa_scope != RT_SCOPE_LINK)
			link->has6 = true;
	}
	return HAUNT_OK;
}

static enum haunt_err dump(struct nl *nl, uint16_t type, uint16_t reply_len,
			   const struct nl_sink *sink)
{
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = type;
	mnl_nlmsg_put_extra_header(h, reply_len);
	return nl_dump(nl, h, sink);
}

/* ---- ways ---- */

static enum haunt_err route_item(void *arg, const struct nlmsghdr *h)
{
	struct snap_path *path = arg;
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *at[RTA_OIF + 1];

	if (h->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return HAUNT_OK;
	nl_attrs(h, sizeof(*m), at, RTA_OIF + 1);
	if (at[RTA_OIF] && mnl_attr_get_payload_len(at[RTA_OIF]) >= 4)
		path->oif = mnl_attr_get_u32(at[RTA_OIF]);
	path->local = m->rtm_type == RTN_LOCAL;
	if (m->rtm_type == RTN_UNREACHABLE || m->rtm_type == RTN_BLACKHOLE ||
	    m->rtm_type == RTN_PROHIBIT)
		path->error = ENETUNREACH;
	return HAUNT_OK;
}

static enum haunt_err path_look(struct nl *nl, struct snap_path *path)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .item = route_item, .arg = path };
	enum haunt_err err;

	nl_route_begin(buf, &path->to);
	err = nl_request(nl, (struct nlmsghdr *)buf, &sink);
	if (err == HAUNT_ESYS &&
	    (errno == ENETUNREACH || errno == EHOSTUNREACH || errno == EACCES ||
	     errno == EINVAL)) {
		path->error = errno;
		err = HAUNT_OK;
	}
	return err;
}

static void path_want(struct snapshot *s, const struct ip_addr *to)
{
	if (s->net.paths_len < SNAP_PATHS_MAX && !snap_path(s, to))
		s->net.paths[s->net.paths_len++] =
			(struct snap_path){ .to = *to };
}

static enum haunt_err paths_look(struct snapshot *s, struct nl *nl)
{
	enum haunt_err err = HAUNT_OK;

	s->net.paths = calloc(SNAP_PATHS_MAX, sizeof(s->net.paths[0]));
	if (!s->net.paths)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < s->config->services_len; i++) {
		if (!s->config->services[i].local &&
		    !s->config->services[i].internet &&
		    !s->config->services[i].named)
			path_want(s, &s->config->services[i].target.addr);
	}
	for (size_t i = 0; i < s->config->clients_len; i++) {
		const struct client *c = &s->config->clients[i];

		for (size_t j = 0; j < c->from_len; j++) {
			struct ip_addr a = snap_sample(&c->from[j]);

			path_want(s, &a);
		}
	}
	/* Where others translate to: whether it is one of our addresses. */
	for (size_t i = 0; i < s->fw.rules.rules_len; i++) {
		const struct rs_rule *r = &s->fw.rules.rules[i];

		if (r->dnat && !addr_is_any(&r->nat_addr))
			path_want(s, &r->nat_addr);
	}
	for (size_t i = 0; err == HAUNT_OK && i < s->net.paths_len; i++)
		err = path_look(nl, &s->net.paths[i]);
	return err;
}

enum haunt_err look_net(struct snapshot *s, const char **what)
{
	struct nl_sink links = { .begin = links_begin,
				 .item = link_item,
				 .arg = s };
	struct nl_sink addrs = { .item = addr_item, .arg = s };
	struct nl *nl = NULL;
	enum haunt_err err;

	*what = "interfaces";
	err = nl_open(NETLINK_ROUTE, 0, &nl);
	if (err == HAUNT_OK)
		err = dump(nl, RTM_GETLINK, sizeof(struct ifinfomsg), &links);
	if (err == HAUNT_OK)
		masters_name(s);
	if (err == HAUNT_OK)
		err = dump(nl, RTM_GETADDR, sizeof(struct ifaddrmsg), &addrs);
	if (err == HAUNT_OK && s->config) {
		*what = "routes";
		err = paths_look(s, nl);
	}
	nl_close(nl);
	if (err == HAUNT_OK)
		look_sysctl(s);
	return err;
}
