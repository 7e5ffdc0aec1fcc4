/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One transaction of nf_tables: messages that take effect together or not at
 * all. A failure while building it sticks and is told by the commit, so that
 * builders need not check. The kernel's refusal is traced to the message, and
 * with that to the rule it was for.
 */
#ifndef HAUNT_NAT_NFT_BATCH_H
#define HAUNT_NAT_NFT_BATCH_H

#include <stdbool.h>

#include "nat/fw.h"
#include "nat/nl.h"

/* Bytes that one message may have: a list of elements is one attribute, whose
 * length has 16 bits. */
#define NFT_MESSAGE_MAX 65536

struct nft_batch;

/* Keeps nl; NULL for a batch that is never committed. */
enum haunt_err nft_batch_new(struct nl *nl,
			     struct nft_batch **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void nft_batch_free(struct nft_batch *b);

/* Forgets everything and starts anew. */
void nft_batch_begin(struct nft_batch *b);
/* The messages to come are for this rule; FW_AT_NONE to begin with. */
void nft_batch_at(struct nft_batch *b, size_t at);
/*
 * Ends the message before and starts one: NFT_MSG_*, NFPROTO_*, NLM_F_*.
 * Never NULL, and has room for NFT_MESSAGE_MAX; lives until the next call.
 */
struct nlmsghdr *nft_batch_add(struct nft_batch *b, uint16_t type,
			       uint16_t family, uint16_t flags);
/* A number for something that this transaction makes. */
uint32_t nft_batch_id(struct nft_batch *b);
/* The first error sticks. */
void nft_batch_fail(struct nft_batch *b, enum haunt_err err);
bool nft_batch_failed(const struct nft_batch *b);
/* How many messages there are. */
size_t nft_batch_len(const struct nft_batch *b);

/*
 * Hands the transaction to the kernel and waits for its verdict. EBUSY: a
 * table is full; ESYS, with errno: the kernel refused, or its verdict was lost.
 * *why tells which rule's message it was. An empty batch is a success.
 */
enum haunt_err nft_batch_commit(struct nft_batch *b,
				struct fw_error *why) HAUNT_MUST_CHECK;
/* The kernel's words on the last refusal, or an empty text. */
const char *nft_batch_why(const struct nft_batch *b);

/* The inner steps of a commit, for tests. seal() numbers the messages from
 * first and returns the bytes; answer() takes one message of the kernel and
 * tells whether it was the last. */
const void *nft_batch_seal(struct nft_batch *b, uint32_t first, size_t *len);
bool nft_batch_answer(struct nft_batch *b, const struct nlmsghdr *h,
		      struct fw_error *why);

#endif
