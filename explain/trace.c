/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the events' attributes and the packet's headers in them.
 */
#include "explain/trace.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "explain/probe.h"
#include "explain/stage.h"

#define DEADLINE_MS 5000
#define HEAD	    sizeof(struct nfgenmsg)
#define TRACE_TYPE  (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE)

static void name_copy(const struct nlattr *a, char out[TRACE_NAME_MAX])
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	if (len > TRACE_NAME_MAX - 1)
		len = TRACE_NAME_MAX - 1;
	if (len)
		memcpy(out, mnl_attr_get_payload(a), len);
	out[len] = '\0';
}

static struct rd rd_attr(const struct nlattr *a)
{
	return a ? rd_of(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a))
		 : rd_of(NULL, 0);
}

static void packet_read(const struct nlattr *network,
			const struct nlattr *transport,
			struct trace_packet *out)
{
	struct rd n = rd_attr(network);
	struct rd t = rd_attr(transport);
	struct trace_packet p = { .known = true };
	bool v4 = rd_peek(&n) >> 4 == 4;
	uint8_t from[16], to[16];

	(void)rd_bytes(&n, v4 ? 9 : 6);
	p.proto = rd_u8(&n);
	(void)rd_bytes(&n, v4 ? 2 : 1);
	rd_copy(&n, from, v4 ? 4 : 16);
	rd_copy(&n, to, v4 ? 4 : 16);
	p.from.port = rd_u16(&t);
	p.to.port = rd_u16(&t);
	if (n.failed)
		return;
	p.from.addr = v4 ? addr_from_v4(from) : addr_from_v6(from);
	p.to.addr = v4 ? addr_from_v4(to) : addr_from_v6(to);
	/* The fence has no ports. */
	p.known = !t.failed || p.proto == PROBE_FENCE;
	*out = p;
}

enum haunt_err trace_read(const struct nlmsghdr *h, struct trace_event *out)
{
	const struct nlattr *at[NFTA_TRACE_POLICY + 1];
	const struct nlattr *verdict[NFTA_VERDICT_CHAIN + 1];
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(h);
	static const enum trace_kind kinds[] = {
		[NFT_TRACETYPE_POLICY] = TRACE_POLICY,
		[NFT_TRACETYPE_RETURN] = TRACE_RETURN,
		[NFT_TRACETYPE_RULE] = TRACE_RULE,
	};
	struct trace_event e = { .verdict = NF_ACCEPT };
	uint32_t type;

	if (h->nlmsg_type != TRACE_TYPE ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*head))
		return HAUNT_EFORMAT;
	nl_attrs(h, HEAD, at, NFTA_TRACE_POLICY + 1);
	type = nl_attr_be32(at[NFTA_TRACE_TYPE]);
	if (type != NFT_TRACETYPE_POLICY && type != NFT_TRACETYPE_RETURN &&
	    type != NFT_TRACETYPE_RULE)
		return HAUNT_EFORMAT;
	e.kind = kinds[type];
	e.family = head->nfgen_family;
	name_copy(at[NFTA_TRACE_TABLE], e.table);
	name_copy(at[NFTA_TRACE_CHAIN], e.chain);
	e.handle = nl_attr_be64(at[NFTA_TRACE_RULE_HANDLE]);
	e.mark = nl_attr_be32(at[NFTA_TRACE_MARK]);
	e.out = nl_attr_be32(at[NFTA_TRACE_OIF]);
	nl_attrs_nested(at[NFTA_TRACE_VERDICT], verdict,
			NFTA_VERDICT_CHAIN + 1);
	if (verdict[NFTA_VERDICT_CODE])
		e.verdict = (int32_t)nl_attr_be32(verdict[NFTA_VERDICT_CODE]);
	if (e.kind == TRACE_POLICY && at[NFTA_TRACE_POLICY])
		e.verdict = (int32_t)nl_attr_be32(at[NFTA_TRACE_POLICY]);
	name_copy(verdict[NFTA_VERDICT_CHAIN], e.target);
	packet_read(at[NFTA_TRACE_NETWORK_HEADER],
		    at[NFTA_TRACE_TRANSPORT_HEADER], &e.packet);
	*out = e;
	return HAUNT_OK;
}

enum haunt_err trace_open(struct nl **out)
{
	return nl_open(NETLINK_NETFILTER, 1u << (NFNLGRP_NFTRACE - 1), out);
}

static bool is_fence(const struct trace_event *e)
{
	return !strcmp(e->table, STAGE_TABLE) &&
	       !strcmp(e->chain, STAGE_START) && e->kind == TRACE_RULE &&
	       e->verdict == NF_DROP;
}

static enum haunt_err event_keep(struct trace *t, const struct trace_event *e)
{
	if (t->len == TRACE_MAX)
		return HAUNT_EBUSY;
	if (t->len == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct trace_event *more =
			reallocarray(t->at, cap, sizeof(t->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		t->at = more;
		t->cap = cap;
	}
	t->at[t->len++] = *e;
	return HAUNT_OK;
}

static enum haunt_err datagram_take(struct nl *nl, struct trace *t,
				    bool *fenced)
{
	const struct nlmsghdr *h;
	struct trace_event e;
	size_t len;
	int left;
	enum haunt_err err = nl_recv(nl, &h, &len);

	if (err == HAUNT_ESYS && errno == EAGAIN)
		return HAUNT_OK;
	left = err ? 0 : (int)len;
	for (; !err && !*fenced && mnl_nlmsg_ok(h, left);
	     h = mnl_nlmsg_next(h, &left)) {
		if (trace_read(h, &e))
			continue;
		*fenced = is_fence(&e);
		if (!*fenced)
			err = event_keep(t, &e);
	}
	return err;
}

enum haunt_err trace_collect(struct nl *nl, struct trace *out)
{
	struct pollfd pfd = { .fd = nl_fd(nl), .events = POLLIN };
	struct trace t = { .at = NULL };
	bool fenced = false;
	enum haunt_err err = HAUNT_OK;
	int n;

	/* Events of one packet follow each other at once. */
	while (!err && !fenced) {
		n = poll(&pfd, 1, DEADLINE_MS);
		if (n == 0)
			err = HAUNT_ECLOSED;
		else if (n < 0 && errno != EINTR)
			err = HAUNT_ESYS;
		else if (n > 0)
			err = datagram_take(nl, &t, &fenced);
	}
	if (err)
		trace_free(&t);
	else
		*out = t;
	return err;
}

void trace_free(struct trace *t)
{
	free(t->at);
	*t = (struct trace){ .at = NULL };
}
