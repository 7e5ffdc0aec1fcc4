/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how conntrack is asked. The kernel narrows a dump if it can; since an
 * older one ignores that it was asked to, everything is looked at again here.
 */
#include "nat/ct.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "nat/ct_entry.h"
#include "nat/ct_own.h"
#include "nat/nl_ask.h"

/* More rules than this are served by one dump of the whole table. */
#define NARROW_MAX 4
/* One dump finds at most as many. A client has some; who has more than this at
 * one door keeps the rest until it times out. */
#define STALE_MAX 4096

/* Bits of CTA_FILTER: which fields of a tuple count. */
#define FILTER_IP_SRC (1u << 0)
#define FILTER_PROTO  (1u << 3)
#define FILTER_DPORT  (1u << 5)

enum haunt_err ct_open(bool filter, struct ct **out)
{
	struct ct *ct = calloc(1, sizeof(*ct));
	enum haunt_err err;
	int error;

	if (!ct)
		return HAUNT_ENOMEM;
	ct->filter = filter;
	ct_timeouts_read(&ct->timeouts);
	err = nl_open(NETLINK_NETFILTER, 0, &ct->nl);
	if (err == HAUNT_OK)
		err = nl_open(NETLINK_ROUTE, 0, &ct->route);
	if (err == HAUNT_OK)
		err = nl_open(NETLINK_SOCK_DIAG, 0, &ct->sockets);
	if (err != HAUNT_OK) {
		error = errno;
		ct_close(ct);
		errno = error;
		return err;
	}
	*out = ct;
	return HAUNT_OK;
}

void ct_close(struct ct *ct)
{
	if (!ct)
		return;
	nl_close(ct->nl);
	nl_close(ct->route);
	nl_close(ct->sockets);
	nl_close(ct->events);
	free(ct);
}

struct nlmsghdr *ct_request(char buf[NL_REQUEST_MAX], uint16_t type,
			    uint8_t family)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	h->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(h, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	return h;
}

/* Entries to delete, found in one dump. */
struct stale {
	const struct rule *rules;
	size_t n;
	struct nf_conntrack *at[STALE_MAX];
	size_t len;
};

static void stale_forget(void *arg)
{
	struct stale *s = arg;

	while (s->len)
		nfct_destroy(s->at[--s->len]);
}

static bool defeats_any(const struct stale *s, const struct entry *e)
{
	for (size_t i = 0; i < s->n; i++) {
		if (entry_defeats(e, &s->rules[i]))
			return true;
	}
	return false;
}

static enum haunt_err stale_item(void *arg, const struct nlmsghdr *h)
{
	struct stale *s = arg;
	struct nf_conntrack *ct;
	struct entry e;

	if (s->len == STALE_MAX)
		return HAUNT_OK;
	ct = nfct_new();
	if (!ct)
		return HAUNT_ENOMEM;
	if (nfct_nlmsg_parse(h, ct) < 0 || !entry_read(ct, &e) ||
	    !defeats_any(s, &e)) {
		nfct_destroy(ct);
		return HAUNT_OK;
	}
	s->at[s->len++] = ct;
	return HAUNT_OK;
}

static enum haunt_err route_item(void *arg, const struct nlmsghdr *h)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(h);
	uint8_t *type = arg;

	if (mnl_nlmsg_get_payload_len(h) >= sizeof(*rtm))
		*type = rtm->rtm_type;
	return HAUNT_OK;
}

/* True for what the static ruleset takes for its own: anything but unicast to
 * another host. What no route leads to is not. */
static enum haunt_err addr_is_ours(struct ct *ct, const struct ip_addr *a,
				   bool *ours)
{
	char buf[NL_REQUEST_MAX];
	uint8_t type = RTN_UNICAST;
	struct nl_sink sink = { .item = route_item, .arg = &type };
	enum haunt_err err;

	nl_route_begin(buf, a);
	err = nl_request(ct->route, (struct nlmsghdr *)buf, &sink);
	if (err == HAUNT_ESYS && !nl_is_passing(errno))
		err = HAUNT_OK;
	*ours = type != RTN_UNICAST;
	return err;
}

/* The message that deletes one entry, by its whole tuple and its id, so that
 * one that has just taken its place is left alone. */
static struct nlmsghdr *delete_build(char buf[NL_REQUEST_MAX],
				     const struct nf_conntrack *entry,
				     uint8_t family)
{
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_DELETE, family);
	struct nf_conntrack *tuple = nfct_new();

	if (!tuple)
		return NULL;
	nfct_copy(tuple, entry, NFCT_CP_ORIG);
	if (nfct_attr_is_set(entry, ATTR_ZONE) > 0)
		nfct_set_attr_u16(tuple, ATTR_ZONE,
				  nfct_get_attr_u16(entry, ATTR_ZONE));
	if (nfct_nlmsg_build(h, tuple) < 0)
		h = NULL;
	nfct_destroy(tuple);
	if (h && nfct_attr_is_set(entry, ATTR_ID) > 0)
		mnl_attr_put_u32(h, CTA_ID,
				 htonl(nfct_get_attr_u32(entry, ATTR_ID)));
	return h;
}

enum haunt_err ct_delete(struct ct *ct, const struct nf_conntrack *entry,
			 bool v4)
{
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h = delete_build(buf, entry, v4 ? AF_INET : AF_INET6);
	enum haunt_err err;

	if (!h)
		return HAUNT_ENOMEM;
	err = nl_request(ct->nl, h, NULL);
	/* It ended by itself. */
	return err == HAUNT_ESYS && errno == ENOENT ? HAUNT_OK : err;
}

static enum haunt_err entry_delete(struct ct *ct,
				   const struct nf_conntrack *entry)
{
	bool ours = false;
	struct entry e;
	enum haunt_err err;

	/* It was complete when it was chosen, and must be now: without a
	 * tuple this message would empty the table. */
	if (!entry_read(entry, &e))
		return HAUNT_OK;
	err = addr_is_ours(ct, &e.dest.addr, &ours);
	if (err == HAUNT_OK && !ours)
		err = addr_is_ours(ct, &e.source.addr, &ours);
	if (err != HAUNT_OK || !ours)
		return err;
	return ct_delete(ct, entry, addr_is_v4(&e.source.addr));
}

/*
 * Asks the kernel for the entries of one rule's client and door only: those
 * that the client began, or (side is CTA_TUPLE_REPLY) whose replies are the
 * client's packets. IPv6 is asked for by door alone: kernels that filter by an
 * IPv6 address give what does not match it.
 */
static void narrow(struct nlmsghdr *h, const struct rule *r, uint16_t side)
{
	bool orig = side == CTA_TUPLE_ORIG;
	uint32_t flags = FILTER_PROTO | FILTER_DPORT;
	struct nlattr *tuple, *nest;

	tuple = mnl_attr_nest_start(h, side);
	if (addr_is_v4(&r->address)) {
		flags |= FILTER_IP_SRC;
		nest = mnl_attr_nest_start(h, CTA_TUPLE_IP);
		mnl_attr_put(h, CTA_IP_V4_SRC, 4, addr_v4_bytes(&r->address));
		mnl_attr_nest_end(h, nest);
	}
	nest = mnl_attr_nest_start(h, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(h, CTA_PROTO_NUM, r->proto);
	mnl_attr_put_u16(h, CTA_PROTO_DST_PORT, htons(r->outer));
	mnl_attr_nest_end(h, nest);
	mnl_attr_nest_end(h, tuple);
	nest = mnl_attr_nest_start(h, CTA_FILTER);
	mnl_attr_put_u32(h, CTA_FILTER_ORIG_FLAGS, orig ? flags : 0);
	mnl_attr_put_u32(h, CTA_FILTER_REPLY_FLAGS, orig ? 0 : flags);
	mnl_attr_nest_end(h, nest);
}

/* One dump, and a delete for each entry that it found. only is the rule to
 * narrow it to; NULL for all of both families. */
static enum haunt_err stale_cut(struct ct *ct, struct stale *s,
				const struct rule *only, uint16_t side)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = stale_forget,
				.item = stale_item,
				.arg = s };
	uint8_t family = !only			      ? AF_UNSPEC
			 : addr_is_v4(&only->address) ? AF_INET
						      : AF_INET6;
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_GET, family);
	enum haunt_err err;

	if (only && ct->filter)
		narrow(h, only, side);
	err = nl_dump(ct->nl, h, &sink);
	for (size_t i = 0; err == HAUNT_OK && i < s->len; i++)
		err = entry_delete(ct, s->at[i]);
	stale_forget(s);
	return err;
}

enum haunt_err ct_cut_stale(struct ct *ct, const struct rule *rules, size_t n)
{
	struct stale *s;
	enum haunt_err err = HAUNT_OK;
	size_t stale = 0;

	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		if (rules[i].kind == RULE_INTERNET)
			err = ct_way_free(ct, &rules[i].address);
		else
			stale += rule_has_stale(&rules[i]);
	}
	if (stale == 0 || err != HAUNT_OK)
		return err;
	s = calloc(1, sizeof(*s));
	if (!s)
		return HAUNT_ENOMEM;
	if (stale > NARROW_MAX) {
		s->rules = rules;
		s->n = n;
		err = stale_cut(ct, s, NULL, CTA_TUPLE_ORIG);
		goto out;
	}
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		if (!rule_has_stale(&rules[i]) ||
		    rules[i].kind == RULE_INTERNET)
			continue;
		s->rules = &rules[i];
		s->n = 1;
		err = stale_cut(ct, s, &rules[i], CTA_TUPLE_ORIG);
		if (err == HAUNT_OK && ct->filter)
			err = stale_cut(ct, s, &rules[i], CTA_TUPLE_REPLY);
	}
out:
	free(s);
	return err;
}
