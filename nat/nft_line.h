/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One nftables rule under construction ("line": a rule is a grant resolved).
 * Each function adds what nft's own words would compile to; the names follow
 * them. A failed allocation fails the batch.
 */
#ifndef HAUNT_NAT_NFT_LINE_H
#define HAUNT_NAT_NFT_LINE_H

/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nat/nft_batch.h"

struct nftnl_rule;

/* Offsets of 4 bytes into the registers. */
enum line_reg {
	LINE_R0 = NFT_REG32_00,
	LINE_R1 = NFT_REG32_01,
	LINE_R2 = NFT_REG32_02,
	LINE_R4 = NFT_REG32_04,
	LINE_R5 = NFT_REG32_05,
	LINE_NONE = -1,
};

struct line {
	struct nft_batch *batch;
	struct nftnl_rule *rule;
	uint16_t family;
};

void line_begin(struct line *l, struct nft_batch *b, uint16_t family,
		const char *table, const char *chain);
/* At the end of the chain, or at its head. */
void line_append(struct line *l);
void line_insert(struct line *l);
void line_comment(struct line *l, const char *text);

/* Loads. */
void line_meta(struct line *l, uint32_t key, enum line_reg reg);
void line_ct(struct line *l, uint32_t key);
/* Server and client of a packet from the server: nft_elem_cut(). */
void line_cut_key(struct line *l, bool v4);
void line_immediate_u32(struct line *l, uint32_t value);
/* Sets bits of LINE_R0. */
void line_or(struct line *l, uint32_t bits);
void line_payload(struct line *l, uint32_t base, uint32_t offset, uint32_t len,
		  enum line_reg reg);
/* Compares LINE_R0 with len bytes. */
void line_cmp(struct line *l, uint32_t op, const void *data, uint32_t len);

/* Matches. */
void line_l4proto(struct line *l, uint8_t proto);
void line_nfproto(struct line *l, uint8_t family);
void line_tcp_flags(struct line *l, uint8_t mask, uint32_t op, uint8_t value);
void line_ct_bits(struct line *l, uint32_t key, uint32_t mask, uint32_t op,
		  uint32_t value);
/* The source's or the destination's. */
void line_addr(struct line *l, bool source, const struct ip_prefix *prefix);
void line_fib_type(struct line *l, uint32_t type);
/* A set's, or with dreg a map's; id is 0 but for a set made in this batch. */
void line_lookup(struct line *l, const char *set, uint32_t id,
		 enum line_reg dreg);
/* Passes what is not in the set. */
void line_lookup_not(struct line *l, const char *set);
/* An extension of x_tables, as iptables-nft writes it; size is padded. */
void line_xt_match(struct line *l, const char *name, uint32_t revision,
		   const void *info, uint32_t len);

/* Statements. */
void line_ct_set_mark(struct line *l);
/* Deletes the element of a set whose key is in LINE_R0. */
void line_elem_delete(struct line *l, const char *set);
void line_counter(struct line *l);
void line_notrack(struct line *l);
/* chain is NULL but for NFT_JUMP and NFT_GOTO. */
void line_verdict(struct line *l, int verdict, const char *chain);
void line_reject(struct line *l, uint32_t type, uint8_t code);
/* type is NFT_NAT_*; family NFPROTO_*; LINE_NONE for no address or port. */
void line_nat(struct line *l, uint32_t type, uint32_t family,
	      enum line_reg address, enum line_reg port);
void line_masquerade(struct line *l);

#endif
