/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A base chain can drop for others, but not accept for others: where the host
 * drops what it does not know, its own chains need one rule that lets pass
 * what carries a grant's mark. It is tagged, told, and taken away again.
 */
#ifndef HAUNT_NAT_INTEGRATE_H
#define HAUNT_NAT_INTEGRATE_H

#include "conf/config.h"
#include "nat/host.h"
#include "nat/nft_batch.h"

/*
 * Adds the rule where it is needed and takes it away where it is not. What a
 * foreign owner does not let us write is logged and is no failure. manual:
 * takes it away everywhere, and logs what to add by hand.
 */
enum haunt_err integrate(struct nft_batch *b, const struct host *host,
			 enum integration how) HAUNT_MUST_CHECK;
/* Adds it where it is needed and has gone. Where it is not needed it stays
 * till the next start: in the midst of a reload a firewall may accept all. */
enum haunt_err integrate_again(struct nft_batch *b,
			       const struct host *host) HAUNT_MUST_CHECK;
/* Logs what to add by hand to tables of iptables-legacy, which are not part of
 * nf_tables and where nothing is changed; at start. */
void integrate_tell_legacy(const struct host_legacy *legacy);
/* Takes it away everywhere. */
enum haunt_err integrate_undo(struct nft_batch *b,
			      const struct host *host) HAUNT_MUST_CHECK;

#endif
