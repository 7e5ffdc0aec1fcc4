/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides elements' attributes, and that a list of them must not outgrow the 16
 * bits of an attribute's length.
 */
#include "nat/nft_elem.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#define RUN_MAX 200

struct comment_head {
	uint8_t type; /* 0: a comment */
	uint8_t len;
};

static void be64_put(struct nlmsghdr *h, uint16_t type, uint64_t v)
{
	uint8_t bytes[8];
	struct wr w = wr_of(bytes, sizeof(bytes));

	wr_u64(&w, v);
	mnl_attr_put(h, type, sizeof(bytes), bytes);
}

static void value_put(struct nlmsghdr *h, uint16_t type, const void *data,
		      size_t len)
{
	struct nlattr *nest = mnl_attr_nest_start(h, type);

	mnl_attr_put(h, NFTA_DATA_VALUE, len, data);
	mnl_attr_nest_end(h, nest);
}

static void comment_put(struct nlmsghdr *h, const char *comment)
{
	uint8_t bytes[sizeof(struct comment_head) + NFT_COMMENT_MAX];
	size_t len = strlen(comment) + 1;
	struct wr w = wr_of(bytes, sizeof(bytes));

	wr_u8(&w, 0);
	wr_u8(&w, (uint8_t)len);
	wr_bytes(&w, comment, len);
	mnl_attr_put(h, NFTA_SET_ELEM_USERDATA, w.len, bytes);
}

/* As many as it says, and none comes back within the longest lifetime. */
static void limit_put(struct nlmsghdr *h, uint32_t connections)
{
	struct nlattr *expr = mnl_attr_nest_start(h, NFTA_SET_ELEM_EXPR);
	struct nlattr *data;

	mnl_attr_put_strz(h, NFTA_EXPR_NAME, "limit");
	data = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
	be64_put(h, NFTA_LIMIT_RATE, 1);
	be64_put(h, NFTA_LIMIT_UNIT, NFT_LIMIT_UNIT_S);
	mnl_attr_put_u32(h, NFTA_LIMIT_BURST, htonl(connections));
	mnl_attr_put_u32(h, NFTA_LIMIT_TYPE, htonl(NFT_LIMIT_PKTS));
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, expr);
}

/* What names an element, and for a new one what it is. */
static void elem_put(struct nlmsghdr *h, const struct nft_elem *e, bool whole,
		     bool renew)
{
	const struct nft_set_spec *spec = &nft_set_specs[e->set];
	struct nlattr *nest = mnl_attr_nest_start(h, NFTA_LIST_ELEM);

	value_put(h, NFTA_SET_ELEM_KEY, e->key, spec->key_len);
	if (whole && spec->data_len)
		value_put(h, NFTA_SET_ELEM_DATA, e->data, spec->data_len);
	if (whole && e->timeout_ms)
		be64_put(h, NFTA_SET_ELEM_TIMEOUT, e->timeout_ms);
	/* Without it, an equal timeout would change nothing. */
	if (renew && e->timeout_ms)
		be64_put(h, NFTA_SET_ELEM_EXPIRATION, e->timeout_ms);
	if (whole && e->comment[0])
		comment_put(h, e->comment);
	if (whole && spec->limit)
		limit_put(h, e->connections);
	mnl_attr_nest_end(h, nest);
}

static struct nlattr *list_start(struct nlmsghdr *h, const char *table,
				 enum nft_set set)
{
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, table);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, nft_set_specs[set].name);
	return mnl_attr_nest_start(h, NFTA_SET_ELEM_LIST_ELEMENTS);
}

void nft_run_begin(struct nft_run *run, struct nft_batch *b, uint16_t type,
		   enum nft_set set)
{
	*run = (struct nft_run){
		.batch = b, .type = type, .set = set, .table = NFT_TABLE
	};
}

void nft_run_put(struct nft_run *run, const struct nft_elem *e)
{
	bool whole = run->type == NFT_MSG_NEWSETELEM;

	if (run->n == RUN_MAX)
		nft_run_end(run);
	if (run->n == 0) {
		run->h = nft_batch_add(run->batch, run->type, NFPROTO_INET,
				       whole ? NLM_F_CREATE : 0);
		run->list = list_start(run->h, run->table, run->set);
	}
	elem_put(run->h, e, whole, run->renew);
	run->n++;
}

void nft_run_end(struct nft_run *run)
{
	if (run->n)
		mnl_attr_nest_end(run->h, run->list);
	run->n = 0;
}

static void run_of_one(struct nft_batch *b, uint16_t type, bool renew,
		       const struct nft_elem *e)
{
	struct nft_run run;

	nft_run_begin(&run, b, type, e->set);
	run.renew = renew;
	nft_run_put(&run, e);
	nft_run_end(&run);
}

void nft_elem_add(struct nft_batch *b, const struct nft_elem *e)
{
	run_of_one(b, NFT_MSG_NEWSETELEM, false, e);
}

void nft_elem_renew(struct nft_batch *b, const struct nft_elem *e)
{
	run_of_one(b, NFT_MSG_NEWSETELEM, true, e);
}

void nft_elem_delete(struct nft_batch *b, const struct nft_elem *e)
{
	run_of_one(b, NFT_MSG_DELSETELEM, false, e);
}

void nft_elem_destroy(struct nft_batch *b, const struct nft_elem *e)
{
	run_of_one(b, NFT_MSG_DESTROYSETELEM, false, e);
}

void nft_elem_message(struct nlmsghdr *h, const char *table,
		      const struct nft_elem *e)
{
	struct nlattr *list = list_start(h, table, e->set);

	elem_put(h, e, false, false);
	mnl_attr_nest_end(h, list);
}

/* Copies a value that is exactly as long as it must be. */
static bool value_read(const struct nlattr *nest, void *to, size_t len)
{
	const struct nlattr *at[NFTA_DATA_MAX + 1];

	nl_attrs_nested(nest, at, NFTA_DATA_MAX + 1);
	if (!at[NFTA_DATA_VALUE] ||
	    mnl_attr_get_payload_len(at[NFTA_DATA_VALUE]) != len)
		return false;
	memcpy(to, mnl_attr_get_payload(at[NFTA_DATA_VALUE]), len);
	return true;
}

static void comment_read(const struct nlattr *a, char out[NFT_COMMENT_MAX])
{
	struct rd r =
		rd_of(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));

	out[0] = '\0';
	while (!r.failed && r.left) {
		uint8_t type = rd_u8(&r);
		uint8_t len = rd_u8(&r);
		const uint8_t *text = rd_bytes(&r, len);

		if (type != 0 || !text || len == 0 || len > NFT_COMMENT_MAX ||
		    text[len - 1] != '\0')
			continue;
		memcpy(out, text, len);
		return;
	}
}

static bool elem_read(const struct nlattr *nest, enum nft_set set,
		      struct nft_elem *out)
{
	const struct nft_set_spec *spec = &nft_set_specs[set];
	const struct nlattr *at[NFTA_SET_ELEM_MAX + 1];

	*out = (struct nft_elem){ .set = set };
	nl_attrs_nested(nest, at, NFTA_SET_ELEM_MAX + 1);
	if (!value_read(at[NFTA_SET_ELEM_KEY], out->key, spec->key_len))
		return false;
	if (spec->data_len &&
	    !value_read(at[NFTA_SET_ELEM_DATA], out->data, spec->data_len))
		return false;
	out->timeout_ms = nl_attr_be64(at[NFTA_SET_ELEM_TIMEOUT]);
	out->remaining_ms = nl_attr_be64(at[NFTA_SET_ELEM_EXPIRATION]);
	if (at[NFTA_SET_ELEM_USERDATA])
		comment_read(at[NFTA_SET_ELEM_USERDATA], out->comment);
	return true;
}

struct each {
	enum nft_set set;
	nft_elem_fn *fn;
	void *arg;
	enum haunt_err err;
};

static int elem_visit(const struct nlattr *a, void *arg)
{
	struct each *each = arg;
	struct nft_elem e;

	if (mnl_attr_get_type(a) != NFTA_LIST_ELEM ||
	    !elem_read(a, each->set, &e))
		return MNL_CB_OK;
	each->err = each->fn(each->arg, &e);
	return each->err == HAUNT_OK ? MNL_CB_OK : MNL_CB_STOP;
}

enum haunt_err nft_elem_each(const struct nlmsghdr *h, enum nft_set set,
			     nft_elem_fn *fn, void *arg)
{
	struct each each = { .set = set, .fn = fn, .arg = arg };
	const struct nlattr *at[NFTA_SET_ELEM_LIST_MAX + 1];

	nl_attrs(h, sizeof(struct nfgenmsg), at, NFTA_SET_ELEM_LIST_MAX + 1);
	if (at[NFTA_SET_ELEM_LIST_ELEMENTS])
		(void)mnl_attr_parse_nested(at[NFTA_SET_ELEM_LIST_ELEMENTS],
					    elem_visit, &each);
	return each.err;
}
