/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to nf_tables that change nothing.
 */
#ifndef HAUNT_NAT_NFT_QUERY_H
#define HAUNT_NAT_NFT_QUERY_H

#include "nat/nft_elem.h"

#define NFT_TABLE_COMMENT_MAX 64

struct nft_table_state {
	bool present;
	uint64_t handle; /* of this one, and of no other after it */
	uint32_t flags;
	uint32_t owner; /* port id; 0: nobody, or nobody who lives */
	char comment[NFT_TABLE_COMMENT_MAX];
};

/* A table that is not there is a success, too. */
enum haunt_err nft_query_table(struct nl *nl, const char *table,
			       struct nft_table_state *out) HAUNT_MUST_CHECK;
/* How many elements a set holds, those that ran out and are not collected
 * among them. EUNSUPPORTED: the kernel does not tell. */
enum haunt_err nft_query_count(struct nl *nl, enum nft_set set,
			       size_t *out) HAUNT_MUST_CHECK;
/* How many rules our table has. */
enum haunt_err nft_query_rules(struct nl *nl, size_t *out) HAUNT_MUST_CHECK;

/* The element with e's key. ENOENT. */
enum haunt_err nft_query_elem(struct nl *nl, const struct nft_elem *e,
			      struct nft_elem *out) HAUNT_MUST_CHECK;

/* All elements of a set, as an array to be freed. */
struct nft_elem_list {
	struct nft_elem *at;
	size_t len;
	size_t cap;
};

enum haunt_err nft_query_set(struct nl *nl, const char *table, enum nft_set set,
			     struct nft_elem_list *out) HAUNT_MUST_CHECK;

#endif
