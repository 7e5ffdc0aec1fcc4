/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the messages that sockets are listed by.
 */
#include "explain/listen.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <string.h>

#include "nat/nl_ask.h"

struct search {
	const struct endpoint *at;
	uint32_t in;
	struct listen_found found;
};

static void begin(void *arg)
{
	struct search *s = arg;

	s->found = (struct listen_found){ .here = false };
}

static enum haunt_err item(void *arg, const struct nlmsghdr *h)
{
	struct search *s = arg;
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *at[INET_DIAG_SKV6ONLY + 1];
	struct ip_addr own;
	bool any, v6only;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return HAUNT_ELENGTH;
	if (ntohs(m->id.idiag_sport) != s->at->port)
		return HAUNT_OK;
	nl_attrs(h, sizeof(*m), at, INET_DIAG_SKV6ONLY + 1);
	v6only = at[INET_DIAG_SKV6ONLY] &&
		 mnl_attr_get_u8(at[INET_DIAG_SKV6ONLY]);
	own = m->idiag_family == AF_INET ? addr_from_v4(m->id.idiag_src)
					 : addr_from_v6(m->id.idiag_src);
	any = addr_is_any(&own);
	/* One for IPv6 waits for IPv4 as well, unless it was told not to. */
	if (any && m->idiag_family == AF_INET6 && v6only &&
	    addr_is_v4(&s->at->addr))
		return HAUNT_OK;
	if (any && m->idiag_family == AF_INET && !addr_is_v4(&s->at->addr))
		return HAUNT_OK;
	if (m->id.idiag_if && m->id.idiag_if != s->in)
		return HAUNT_OK;
	if (any || addr_equal(&own, &s->at->addr)) {
		s->found.here = true;
	} else {
		s->found.elsewhere = true;
		s->found.elsewhere_at = own;
	}
	return HAUNT_OK;
}

enum haunt_err listen_find(struct nl *nl, uint8_t proto,
			   const struct endpoint *at, uint32_t in,
			   struct listen_found *out)
{
	struct search s = { .at = at, .in = in };
	struct nl_sink sink = { .begin = begin, .item = item, .arg = &s };
	enum haunt_err err = nl_waiting_sockets(nl, AF_INET6, proto, &sink);
	struct listen_found six = s.found;

	if (!err)
		err = nl_waiting_sockets(nl, AF_INET, proto, &sink);
	if (err)
		return err;
	if (six.here || !s.found.elsewhere)
		s.found.elsewhere_at = six.elsewhere_at;
	s.found.here = s.found.here || six.here;
	s.found.elsewhere = s.found.elsewhere || six.elsewhere;
	*out = s.found;
	return HAUNT_OK;
}
