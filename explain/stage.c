/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the messages that build it.
 */
#include "explain/stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "explain/probe.h"
#include "nat/nft_batch.h"

struct spot {
	const char *chain;
	uint32_t hook;
	int32_t priority;
};

static const struct spot spots[STAGE_MARKS] = {
	[STAGE_PRE_END] = { "pre-end", NF_INET_PRE_ROUTING, INT_MAX },
	[STAGE_IN_BEGIN] = { "in-begin", NF_INET_LOCAL_IN, INT_MIN },
	[STAGE_IN_END] = { "in-end", NF_INET_LOCAL_IN, INT_MAX },
	[STAGE_FORWARD_BEGIN] = { "forward-begin", NF_INET_FORWARD, INT_MIN },
	[STAGE_FORWARD_END] = { "forward-end", NF_INET_FORWARD, INT_MAX },
	[STAGE_POST_END] = { "post-end", NF_INET_POST_ROUTING, INT_MAX },
};

enum stage_mark stage_mark(const char *chain)
{
	int i = 0;

	while (i < STAGE_MARKS && strcmp(spots[i].chain, chain))
		i++;
	return (enum stage_mark)i;
}

static void be32_put(struct nlmsghdr *h, uint16_t type, uint32_t v)
{
	mnl_attr_put_u32(h, type, htonl(v));
}

static void table_put(struct nft_batch *b, uint16_t family)
{
	struct nlmsghdr *h =
		nft_batch_add(b, NFT_MSG_NEWTABLE, family, NLM_F_CREATE);

	mnl_attr_put_strz(h, NFTA_TABLE_NAME, STAGE_TABLE);
}

static void chain_put(struct nft_batch *b, uint16_t family,
		      const struct spot *spot, const char *device)
{
	struct nlmsghdr *h =
		nft_batch_add(b, NFT_MSG_NEWCHAIN, family, NLM_F_CREATE);
	struct nlattr *nest;

	mnl_attr_put_strz(h, NFTA_CHAIN_TABLE, STAGE_TABLE);
	mnl_attr_put_strz(h, NFTA_CHAIN_NAME, spot->chain);
	mnl_attr_put_strz(h, NFTA_CHAIN_TYPE, "filter");
	be32_put(h, NFTA_CHAIN_POLICY, NF_ACCEPT);
	nest = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
	be32_put(h, NFTA_HOOK_HOOKNUM, spot->hook);
	be32_put(h, NFTA_HOOK_PRIORITY, (uint32_t)spot->priority);
	if (device)
		mnl_attr_put_strz(h, NFTA_HOOK_DEV, device);
	mnl_attr_nest_end(h, nest);
}

/* One expression: open, fill in its data, close. */
struct expr {
	struct nlmsghdr *h;
	struct nlattr *elem;
	struct nlattr *data;
};

static struct expr expr_open(struct nlmsghdr *h, const char *name)
{
	struct expr e = { .h = h };

	e.elem = mnl_attr_nest_start(h, NFTA_LIST_ELEM);
	mnl_attr_put_strz(h, NFTA_EXPR_NAME, name);
	e.data = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
	return e;
}

static void expr_close(const struct expr *e)
{
	mnl_attr_nest_end(e->h, e->data);
	mnl_attr_nest_end(e->h, e->elem);
}

static void byte_put(struct nlmsghdr *h, uint16_t type, uint8_t value)
{
	struct nlattr *nest = mnl_attr_nest_start(h, type);

	mnl_attr_put(h, NFTA_DATA_VALUE, sizeof(value), &value);
	mnl_attr_nest_end(h, nest);
}

static void trace_put(struct nlmsghdr *h)
{
	struct expr e = expr_open(h, "immediate");

	be32_put(h, NFTA_IMMEDIATE_DREG, NFT_REG32_00);
	byte_put(h, NFTA_IMMEDIATE_DATA, 1);
	expr_close(&e);
	e = expr_open(h, "meta");
	be32_put(h, NFTA_META_KEY, NFT_META_NFTRACE);
	be32_put(h, NFTA_META_SREG, NFT_REG32_00);
	expr_close(&e);
}

static void fence_match_put(struct nlmsghdr *h)
{
	struct expr e = expr_open(h, "meta");

	be32_put(h, NFTA_META_KEY, NFT_META_L4PROTO);
	be32_put(h, NFTA_META_DREG, NFT_REG32_00);
	expr_close(&e);
	e = expr_open(h, "cmp");
	be32_put(h, NFTA_CMP_SREG, NFT_REG32_00);
	be32_put(h, NFTA_CMP_OP, NFT_CMP_EQ);
	byte_put(h, NFTA_CMP_DATA, PROBE_FENCE);
	expr_close(&e);
}

static void drop_put(struct nlmsghdr *h)
{
	struct expr e = expr_open(h, "immediate");
	struct nlattr *data, *verdict;

	be32_put(h, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = mnl_attr_nest_start(h, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(h, NFTA_DATA_VERDICT);
	be32_put(h, NFTA_VERDICT_CODE, NF_DROP);
	mnl_attr_nest_end(h, verdict);
	mnl_attr_nest_end(h, data);
	expr_close(&e);
}

static struct nlmsghdr *rule_open(struct nft_batch *b, uint16_t family,
				  struct nlattr **list)
{
	struct nlmsghdr *h = nft_batch_add(b, NFT_MSG_NEWRULE, family,
					   NLM_F_CREATE | NLM_F_APPEND);

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, STAGE_TABLE);
	mnl_attr_put_strz(h, NFTA_RULE_CHAIN, STAGE_START);
	*list = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
	return h;
}

/* meta l4proto FENCE meta nftrace set 1 drop; meta nftrace set 1 */
static void start_put(struct nft_batch *b, uint16_t family,
		      const struct spot *spot, const char *device)
{
	struct nlattr *list;
	struct nlmsghdr *h;

	chain_put(b, family, spot, device);
	h = rule_open(b, family, &list);
	fence_match_put(h);
	trace_put(h);
	drop_put(h);
	mnl_attr_nest_end(h, list);
	h = rule_open(b, family, &list);
	trace_put(h);
	mnl_attr_nest_end(h, list);
}

static enum haunt_err batch_end(struct nft_batch *b)
{
	struct fw_error why;
	enum haunt_err err = nft_batch_commit(b, &why);

	nft_batch_begin(b);
	return err;
}

enum haunt_err stage_build(struct nl *nl, const char *in)
{
	static const struct spot ingress = { STAGE_START, NF_NETDEV_INGRESS,
					     INT_MIN };
	static const struct spot pre = { STAGE_START, NF_INET_PRE_ROUTING,
					 INT_MIN };
	struct nft_batch *b = NULL;
	enum haunt_err err = nft_batch_new(nl, &b);

	if (err)
		return err;
	table_put(b, NFPROTO_INET);
	start_put(b, NFPROTO_INET, &pre, NULL);
	for (size_t i = 0; i < STAGE_MARKS; i++)
		chain_put(b, NFPROTO_INET, &spots[i], NULL);
	err = batch_end(b);
	if (!err) {
		/* Kernels without it have no rules there, either. */
		table_put(b, NFPROTO_NETDEV);
		start_put(b, NFPROTO_NETDEV, &ingress, in);
		err = batch_end(b);
		if (err == HAUNT_ESYS &&
		    (errno == EOPNOTSUPP || errno == EAFNOSUPPORT))
			err = HAUNT_OK;
	}
	nft_batch_free(b);
	return err;
}
