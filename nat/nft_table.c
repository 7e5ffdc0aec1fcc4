/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how tables, chains and sets are declared so that nft lists them in
 * words that it also reads back.
 */
#include "nat/nft_table.h"

#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "nat/nft_elem.h"

#define UDATA_BYTES 128

/* An element that has run out takes room until the kernel collects it, up to a
 * second later; by then one that lasted a second may have run out after it. */
#define ROOM_PER_GRANT 3u

/* nft's words for byte orders. */
#define ORDER_HOST 1u
#define ORDER_NET  2u

/* Hooks run by priority: after mangle (-150), so that nobody's mark covers
 * ours; before anybody's DNAT (-100) and SNAT (100). */
#define PRIORITY_RAW	-300
#define PRIORITY_FILTER -140
#define PRIORITY_DNAT	-110
#define PRIORITY_IN	-10 /* before anybody judges (0) */
#define PRIORITY_SNAT	90
#define PRIORITY_ANCHOR 300

struct chain_spec {
	const char *table;
	const char *name;
	const char *type; /* NULL: no hook */
	uint32_t hook;
	int32_t priority;
	bool way;   /* only where something is passed on */
	bool named; /* also where a target is a name */
};

static const struct chain_spec chains[] = {
	{ NFT_TABLE, "raw", "filter", NF_INET_PRE_ROUTING, PRIORITY_RAW, false,
	  false },
	{ NFT_TABLE, "pre", "filter", NF_INET_PRE_ROUTING, PRIORITY_FILTER,
	  false, false },
	{ NFT_TABLE, "late", NULL, 0, 0, false, false },
	{ NFT_TABLE, "est", NULL, 0, 0, false, false },
	{ NFT_TABLE, "check", NULL, 0, 0, false, false },
	{ NFT_TABLE, "routed", NULL, 0, 0, true, false },
	{ NFT_TABLE, "within", NULL, 0, 0, true, false },
	{ NFT_TABLE, "passed", NULL, 0, 0, true, false },
	{ NFT_TABLE, "few", NULL, 0, 0, false, false },
	{ NFT_TABLE, "first", NULL, 0, 0, false, false },
	{ NFT_TABLE, "friends", NULL, 0, 0, false, false },
	{ NFT_TABLE, "cloaked", NULL, 0, 0, false, false },
	{ NFT_TABLE, "kill", NULL, 0, 0, false, false },
	{ NFT_TABLE, "hush", NULL, 0, 0, false, false },
	{ NFT_TABLE, "answers", NULL, 0, 0, false, false },
	{ NFT_TABLE, "arrived", "filter", NF_INET_LOCAL_IN, PRIORITY_IN, true,
	  true },
	{ NFT_TABLE, "out", "filter", NF_INET_LOCAL_OUT, PRIORITY_FILTER, false,
	  false },
	{ NFT_TABLE, "nat_pre", "nat", NF_INET_PRE_ROUTING, PRIORITY_DNAT,
	  false, false },
	{ NFT_TABLE, "nat_post", "nat", NF_INET_POST_ROUTING, PRIORITY_SNAT,
	  false, false },
	{ NFT_ANCHOR, "keep", "nat", NF_INET_POST_ROUTING, PRIORITY_ANCHOR,
	  false, false },
};

static void table_put(struct nft_batch *b, uint16_t type, uint16_t flags,
		      struct nftnl_table *t)
{
	struct nlmsghdr *h = nft_batch_add(b, type, NFPROTO_INET, flags);

	nftnl_table_nlmsg_build_payload(h, t);
}

static struct nftnl_table *table_named(struct nft_batch *b, const char *name)
{
	struct nftnl_table *t = nftnl_table_alloc();

	if (t && nftnl_table_set_str(t, NFTNL_TABLE_NAME, name) == 0) {
		nftnl_table_set_u32(t, NFTNL_TABLE_FAMILY, NFPROTO_INET);
		return t;
	}
	if (t)
		nftnl_table_free(t);
	nft_batch_fail(b, HAUNT_ENOMEM);
	return NULL;
}

void nft_table_add(struct nft_batch *b, const char *table, uint32_t flags,
		   const char *comment)
{
	struct nftnl_table *t = table_named(b, table);
	struct nftnl_udata_buf *buf;

	if (!t)
		return;
	nftnl_table_set_u32(t, NFTNL_TABLE_FLAGS, flags);
	buf = comment ? nftnl_udata_buf_alloc(UDATA_BYTES) : NULL;
	if (comment &&
	    (!buf ||
	     !nftnl_udata_put_strz(buf, NFTNL_UDATA_TABLE_COMMENT, comment) ||
	     nftnl_table_set_data(t, NFTNL_TABLE_USERDATA,
				  nftnl_udata_buf_data(buf),
				  nftnl_udata_buf_len(buf)) < 0))
		nft_batch_fail(b, HAUNT_ENOMEM);
	table_put(b, NFT_MSG_NEWTABLE, NLM_F_CREATE, t);
	nftnl_table_free(t);
	if (buf)
		nftnl_udata_buf_free(buf);
}

void nft_table_adopt(struct nft_batch *b, const char *table)
{
	nft_table_add(b, table, NFT_TABLE_OWNED_AND_KEPT, NULL);
}

void nft_table_delete(struct nft_batch *b, const char *table)
{
	struct nftnl_table *t = table_named(b, table);

	if (!t)
		return;
	table_put(b, NFT_MSG_DELTABLE, 0, t);
	nftnl_table_free(t);
}

static void chain_add(struct nft_batch *b, const struct chain_spec *spec)
{
	struct nftnl_chain *c = nftnl_chain_alloc();
	struct nlmsghdr *h;

	if (!c) {
		nft_batch_fail(b, HAUNT_ENOMEM);
		return;
	}
	nftnl_chain_set_u32(c, NFTNL_CHAIN_FAMILY, NFPROTO_INET);
	if (nftnl_chain_set_str(c, NFTNL_CHAIN_TABLE, spec->table) < 0 ||
	    nftnl_chain_set_str(c, NFTNL_CHAIN_NAME, spec->name) < 0)
		nft_batch_fail(b, HAUNT_ENOMEM);
	if (spec->type) {
		if (nftnl_chain_set_str(c, NFTNL_CHAIN_TYPE, spec->type) < 0)
			nft_batch_fail(b, HAUNT_ENOMEM);
		nftnl_chain_set_u32(c, NFTNL_CHAIN_HOOKNUM, spec->hook);
		nftnl_chain_set_s32(c, NFTNL_CHAIN_PRIO, spec->priority);
		nftnl_chain_set_u32(c, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	}
	h = nft_batch_add(b, NFT_MSG_NEWCHAIN, NFPROTO_INET, NLM_F_CREATE);
	nftnl_chain_nlmsg_build_payload(h, c);
	nftnl_chain_free(c);
}

static uint32_t set_flags(const struct nft_set_spec *spec)
{
	return (spec->data_len ? (uint32_t)NFT_SET_MAP : 0) |
	       (spec->dynamic ? (uint32_t)NFT_SET_EVAL : 0) |
	       (spec->timeout ? (uint32_t)NFT_SET_TIMEOUT : 0);
}

static void set_describe(struct nft_batch *b, struct nftnl_set *s,
			 const struct nft_set_spec *spec)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(UDATA_BYTES);

	nftnl_set_set_u32(s, NFTNL_SET_FAMILY, NFPROTO_INET);
	nftnl_set_set_u32(s, NFTNL_SET_FLAGS, set_flags(spec));
	nftnl_set_set_u32(s, NFTNL_SET_KEY_TYPE, spec->key_type);
	nftnl_set_set_u32(s, NFTNL_SET_KEY_LEN, spec->key_len);
	nftnl_set_set_u32(s, NFTNL_SET_ID, nft_batch_id(b));
	if (spec->data_len) {
		nftnl_set_set_u32(s, NFTNL_SET_DATA_TYPE, spec->data_type);
		nftnl_set_set_u32(s, NFTNL_SET_DATA_LEN, spec->data_len);
	}
	if (!buf ||
	    !nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_KEYBYTEORDER,
				 spec->host_order ? ORDER_HOST : ORDER_NET) ||
	    (spec->data_len &&
	     !nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATABYTEORDER,
				  spec->host_order_data ? ORDER_HOST
							: ORDER_NET)) ||
	    nftnl_set_set_data(s, NFTNL_SET_USERDATA, nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)) < 0)
		nft_batch_fail(b, HAUNT_ENOMEM);
	if (buf)
		nftnl_udata_buf_free(buf);
}

/* What each element of a set with a limit is to have. There is no counter in
 * any: it takes a third of what a grant costs, in memory, in its making and in
 * its reading at a start. */
static struct nftnl_expr *limit_expr(void)
{
	struct nftnl_expr *e = nftnl_expr_alloc("limit");

	if (!e)
		return NULL;
	nftnl_expr_set_u64(e, NFTNL_EXPR_LIMIT_RATE, 1);
	nftnl_expr_set_u64(e, NFTNL_EXPR_LIMIT_UNIT, NFT_LIMIT_UNIT_S);
	nftnl_expr_set_u32(e, NFTNL_EXPR_LIMIT_BURST, 1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
	return e;
}

void nft_table_set(struct nft_batch *b, const char *table, enum nft_set set,
		   uint32_t size)
{
	const struct nft_set_spec *spec = &nft_set_specs[set];
	struct nftnl_set *s = nftnl_set_alloc();
	struct nftnl_expr *expr;
	struct nlmsghdr *h;

	if (!s) {
		nft_batch_fail(b, HAUNT_ENOMEM);
		return;
	}
	if (nftnl_set_set_str(s, NFTNL_SET_TABLE, table) < 0 ||
	    nftnl_set_set_str(s, NFTNL_SET_NAME, spec->name) < 0)
		nft_batch_fail(b, HAUNT_ENOMEM);
	set_describe(b, s, spec);
	if (size)
		nftnl_set_set_u32(s, NFTNL_SET_DESC_SIZE, size);
	if (spec->limit) {
		expr = limit_expr();
		if (expr)
			nftnl_set_add_expr(s, expr);
		else
			nft_batch_fail(b, HAUNT_ENOMEM);
	}
	h = nft_batch_add(b, NFT_MSG_NEWSET, NFPROTO_INET, NLM_F_CREATE);
	nftnl_set_nlmsg_build_payload(h, s);
	nftnl_set_free(s);
}

static void protected_fill(struct nft_batch *b, const struct skeleton *s)
{
	struct nft_run run;

	nft_run_begin(&run, b, NFT_MSG_NEWSETELEM, NFT_SET_PROTECTED);
	for (size_t i = 0; !s->lifted && i < s->cloaked_len; i++) {
		struct nft_elem e = nft_elem_protected(s->cloaked[i].proto,
						       s->cloaked[i].port);

		e.timeout_ms = s->protect_ms;
		nft_run_put(&run, &e);
	}
	nft_run_end(&run);
}

/* Grants are bounded; so is what a rule may write to, for nft's sake. */
static bool set_bounded(enum nft_set set)
{
	return nft_set_specs[set].dynamic || nft_set_specs[set].limit ||
	       set == NFT_SET_GRANT4 || set == NFT_SET_GRANT6 ||
	       set == NFT_SET_WAY4 || set == NFT_SET_WAY6;
}

void nft_table_make(struct nft_batch *b, const struct skeleton *s,
		    uint32_t size)
{
	uint32_t flags = s->persist ? NFT_TABLE_OWNED_AND_KEPT : 0;
	char name[SKELETON_NAME_MAX];

	skeleton_comment(s, name);
	nft_table_add(b, NFT_TABLE, flags, name);
	nft_table_add(b, NFT_ANCHOR, flags, name);
	for (size_t i = 0; i < NFT_SET_COUNT; i++) {
		bool bounded = set_bounded((enum nft_set)i);

		nft_table_set(b, NFT_TABLE, (enum nft_set)i,
			      bounded ? size * ROOM_PER_GRANT : 0);
	}
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		if (s->ways_len || !chains[i].way ||
		    (s->named && chains[i].named))
			chain_add(b, &chains[i]);
	}
	nft_rules_make(b, s);
	protected_fill(b, s);
}
