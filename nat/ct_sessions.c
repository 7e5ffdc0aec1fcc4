/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how conntrack is asked for sessions, and how it is made to tell of
 * them. Events are told on a socket of their own, which is there only while
 * somebody wants them: they cost every connection of the host something.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdio.h>

#include "nat/ct_own.h"

#define GROUP_BIT(group) (1u << ((group)-1))
/* Datagrams of events taken in one go. */
#define HEAR_MAX 256

struct looking {
	const struct ct *ct;
	fw_sight_fn *fn;
	fw_event_fn *event;
	void *arg;
};

/* True if the message is about a session. ENOMEM. */
static enum haunt_err message_read(const struct looking *l,
				   const struct nlmsghdr *h, struct sight *out,
				   bool *is)
{
	struct nf_conntrack *entry = nfct_new();

	if (!entry)
		return HAUNT_ENOMEM;
	*is = nfct_nlmsg_parse(h, entry) >= 0 &&
	      ct_sight(entry, &l->ct->timeouts, out);
	nfct_destroy(entry);
	return HAUNT_OK;
}

static enum haunt_err sight_item(void *arg, const struct nlmsghdr *h)
{
	const struct looking *l = arg;
	struct sight s;
	bool is;
	enum haunt_err err = message_read(l, h, &s, &is);

	return err == HAUNT_OK && is ? l->fn(l->arg, &s) : err;
}

enum haunt_err ct_sessions(struct ct *ct, fw_sight_fn *fn, void *arg)
{
	char buf[NL_REQUEST_MAX];
	struct looking l = { .ct = ct, .fn = fn, .arg = arg };
	struct nl_sink sink = { .item = sight_item, .arg = &l };
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_GET, AF_UNSPEC);

	ct_timeouts_read(&ct->timeouts);
	if (ct->filter) {
		mnl_attr_put_u32(h, CTA_MARK, htonl(RULE_MARK_BASE));
		mnl_attr_put_u32(h, CTA_MARK_MASK, htonl(RULE_MARK_MASK));
	}
	return nl_dump(ct->nl, h, &sink);
}

/* ---- one of them ---- */

struct one {
	struct sight s;
	bool found;
};

static enum haunt_err one_store(void *arg, const struct sight *s)
{
	struct one *one = arg;

	one->s = *s;
	one->found = true;
	return HAUNT_OK;
}

/* The tuple of its first direction. */
static bool tuple_put(struct nlmsghdr *h, const struct session *s)
{
	bool v4 = addr_is_v4(&s->client.addr);
	struct nf_conntrack *t = nfct_new();
	int rc;

	if (!t)
		return false;
	nfct_set_attr_u8(t, ATTR_L3PROTO, v4 ? AF_INET : AF_INET6);
	if (v4) {
		nfct_set_attr(t, ATTR_IPV4_SRC, addr_v4_bytes(&s->client.addr));
		nfct_set_attr(t, ATTR_IPV4_DST, addr_v4_bytes(&s->outer.addr));
	} else {
		nfct_set_attr(t, ATTR_IPV6_SRC, s->client.addr.b);
		nfct_set_attr(t, ATTR_IPV6_DST, s->outer.addr.b);
	}
	nfct_set_attr_u8(t, ATTR_L4PROTO, s->proto);
	nfct_set_attr_u16(t, ATTR_PORT_SRC, htons(s->client.port));
	nfct_set_attr_u16(t, ATTR_PORT_DST, htons(s->outer.port));
	if (s->zone)
		nfct_set_attr_u16(t, ATTR_ZONE, s->zone);
	rc = nfct_nlmsg_build(h, t);
	nfct_destroy(t);
	return rc >= 0;
}

enum haunt_err ct_session(struct ct *ct, const struct session *s,
			  struct sight *out)
{
	char buf[NL_REQUEST_MAX];
	struct one one = { .found = false };
	struct looking l = { .ct = ct, .fn = one_store, .arg = &one };
	struct nl_sink sink = { .item = sight_item, .arg = &l };
	uint8_t family = addr_is_v4(&s->client.addr) ? AF_INET : AF_INET6;
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_GET, family);
	enum haunt_err err;

	if (!tuple_put(h, s))
		return HAUNT_ENOMEM;
	err = nl_request(ct->nl, h, &sink);
	if (err == HAUNT_ESYS && errno == ENOENT)
		return HAUNT_ENOENT;
	if (err != HAUNT_OK)
		return err;
	/* Another one may have the same tuple by now. */
	if (!one.found || one.s.session.ct_id != s->ct_id)
		return HAUNT_ENOENT;
	*out = one.s;
	return HAUNT_OK;
}

bool ct_accounting(void)
{
	FILE *f = fopen("/proc/sys/net/netfilter/nf_conntrack_acct", "re");
	bool on = f && fgetc(f) == '1';

	if (f)
		fclose(f);
	return on;
}

/* ---- events ---- */

/* Lets the kernel drop what has no mark of ours before it wakes us. */
static enum haunt_err events_filter(int fd)
{
	struct nfct_filter *f = nfct_filter_create();
	struct nfct_filter_dump_mark mark = { .val = RULE_MARK_BASE,
					      .mask = RULE_MARK_MASK };
	int rc;

	if (!f)
		return HAUNT_ENOMEM;
	nfct_filter_add_attr(f, NFCT_FILTER_MARK, &mark);
	nfct_filter_set_logic(f, NFCT_FILTER_MARK, NFCT_FILTER_LOGIC_POSITIVE);
	rc = nfct_filter_attach(fd, f);
	nfct_filter_destroy(f);
	return rc < 0 ? HAUNT_ESYS : HAUNT_OK;
}

enum haunt_err ct_events(struct ct *ct, bool on, int *fd)
{
	enum haunt_err err;

	if (!on) {
		nl_close(ct->events);
		ct->events = NULL;
	}
	if (on && !ct->events) {
		err = nl_open(NETLINK_NETFILTER,
			      GROUP_BIT(NFNLGRP_CONNTRACK_NEW) |
				      GROUP_BIT(NFNLGRP_CONNTRACK_DESTROY),
			      &ct->events);
		if (err != HAUNT_OK)
			return err;
		err = events_filter(nl_fd(ct->events));
		if (err != HAUNT_OK) {
			nl_close(ct->events);
			ct->events = NULL;
			return err;
		}
	}
	*fd = ct->events ? nl_fd(ct->events) : -1;
	return HAUNT_OK;
}

static void event_take(const struct looking *l, const struct nlmsghdr *h)
{
	struct sight s;
	bool is;

	if (h->nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK ||
	    message_read(l, h, &s, &is) != HAUNT_OK || !is)
		return;
	l->event(l->arg, &s, (h->nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE);
}

enum haunt_err ct_hear(struct ct *ct, fw_event_fn *fn, void *arg)
{
	struct looking l = { .ct = ct, .event = fn, .arg = arg };
	enum haunt_err err = HAUNT_OK;
	const struct nlmsghdr *h;
	size_t size;

	if (!ct->events)
		return HAUNT_OK;
	for (int i = 0; err == HAUNT_OK && i < HEAR_MAX; i++) {
		int left;

		err = nl_recv(ct->events, &h, &size);
		left = err == HAUNT_OK ? (int)size : 0;
		for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
			event_take(&l, h);
	}
	return err == HAUNT_ESYS && errno == EAGAIN ? HAUNT_OK : err;
}
