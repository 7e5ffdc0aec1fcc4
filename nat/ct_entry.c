/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides libnetfilter_conntrack's attributes, any of which may be absent.
 */
#include "nat/ct_entry.h"

#include <arpa/inet.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>
#include <linux/netfilter/nf_conntrack_common.h>

static bool addr_read(const struct nf_conntrack *ct, enum nf_conntrack_attr v4,
		      enum nf_conntrack_attr v6, struct ip_addr *out)
{
	if (nfct_attr_is_set(ct, v4) > 0)
		*out = addr_from_v4(nfct_get_attr(ct, v4));
	else if (nfct_attr_is_set(ct, v6) > 0)
		*out = addr_from_v6(nfct_get_attr(ct, v6));
	else
		return false;
	return true;
}

/* True while data may still flow both ways, or one way. */
static bool entry_lives(const struct nf_conntrack *ct)
{
	uint8_t state = nfct_attr_is_set(ct, ATTR_TCP_STATE) > 0
				? nfct_get_attr_u8(ct, ATTR_TCP_STATE)
				: TCP_CONNTRACK_NONE;

	if (nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO) == IPPROTO_TCP)
		return state == TCP_CONNTRACK_ESTABLISHED ||
		       state == TCP_CONNTRACK_FIN_WAIT ||
		       state == TCP_CONNTRACK_CLOSE_WAIT;
	return nfct_attr_is_set(ct, ATTR_STATUS) > 0 &&
	       (nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_SEEN_REPLY);
}

bool entry_read(const struct nf_conntrack *ct, struct entry *out)
{
	static const enum nf_conntrack_attr needed[] = {
		ATTR_ORIG_L4PROTO, ATTR_ORIG_PORT_SRC, ATTR_ORIG_PORT_DST,
		ATTR_REPL_PORT_SRC, ATTR_REPL_PORT_DST
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (nfct_attr_is_set(ct, needed[i]) <= 0)
			return false;
	}
	*out = (struct entry){
		.proto = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO),
		.source.port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_SRC)),
		.dest.port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_DST)),
		.reply_source.port =
			ntohs(nfct_get_attr_u16(ct, ATTR_REPL_PORT_SRC)),
		.reply_dest.port =
			ntohs(nfct_get_attr_u16(ct, ATTR_REPL_PORT_DST)),
	};
	if (nfct_attr_is_set(ct, ATTR_MARK) > 0)
		out->mark = nfct_get_attr_u32(ct, ATTR_MARK);
	out->lives = entry_lives(ct);
	return addr_read(ct, ATTR_ORIG_IPV4_SRC, ATTR_ORIG_IPV6_SRC,
			 &out->source.addr) &&
	       addr_read(ct, ATTR_ORIG_IPV4_DST, ATTR_ORIG_IPV6_DST,
			 &out->dest.addr) &&
	       addr_read(ct, ATTR_REPL_IPV4_SRC, ATTR_REPL_IPV6_SRC,
			 &out->reply_source.addr) &&
	       addr_read(ct, ATTR_REPL_IPV4_DST, ATTR_REPL_IPV6_DST,
			 &out->reply_dest.addr);
}

uint32_t entry_id(const struct entry *e)
{
	return rule_id_of_mark(e->mark);
}

/* True if the entry leads its packets where the rule would. */
static bool entry_follows(const struct entry *e, const struct rule *r)
{
	/* What the same grant led goes on, wherever a name leads since. */
	if (r->kind == RULE_FORWARD && entry_id(e) == r->id)
		return true;
	if (entry_id(e) == 0 || e->reply_source.port != r->inner.port)
		return false;
	return r->kind == RULE_FORWARD
		       ? addr_equal(&e->reply_source.addr, &r->inner.addr)
		       : addr_equal(&e->reply_source.addr, &e->dest.addr);
}

/* An entry that this host began: the client's packets are its replies, which
 * nothing translates. */
static bool entry_answers(const struct entry *e, const struct rule *r)
{
	return entry_id(e) == 0 && e->source.port == r->outer &&
	       addr_equal(&e->dest.addr, &r->address);
}

/* An entry of the client at this door that nothing passes through any more. */
static bool entry_is_cut(const struct entry *e)
{
	return e->mark == (RULE_MARK_BASE | GRANT_ID_CUT);
}

bool entry_defeats(const struct entry *e, const struct rule *r)
{
	if (r->proto != IPPROTO_UDP || e->proto != r->proto)
		return false;
	if (e->dest.port == r->outer &&
	    addr_equal(&e->source.addr, &r->address) &&
	    (entry_is_cut(e) || (rule_translates(r) && !entry_follows(e, r))))
		return true;
	return rule_translates(r) && entry_answers(e, r);
}
