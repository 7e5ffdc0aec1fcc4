/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how tables, rules and elements are asked for and how the answers are
 * taken apart.
 */
#include "nat/nft_query.h"

#include <errno.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

/* How often a dump is repeated that others always interrupt. */
#define PASSES_MAX 32
/* Datagrams of a dump that is read in one go: what there is, and the end. */
#define WHOLE_PARTS 2
/* NFTA_SET_COUNT, which older headers do not know. */
#define SET_COUNT 20

static void comment_copy(const struct nlattr *a,
			 char out[NFT_TABLE_COMMENT_MAX])
{
	struct rd r =
		rd_of(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
	uint8_t type = rd_u8(&r);
	uint8_t len = rd_u8(&r);
	const uint8_t *text = rd_bytes(&r, len);

	if (type != 0 || !text || len == 0 || len > NFT_TABLE_COMMENT_MAX ||
	    text[len - 1] != '\0')
		return;
	memcpy(out, text, len);
}

static enum haunt_err table_item(void *arg, const struct nlmsghdr *h)
{
	struct nft_table_state *out = arg;
	const struct nlattr *at[NFTA_TABLE_OWNER + 1];

	nl_attrs(h, sizeof(struct nfgenmsg), at, NFTA_TABLE_OWNER + 1);
	*out = (struct nft_table_state){
		.present = true,
		.handle = nl_attr_be64(at[NFTA_TABLE_HANDLE]),
		.flags = nl_attr_be32(at[NFTA_TABLE_FLAGS]),
		.owner = nl_attr_be32(at[NFTA_TABLE_OWNER]),
	};
	if (at[NFTA_TABLE_USERDATA])
		comment_copy(at[NFTA_TABLE_USERDATA], out->comment);
	return HAUNT_OK;
}

enum haunt_err nft_query_table(struct nl *nl, const char *table,
			       struct nft_table_state *out)
{
	char buf[NL_REQUEST_MAX];
	struct nft_table_state found = { .present = false };
	struct nl_sink sink = { .item = table_item, .arg = &found };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE,
						   NFPROTO_INET, 0, 0);
	enum haunt_err err;

	mnl_attr_put_strz(h, NFTA_TABLE_NAME, table);
	err = nl_request(nl, h, &sink);
	if (err == HAUNT_ESYS && errno == ENOENT)
		err = HAUNT_OK;
	if (err == HAUNT_OK)
		*out = found;
	return err;
}

static void count_begin(void *arg)
{
	*(size_t *)arg = 0;
}

static enum haunt_err count_item(void *arg, const struct nlmsghdr *h)
{
	(void)h;
	++*(size_t *)arg;
	return HAUNT_OK;
}

enum haunt_err nft_query_rules(struct nl *nl, size_t *out)
{
	char buf[NL_REQUEST_MAX];
	size_t n = 0, before = SIZE_MAX;
	struct nl_sink sink = { .begin = count_begin,
				.item = count_item,
				.arg = &n };
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, NFPROTO_INET, 0, 0);
	struct nl_pass pass;

	mnl_attr_put_strz(h, NFTA_RULE_TABLE, NFT_TABLE);
	for (int i = 0; i < PASSES_MAX; i++) {
		enum haunt_err err = nl_dump_pass(nl, h, &sink, &pass);

		if (err != HAUNT_OK)
			return err;
		/* Changes of other tables do not move ours. */
		if (!pass.torn || n == before) {
			*out = n;
			return HAUNT_OK;
		}
		before = n;
	}
	errno = EINTR;
	return HAUNT_ESYS;
}

static enum haunt_err set_item(void *arg, const struct nlmsghdr *h)
{
	const struct nlattr *at[SET_COUNT + 1];

	nl_attrs(h, sizeof(struct nfgenmsg), at, SET_COUNT + 1);
	if (!at[SET_COUNT])
		return HAUNT_EUNSUPPORTED;
	*(size_t *)arg = nl_attr_be32(at[SET_COUNT]);
	return HAUNT_OK;
}

enum haunt_err nft_query_count(struct nl *nl, enum nft_set set, size_t *out)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .item = set_item, .arg = out };
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, NFPROTO_INET, 0, 0);

	mnl_attr_put_strz(h, NFTA_SET_TABLE, NFT_TABLE);
	mnl_attr_put_strz(h, NFTA_SET_NAME, nft_set_specs[set].name);
	return nl_request(nl, h, &sink);
}

struct one {
	enum nft_set set;
	struct nft_elem e;
	bool found;
};

static enum haunt_err one_store(void *arg, const struct nft_elem *e)
{
	struct one *one = arg;

	one->e = *e;
	one->found = true;
	return HAUNT_OK;
}

static enum haunt_err one_item(void *arg, const struct nlmsghdr *h)
{
	struct one *one = arg;

	return nft_elem_each(h, one->set, one_store, one);
}

enum haunt_err nft_query_elem(struct nl *nl, const struct nft_elem *e,
			      struct nft_elem *out)
{
	char buf[NL_REQUEST_MAX];
	struct one one = { .set = e->set };
	struct nl_sink sink = { .item = one_item, .arg = &one };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM,
						   NFPROTO_INET, 0, 0);
	enum haunt_err err;

	nft_elem_message(h, NFT_TABLE, e);
	err = nl_request(nl, h, &sink);
	if (err == HAUNT_ESYS && errno == ENOENT)
		return HAUNT_ENOENT;
	if (err != HAUNT_OK)
		return err;
	if (!one.found)
		return HAUNT_ENOENT;
	*out = one.e;
	return HAUNT_OK;
}

/* What the passes before have found, and what this one does. */
struct all {
	enum nft_set set;
	struct nft_elem_list list;
	size_t known;
};

static void all_begin(void *arg)
{
	struct all *all = arg;

	all->list.len = all->known;
}

static enum haunt_err all_store(void *arg, const struct nft_elem *e)
{
	struct nft_elem_list *list = arg;

	if (list->len == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		struct nft_elem *more =
			reallocarray(list->at, cap, sizeof(list->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		list->at = more;
		list->cap = cap;
	}
	list->at[list->len++] = *e;
	return HAUNT_OK;
}

static enum haunt_err all_item(void *arg, const struct nlmsghdr *h)
{
	struct all *all = arg;

	return nft_elem_each(h, all->set, all_store, &all->list);
}

/* By key; of two that were seen of one element the later one first, which has
 * less time left. */
static int elem_compare(const void *a, const void *b)
{
	const struct nft_elem *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(x->key));

	if (order)
		return order;
	return (x->remaining_ms > y->remaining_ms) -
	       (x->remaining_ms < y->remaining_ms);
}

/* Joins what this pass found to what is known; true if it is news. */
static bool pass_join(struct all *all)
{
	struct nft_elem_list *list = &all->list;
	size_t known = all->known, len = 0;

	if (list->len > 1)
		qsort(list->at, list->len, sizeof(list->at[0]), elem_compare);
	for (size_t i = 0; i < list->len; i++) {
		if (len && memcmp(list->at[len - 1].key, list->at[i].key,
				  sizeof(list->at[i].key)) == 0)
			continue;
		list->at[len++] = list->at[i];
	}
	list->len = len;
	all->known = len;
	return len != known;
}

/*
 * A dump of one piece that nothing interrupted is the truth. Any other one may
 * have passed an element over: the kernel finds its place again by counting,
 * and what ended meanwhile does not count any more. It is repeated until there
 * is nothing new, twice if there were changes.
 */
static enum haunt_err all_read(struct nl *nl, struct nlmsghdr *h,
			       struct all *all)
{
	struct nl_sink sink = { .begin = all_begin,
				.item = all_item,
				.arg = all };
	struct nl_pass pass;
	int quiet = 0;

	for (int i = 0; i < PASSES_MAX; i++) {
		enum haunt_err err = nl_dump_pass(nl, h, &sink, &pass);

		if (err != HAUNT_OK)
			return err;
		quiet = pass_join(all) || i == 0 ? 0 : quiet + 1;
		if (pass.parts <= WHOLE_PARTS && !pass.torn)
			return HAUNT_OK;
		if (quiet == (pass.torn ? 2 : 1))
			return HAUNT_OK;
	}
	errno = EINTR;
	return HAUNT_ESYS;
}

enum haunt_err nft_query_set(struct nl *nl, const char *table, enum nft_set set,
			     struct nft_elem_list *out)
{
	char buf[NL_REQUEST_MAX];
	struct all all = { .set = set };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM,
						   NFPROTO_INET, 0, 0);
	enum haunt_err err;

	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, table);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, nft_set_specs[set].name);
	err = all_read(nl, h, &all);
	if (err != HAUNT_OK) {
		free(all.list.at);
		return err;
	}
	*out = all.list;
	return HAUNT_OK;
}
