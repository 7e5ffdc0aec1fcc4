/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of nf_tables as the kernel sends them, for tests of what reads
 * them. */
#ifndef HAUNT_TESTS_NFT_KIT_H
#define HAUNT_TESTS_NFT_KIT_H

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#define KIT_BYTES 4096

static inline struct nlmsghdr *kit_message(char *buf, uint16_t type,
					   uint8_t family)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *head;

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	head = mnl_nlmsg_put_extra_header(h, sizeof(*head));
	head->nfgen_family = family;
	return h;
}

static inline void kit_be32(struct nlmsghdr *h, uint16_t type, uint32_t v)
{
	mnl_attr_put_u32(h, type, htonl(v));
}

static inline void kit_be64(struct nlmsghdr *h, uint16_t type, uint32_t v)
{
	uint32_t be[2] = { 0, htonl(v) };

	mnl_attr_put(h, type, sizeof(be), be);
}

struct kit_expr {
	struct nlattr *elem;
	struct nlattr *data;
};

static inline struct kit_expr kit_expr(struct nlmsghdr *h, const char *name)
{
	struct kit_expr e;

	e.elem = mnl_attr_nest_start(h, NFTA_LIST_ELEM);
	mnl_attr_put_strz(h, NFTA_EXPR_NAME, name);
	e.data = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
	return e;
}

static inline void kit_expr_end(struct nlmsghdr *h, struct kit_expr e)
{
	mnl_attr_nest_end(h, e.data);
	mnl_attr_nest_end(h, e.elem);
}

/* cmp OP with one byte */
static inline void kit_cmp(struct nlmsghdr *h, uint32_t op, uint8_t value)
{
	struct kit_expr e = kit_expr(h, "cmp");
	struct nlattr *nest;

	kit_be32(h, NFTA_CMP_OP, op);
	nest = mnl_attr_nest_start(h, NFTA_CMP_DATA);
	mnl_attr_put(h, NFTA_DATA_VALUE, 1, &value);
	mnl_attr_nest_end(h, nest);
	kit_expr_end(h, e);
}

/* An extension: "match" or "target". */
static inline void kit_xt(struct nlmsghdr *h, const char *kind,
			  const char *name, const void *info, size_t len)
{
	struct kit_expr e = kit_expr(h, kind);

	mnl_attr_put_strz(h, NFTA_MATCH_NAME, name);
	kit_be32(h, NFTA_MATCH_REV, 0);
	mnl_attr_put(h, NFTA_MATCH_INFO, len, info);
	kit_expr_end(h, e);
}

#endif
