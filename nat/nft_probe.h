/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this kernel can do. Tried once at start in a scratch table, because a
 * version number says little about a distribution's kernel.
 */
#ifndef HAUNT_NAT_NFT_PROBE_H
#define HAUNT_NAT_NFT_PROBE_H

#include "nat/nft_batch.h"

struct nft_features {
	bool persist;  /* tables that nobody else may write, and that survive */
	bool update;   /* a timeout that can be set anew in place */
	bool destroy;  /* deletes that do not mind what is gone */
	bool ctfilter; /* conntrack dumps narrowed by the kernel */
};

/* The scratch tables of those who probe: one must not take the other's away. */
#define NFT_SCRATCH	   "haunt_probe"
#define NFT_SCRATCH_DOCTOR "haunt_doctor"

/*
 * missing names features to do without, comma separated: persist, update,
 * destroy, ctfilter; NULL for none. EFORMAT: there is no such feature; ESYS:
 * nf_tables cannot be used at all.
 */
enum haunt_err nft_probe(struct nl *nl, struct nft_batch *b,
			 const char *scratch, const char *missing,
			 struct nft_features *out) HAUNT_MUST_CHECK;
/* Clears what missing names. */
enum haunt_err nft_features_drop(struct nft_features *f,
				 const char *missing) HAUNT_MUST_CHECK;

#endif
