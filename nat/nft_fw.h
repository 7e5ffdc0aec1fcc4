/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind fw_nft share.
 */
#ifndef HAUNT_NAT_NFT_FW_H
#define HAUNT_NAT_NFT_FW_H

#include "nat/ct.h"
#include "nat/host.h"
#include "nat/nft_cut.h"
#include "nat/nft_elem.h"
#include "nat/nft_probe.h"
#include "nat/skeleton.h"

struct fw {
	const struct config *config;
	struct nl *nl;	  /* questions and transactions: it owns the tables */
	struct nl *watch; /* hears of what others change */
	struct ct *ct;	  /* of the conntrack thread */
	struct outbox *outbox; /* of both threads */
	struct nft_batch *batch;
	struct nft_features have;
	struct skeleton *skeleton;
	enum cloak seen4; /* what the host's firewall calls for now */
	enum cloak seen6;
	bool at_risk; /* as fw_ops says */
};

/* How a cloaked port must look on this host as it is now. */
struct cloak_look nft_look_for(const struct host *host, bool v4);

/*
 * Makes the tables be there as the skeleton says: adopts them as they are, or
 * makes them anew in one transaction, with the grants that are in force and
 * that the configuration still knows. EBUSY: another process has them. Logs.
 */
enum haunt_err nft_install(struct fw *fw) HAUNT_MUST_CHECK;

/* Brings an element's grant into today's terms. ENOENT, EDENIED, EFORMAT:
 * there is no such grant any more. ESTALE: a session has shut its door. */
enum haunt_err nft_revive(const struct fw *fw, const struct nft_elem *e,
			  struct rule *out) HAUNT_MUST_CHECK;
/* Logs the end of a grant that could not be revived. */
void nft_log_unrevived(const struct nft_elem *e, enum haunt_err err);

/* Logs a failure with the kernel's reason. */
void nft_log_failure(const struct fw *fw, const char *event, const char *step,
		     enum haunt_err err);

/* Verbs of fw_nft that are not in its own file. */
enum haunt_err nft_open(const struct config *config, const char *missing,
			struct fw **out);
void nft_close(struct fw *fw);
int nft_watch(const struct fw *fw);
enum haunt_err nft_repair(struct fw *fw);
enum haunt_err nft_cut(struct fw *fw, const struct session *sessions, size_t n);
int nft_leftover(const struct fw *fw);
void nft_finish(struct fw *fw);

#endif
