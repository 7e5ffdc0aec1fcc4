/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the extensions of x_tables that iptables-nft puts into rules: their
 * names, their revisions, and the structs that stand for their words.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <stdio.h> /* which the next one needs */

#include <libnftnl/expr.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_CONNMARK.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <string.h>

#include "nat/ruleset_read.h"

#define PORT_MAX 65535

struct xt_info {
	const void *data;
	uint32_t len;
};

/* Copies the extension's struct; false if there is less than that. */
static bool info_take(const struct xt_info *info, void *out, size_t len)
{
	if (!info->data || info->len < len)
		return false;
	memcpy(out, info->data, len);
	return true;
}

static enum haunt_err ports_cond(struct ruleset *rs, struct rs_rule *r,
				 const uint16_t ports[2], bool not )
{
	struct rs_cond *c;

	if (ports[0] == 0 && ports[1] == PORT_MAX)
		return HAUNT_OK;
	c = rs_cond_add(r, RS_DPORT);
	c->not = not ;
	return rs_cond_span(rs, c, ports[0], ports[1]);
}

static enum haunt_err match_tcp(struct ruleset *rs, struct rs_rule *r,
				const struct xt_info *info)
{
	struct xt_tcp tcp;

	if (!info_take(info, &tcp, sizeof(tcp)) || tcp.flg_mask || tcp.option ||
	    tcp.spts[0] != 0 || tcp.spts[1] != PORT_MAX)
		(void)rs_cond_add(r, RS_OTHER);
	else
		return ports_cond(rs, r, tcp.dpts,
				  tcp.invflags & XT_TCP_INV_DSTPT);
	return HAUNT_OK;
}

static enum haunt_err match_udp(struct ruleset *rs, struct rs_rule *r,
				const struct xt_info *info)
{
	struct xt_udp udp;

	if (!info_take(info, &udp, sizeof(udp)) || udp.spts[0] != 0 ||
	    udp.spts[1] != PORT_MAX)
		(void)rs_cond_add(r, RS_OTHER);
	else
		return ports_cond(rs, r, udp.dpts,
				  udp.invflags & XT_UDP_INV_DSTPT);
	return HAUNT_OK;
}

static enum haunt_err match_multiport(struct ruleset *rs, struct rs_rule *r,
				      const struct xt_info *info)
{
	struct xt_multiport_v1 m;
	enum haunt_err err = HAUNT_OK;
	struct rs_cond *c;

	if (!info_take(info, &m, sizeof(m)) ||
	    m.flags != XT_MULTIPORT_DESTINATION || m.count > XT_MULTI_PORTS) {
		(void)rs_cond_add(r, RS_OTHER);
		return HAUNT_OK;
	}
	c = rs_cond_add(r, RS_DPORT);
	c->not = m.invert;
	for (uint8_t i = 0; err == HAUNT_OK && i < m.count; i++) {
		uint8_t first = i;

		if (m.pflags[i] && i + 1 < m.count)
			i++;
		err = rs_cond_span(rs, c, m.ports[first], m.ports[i]);
	}
	return err;
}

/* State bits are the same in all of netfilter. */
static enum haunt_err state_cond(struct ruleset *rs, struct rs_rule *r,
				 uint32_t states, bool not )
{
	struct rs_cond *c = rs_cond_add(r, RS_CT_STATE);

	c->mask = states;
	c->not = !not ;
	return rs_cond_span(rs, c, 0, 0);
}

static enum haunt_err match_conntrack(struct ruleset *rs, struct rs_rule *r,
				      const struct xt_info *info)
{
	struct xt_conntrack_mtinfo3 m;

	if (!info_take(info, &m, sizeof(m)) ||
	    (m.match_flags & ~XT_CONNTRACK_STATE_ALIAS) != XT_CONNTRACK_STATE)
		(void)rs_cond_add(r, RS_OTHER);
	else
		return state_cond(rs, r, m.state_mask,
				  m.invert_flags & XT_CONNTRACK_STATE);
	return HAUNT_OK;
}

static enum haunt_err match_state(struct ruleset *rs, struct rs_rule *r,
				  const struct xt_info *info)
{
	struct xt_state_info m;

	if (!info_take(info, &m, sizeof(m)))
		(void)rs_cond_add(r, RS_OTHER);
	else
		return state_cond(rs, r, m.statemask, false);
	return HAUNT_OK;
}

static enum haunt_err match_connmark(struct ruleset *rs, struct rs_rule *r,
				     const struct xt_info *info)
{
	struct xt_connmark_mtinfo1 m;
	struct rs_cond *c;

	if (!info_take(info, &m, sizeof(m))) {
		(void)rs_cond_add(r, RS_OTHER);
		return HAUNT_OK;
	}
	c = rs_cond_add(r, RS_CT_MARK);
	c->mask = m.mask;
	c->not = m.invert;
	return rs_cond_span(rs, c, m.mark, m.mark);
}

static enum haunt_err match_addrtype(struct ruleset *rs, struct rs_rule *r,
				     const struct xt_info *info)
{
	struct xt_addrtype_info_v1 m;
	enum haunt_err err = HAUNT_OK;
	struct rs_cond *c;

	if (!info_take(info, &m, sizeof(m)) || m.source || !m.dest) {
		(void)rs_cond_add(r, RS_OTHER);
		return HAUNT_OK;
	}
	c = rs_cond_add(r, RS_DTYPE);
	c->not = m.flags & XT_ADDRTYPE_INVERT_DEST;
	for (uint32_t type = 0; err == HAUNT_OK && type < 16; type++) {
		if (m.dest & 1u << type)
			err = rs_cond_span(rs, c, type, type);
	}
	return err;
}

static enum haunt_err match_comment(struct ruleset *rs, struct rs_rule *r,
				    const struct xt_info *info)
{
	(void)rs, (void)r, (void)info;
	return HAUNT_OK;
}

enum haunt_err ruleset_xt_match(struct ruleset *rs, struct rs_rule *r,
				const struct nftnl_expr *e)
{
	static const struct {
		const char *name;
		uint32_t revision; /* and those above */
		enum haunt_err (*read)(struct ruleset *rs, struct rs_rule *r,
				       const struct xt_info *info);
	} known[] = {
		{ "tcp", 0, match_tcp },
		{ "udp", 0, match_udp },
		{ "multiport", 1, match_multiport },
		{ "conntrack", 2, match_conntrack },
		{ "state", 0, match_state },
		{ "connmark", 1, match_connmark },
		{ "addrtype", 1, match_addrtype },
		{ "comment", 0, match_comment },
	};
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_MT_NAME);
	uint32_t revision = nftnl_expr_get_u32(e, NFTNL_EXPR_MT_REV);
	struct xt_info info = { .len = 0 };

	if (nftnl_expr_is_set(e, NFTNL_EXPR_MT_INFO))
		info.data = nftnl_expr_get(e, NFTNL_EXPR_MT_INFO, &info.len);
	for (size_t i = 0; name && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0 &&
		    revision >= known[i].revision)
			return known[i].read(rs, r, &info);
	}
	(void)rs_cond_add(r, RS_OTHER);
	return HAUNT_OK;
}

/* ---- targets ---- */

static void target_reject(struct rs_rule *r, const struct xt_info *info,
			  uint16_t family)
{
	(void)info, (void)family;
	r->verdict = RS_REJECT;
}

static void nat_take(struct rs_rule *r, uint32_t flags,
		     const union nf_inet_addr *address, bool v4, uint16_t port)
{
	r->dnat = true;
	if (flags & NF_NAT_RANGE_MAP_IPS)
		r->nat_addr = v4 ? addr_from_v4(&address->ip)
				 : addr_from_v6(&address->ip6);
	if (flags & NF_NAT_RANGE_PROTO_SPECIFIED)
		r->nat_port = ntohs(port);
}

/* DNAT, and REDIRECT, which is DNAT to the same address. Older revisions for
 * IPv4 hold a list of one range, newer ones a range of either family. */
static void target_nat(struct rs_rule *r, const struct xt_info *info,
		       uint16_t family)
{
	struct nf_nat_ipv4_multi_range_compat old;
	struct nf_nat_range new;

	if (info_take(info, &new, sizeof(new))) {
		nat_take(r, new.flags, &new.min_addr, family == NFPROTO_IPV4,
			 new.min_proto.all);
	} else if (info_take(info, &old, sizeof(old)) && old.rangesize == 1) {
		union nf_inet_addr address = { .ip = old.range[0].min_ip };

		nat_take(r, old.range[0].flags, &address, true,
			 old.range[0].min.all);
	}
}

static void target_connmark(struct rs_rule *r, const struct xt_info *info,
			    uint16_t family)
{
	struct xt_connmark_tginfo1 t;

	(void)family;
	if (!info_take(info, &t, sizeof(t)))
		r->mark_bits = UINT32_MAX;
	else if (t.mode == XT_CONNMARK_SET)
		r->mark_bits = t.ctmask | t.ctmark;
	else if (t.mode == XT_CONNMARK_SAVE)
		r->mark_bits = t.ctmask;
}

void ruleset_xt_target(struct rs_rule *r, const struct nftnl_expr *e,
		       uint16_t family)
{
	static const struct {
		const char *name;
		void (*read)(struct rs_rule *r, const struct xt_info *info,
			     uint16_t family);
	} known[] = {
		{ "REJECT", target_reject },
		{ "DNAT", target_nat },
		{ "REDIRECT", target_nat },
		{ "CONNMARK", target_connmark },
	};
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_TG_NAME);
	struct xt_info info = { .len = 0 };

	if (nftnl_expr_is_set(e, NFTNL_EXPR_TG_INFO))
		info.data = nftnl_expr_get(e, NFTNL_EXPR_TG_INFO, &info.len);
	for (size_t i = 0; name && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0)
			known[i].read(r, &info, family);
	}
}
