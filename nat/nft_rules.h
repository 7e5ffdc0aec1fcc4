/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that the rules of the static ruleset are made of. Each file of
 * rules makes those of some chains and says how many they are, so that a
 * ruleset which is not whole is noticed.
 */
#ifndef HAUNT_NAT_NFT_RULES_H
#define HAUNT_NAT_NFT_RULES_H

#include "nat/nft_elem.h"
#include "nat/nft_line.h"
#include "nat/skeleton.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* Where a client and a door are in the headers of a packet. */
struct door_key {
	uint32_t addr4;
	uint32_t addr6;
	uint32_t port;
};

extern const struct door_key door_from_client;
extern const struct door_key door_to_client;

/* Begins a rule at the end of a chain of our table. */
void rules_start(struct line *l, struct nft_batch *b, const char *chain);
/* ct mark and 0xff000000 (op) 0x5a000000 */
void rules_ours(struct line *l, uint32_t op);
/* ct mark and 0xff000000 != 0x5a000000 accept */
void rules_pass_others(struct nft_batch *b, const char *chain);
/* ip saddr . meta l4proto . th dport, or the like, into LINE_R0. */
void rules_door(struct line *l, bool v4, const struct door_key *at);
/* ct mark @SET, or ct mark != @SET */
void rules_mark_in(struct line *l, enum nft_set set, bool in);
/* ip saddr . meta l4proto . th sport . ip daddr . th dport @cutN goto kill */
void rules_cut(struct nft_batch *b, const char *chain, bool v4);
/* meta l4proto . th dport @protected */
void rules_protected(struct line *l);

/* Chains check, few and friends: who gets in (nft_rules_check.c). */
void nft_rules_check(struct nft_batch *b, const struct skeleton *s);
size_t nft_rules_check_count(const struct skeleton *s);
/* Chains routed, within, passed and arrived: what is passed on for whom
 * (nft_rules_way.c). */
void nft_rules_way(struct nft_batch *b, const struct skeleton *s);
size_t nft_rules_way_count(const struct skeleton *s);
/* Chains est, first, kill, hush, answers and out: who must not go on
 * (nft_rules_end.c). */
void nft_rules_end(struct nft_batch *b);
size_t nft_rules_end_count(void);
/* Chain cloaked: what strangers are told (nft_rules_cloak.c). */
void nft_rules_cloak(struct nft_batch *b, const struct skeleton *s);
size_t nft_rules_cloak_count(const struct skeleton *s);

#endif
