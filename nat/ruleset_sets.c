/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides which sets are worth reading, those of ports, protocols, interfaces,
 * states and marks, and how their elements come.
 */
/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <errno.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nat/nft_set.h"
#include "nat/ruleset_read.h"

#define SETS_MAX  4096
#define ELEMS_MAX 65536

/* nft's numbers for the types of keys: families, protocols, ports, marks,
 * states, types of addresses, interfaces. */
static bool type_wanted(uint32_t type)
{
	static const uint32_t wanted[] = { 2, 12, 13, 19, 26, 38, 41 };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (type == wanted[i])
			return true;
	}
	return false;
}

static bool set_wanted(const struct nftnl_set *s)
{
	const char *table = nftnl_set_get_str(s, NFTNL_SET_TABLE);

	return table && nftnl_set_get_str(s, NFTNL_SET_NAME) &&
	       type_wanted(nftnl_set_get_u32(s, NFTNL_SET_KEY_TYPE)) &&
	       nftnl_set_get_u32(s, NFTNL_SET_KEY_LEN) <= RS_VALUE_MAX &&
	       !(nftnl_set_get_u32(s, NFTNL_SET_FAMILY) == NFPROTO_INET &&
		 strcmp(table, NFT_TABLE) == 0);
}

static void sets_begin(void *arg)
{
	struct reading *r = arg;

	r->sets_len = 0;
}

static enum haunt_err set_add(struct reading *r, const struct nftnl_set *s)
{
	struct rs_set *out;

	if (r->sets_len == r->sets_cap) {
		size_t cap = r->sets_cap ? r->sets_cap * 2 : 16;
		struct rs_set *more =
			reallocarray(r->sets, cap, sizeof(r->sets[0]));

		if (!more)
			return HAUNT_ENOMEM;
		r->sets = more;
		r->sets_cap = cap;
	}
	out = &r->sets[r->sets_len++];
	*out = (struct rs_set){
		.family = (uint16_t)nftnl_set_get_u32(s, NFTNL_SET_FAMILY),
		.key_len = nftnl_set_get_u32(s, NFTNL_SET_KEY_LEN),
		.intervals = nftnl_set_is_set(s, NFTNL_SET_FLAGS) &&
			     (nftnl_set_get_u32(s, NFTNL_SET_FLAGS) &
			      NFT_SET_INTERVAL),
	};
	snprintf(out->table, sizeof(out->table), "%s",
		 nftnl_set_get_str(s, NFTNL_SET_TABLE));
	snprintf(out->name, sizeof(out->name), "%s",
		 nftnl_set_get_str(s, NFTNL_SET_NAME));
	return HAUNT_OK;
}

static enum haunt_err set_item(void *arg, const struct nlmsghdr *h)
{
	struct reading *r = arg;
	struct nftnl_set *s = nftnl_set_alloc();
	enum haunt_err err = HAUNT_OK;

	if (!s)
		return HAUNT_ENOMEM;
	if (nftnl_set_nlmsg_parse(h, s) >= 0 && set_wanted(s) &&
	    r->sets_len < SETS_MAX)
		err = set_add(r, s);
	nftnl_set_free(s);
	return err;
}

/* ---- elements ---- */

struct filling {
	struct reading *r;
	struct rs_set *set;
	enum haunt_err err;
};

static void elems_begin(void *arg)
{
	struct filling *f = arg;

	f->set->len = 0;
}

static enum rs_verdict verdict_of(struct nftnl_set_elem *e)
{
	uint32_t v = nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_VERDICT)
			     ? nftnl_set_elem_get_u32(e, NFTNL_SET_ELEM_VERDICT)
			     : (uint32_t)NFT_CONTINUE;

	switch ((int)v) {
	case NF_ACCEPT:
		return RS_ACCEPT;
	case NF_DROP:
		return RS_DROP;
	case NFT_JUMP:
		return RS_JUMP;
	case NFT_GOTO:
		return RS_GOTO;
	case NFT_RETURN:
		return RS_RETURN;
	default:
		return RS_NONE;
	}
}

static void elem_fill(const struct filling *f, struct nftnl_set_elem *e,
		      struct rs_elem *out)
{
	uint32_t len = 0;
	const void *key =
		nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_KEY)
			? nftnl_set_elem_get(e, NFTNL_SET_ELEM_KEY, &len)
			: NULL;

	*out = (struct rs_elem){
		.ends = nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_FLAGS) &&
			(nftnl_set_elem_get_u32(e, NFTNL_SET_ELEM_FLAGS) &
			 NFT_SET_ELEM_INTERVAL_END),
		.verdict = verdict_of(e),
		.to = SIZE_MAX,
	};
	if (key && len <= sizeof(out->key))
		memcpy(out->key, key, len);
	if (nftnl_set_elem_is_set(e, NFTNL_SET_ELEM_CHAIN))
		out->to = rs_chain_find(
			f->r->rs, f->set->family, f->set->table,
			nftnl_set_elem_get_str(e, NFTNL_SET_ELEM_CHAIN));
}

static int elem_visit(struct nftnl_set_elem *e, void *arg)
{
	struct filling *f = arg;
	struct rs_set *set = f->set;

	if (set->len == ELEMS_MAX)
		return 0;
	if (set->len == set->cap) {
		size_t cap = set->cap ? set->cap * 2 : 16;
		struct rs_elem *more =
			reallocarray(set->elems, cap, sizeof(set->elems[0]));

		if (!more) {
			f->err = HAUNT_ENOMEM;
			return -1;
		}
		set->elems = more;
		set->cap = cap;
	}
	elem_fill(f, e, &set->elems[set->len++]);
	return 0;
}

static enum haunt_err elems_item(void *arg, const struct nlmsghdr *h)
{
	struct filling *f = arg;
	struct nftnl_set *s = nftnl_set_alloc();

	if (!s)
		return HAUNT_ENOMEM;
	if (nftnl_set_elems_nlmsg_parse(h, s) >= 0)
		(void)nftnl_set_elem_foreach(s, elem_visit, f);
	nftnl_set_free(s);
	return f->err;
}

static int elem_compare(const void *a, const void *b)
{
	const struct rs_elem *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(x->key));

	/* Where one interval ends and the next begins, the end comes first. */
	return order ? order : (int)y->ends - (int)x->ends;
}

static enum haunt_err elems_read(struct nl *nl, struct reading *r,
				 struct rs_set *set)
{
	char buf[NL_REQUEST_MAX];
	struct filling f = { .r = r, .set = set };
	struct nl_sink sink = { .begin = elems_begin,
				.item = elems_item,
				.arg = &f };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM,
						   set->family, 0, 0);
	enum haunt_err err;

	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, set->table);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET, set->name);
	err = nl_dump(nl, h, &sink);
	/* It may have gone since we saw it. */
	if (err == HAUNT_ESYS && errno == ENOENT)
		err = HAUNT_OK;
	if (err == HAUNT_OK && set->len)
		qsort(set->elems, set->len, sizeof(set->elems[0]),
		      elem_compare);
	return err;
}

enum haunt_err ruleset_sets_read(struct nl *nl, struct reading *r)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = sets_begin,
				.item = set_item,
				.arg = r };
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET,
						   NFPROTO_UNSPEC, 0, 0);
	enum haunt_err err = nl_dump(nl, h, &sink);

	for (size_t i = 0; err == HAUNT_OK && i < r->sets_len; i++)
		err = elems_read(nl, r, &r->sets[i]);
	return err;
}

void ruleset_sets_free(struct reading *r)
{
	for (size_t i = 0; i < r->sets_len; i++)
		free(r->sets[i].elems);
	free(r->sets);
	r->sets = NULL;
	r->sets_len = 0;
}

const struct rs_set *ruleset_set_find(const struct reading *r,
				      const struct rs_chain *chain,
				      const char *name)
{
	for (size_t i = 0; i < r->sets_len; i++) {
		const struct rs_set *s = &r->sets[i];

		if (s->family == chain->family &&
		    strcmp(s->table, chain->table) == 0 &&
		    strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}
