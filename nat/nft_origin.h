/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose sessions an id's are, kept in the kernel for as long as they live: so
 * that a process that comes later can still tell, when the grant is long over
 * and perhaps its names have left the configuration.
 */
#ifndef HAUNT_NAT_NFT_ORIGIN_H
#define HAUNT_NAT_NFT_ORIGIN_H

#include "nat/fw.h"
#include "nat/nft_elem.h"

/* The gate renews them before that. */
#define NFT_ORIGIN_MS 86400000u

struct nft_elem nft_origin_elem(const struct origin *o);
/* EFORMAT: nobody of ours has written it. */
enum haunt_err nft_origin_of(const struct nft_elem *e,
			     struct origin *out) HAUNT_MUST_CHECK;
/* Verbs of fw_nft. */
enum haunt_err nft_origin(struct fw *fw, const struct origin *o);
enum haunt_err nft_origins(struct fw *fw, fw_origin_fn *fn, void *arg);

#endif
