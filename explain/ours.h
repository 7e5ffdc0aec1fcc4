/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What haunt's own table says to a packet, in haunt's words.
 */
#ifndef HAUNT_EXPLAIN_OURS_H
#define HAUNT_EXPLAIN_OURS_H

#include "explain/path.h"
#include "explain/question.h"
#include "nat/nft_elem.h"

struct ours_grant {
	uint32_t id; /* 0: there is none */
	uint64_t remaining_ms;
	char service[NFT_COMMENT_MAX];
	char client[NFT_COMMENT_MAX];
};

/* True for a step in our table; in it or by a rule of ours elsewhere. */
bool ours_is_table(const struct path_step *s);
bool ours_is(const struct path_step *s);
/* The cloak keeps it out; never-close-for lets it in. */
bool ours_is_cloak(const struct path_step *s);
bool ours_is_friend(const struct path_step *s);
/* A grant let it in; or was there, and did no more. */
bool ours_granted(const struct path *path);
bool ours_used_up(const struct path *path);

/* The grant for what was asked; id 0 if it is gone. nl is a socket of the
 * copy, whose elements are the host's. */
enum haunt_err ours_grant_find(struct nl *nl, const struct question *q,
			       struct ours_grant *out) HAUNT_MUST_CHECK;
/* "haunt's grant 17 (client alice, service ssh, 23 s left)" */
void ours_grant_tell(const struct ours_grant *g, char *text, size_t size);

#endif
