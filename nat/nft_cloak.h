/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the cloak lasts: for ever, or until the end of a try, when the
 * kernel takes its elements away by itself.
 */
#ifndef HAUNT_NAT_NFT_CLOAK_H
#define HAUNT_NAT_NFT_CLOAK_H

#include "nat/nft_fw.h"

/* Brings what remains of a try into the skeleton, for tables that are made. */
void nft_cloak_prepare(struct fw *fw);
/* Brings the elements of tables that were taken over to the same; logs. */
enum haunt_err nft_cloak_adopt(struct fw *fw) HAUNT_MUST_CHECK;
/* How many elements there are, and how many of them end by themselves. */
enum haunt_err nft_cloak_count(struct fw *fw, size_t *n,
			       size_t *timed) HAUNT_MUST_CHECK;
/* Logs what became of so many, if that is something else. */
void nft_cloak_note(const struct fw *fw, size_t n, size_t timed);
/* Verbs of fw_nft. */
enum haunt_err nft_cloak_seen(struct fw *fw, const struct endpoint *client,
			      const struct endpoint *server);
enum haunt_err nft_cloak_keep(struct fw *fw);

#endif
