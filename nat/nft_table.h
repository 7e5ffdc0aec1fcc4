/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The static ruleset: two tables, their sets, chains and rules, made in one
 * transaction and never changed by a grant.
 */
#ifndef HAUNT_NAT_NFT_TABLE_H
#define HAUNT_NAT_NFT_TABLE_H

#include "nat/nft_batch.h"
#include "nat/nft_set.h"
#include "nat/skeleton.h"

/* Flags of a table that only its owner may write, and that outlives it. */
#define NFT_TABLE_OWNED		 0x2u
#define NFT_TABLE_OWNED_AND_KEPT 0x6u

/* Both tables with everything that the skeleton says; they must not be there.
 * size is how many grants there may be. */
void nft_table_make(struct nft_batch *b, const struct skeleton *s,
		    uint32_t size);
/* Deletes a table that is there. */
void nft_table_delete(struct nft_batch *b, const char *table);
/* Takes possession of a table that an earlier process left. */
void nft_table_adopt(struct nft_batch *b, const char *table);

/* The steps of nft_table_make(), which others need, too. */
void nft_table_add(struct nft_batch *b, const char *table, uint32_t flags,
		   const char *comment);
/* size 0: no bound. */
void nft_table_set(struct nft_batch *b, const char *table, enum nft_set set,
		   uint32_t size);

/* The rules of both tables (nft_rules.c). */
void nft_rules_make(struct nft_batch *b, const struct skeleton *s);
/* How many rules our table has, the anchor's apart. */
size_t nft_rules_count(const struct skeleton *s);

#endif
