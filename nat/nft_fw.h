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

/* The reading of what is in force; see nft_scan.c. */
struct nft_scan {
	struct nl *nl; /* its own: questions and transactions go on */
	uint32_t seq;
	bool running;
	size_t set;	    /* in nft_grant_sets */
	unsigned int parts; /* of this set, so far */
	uint64_t made_ms;   /* when the kernel made the part that is next */
};

struct fw {
	const struct config *config;
	struct nl *nl;	  /* questions and transactions: it owns the tables */
	struct nl *watch; /* hears of what others change */
	struct ct *ct;	  /* of the conntrack thread */
	struct outbox *outbox; /* of both threads */
	struct nft_scan scan;
	struct nft_batch *batch;
	struct nft_features have;
	struct skeleton *skeleton;
	bool tried; /* the cloak is lifted at try_until_ms (monotonic) */
	uint64_t try_until_ms;
	struct host_legacy legacy; /* as of the start */
	enum cloak seen4;	   /* what the host's firewall calls for now */
	enum cloak seen6;
	bool at_risk;	     /* as fw_ops says */
	uint64_t differs_ms; /* since when that is something else; or 0 */
	uint64_t handle;     /* of our table; 0: not known */
	bool restored; /* another is in its place, with grants of its own */
	bool lost; /* what was in force is gone, and the gate not told yet */
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

/*
 * After a transaction whose verdict was lost: asks the kernel for what it would
 * have done. OK: it is done. ESYS: it is not. ESTALE: that cannot be found out
 * either. Logs what it finds; since_ms is before the transaction.
 */
enum haunt_err nft_doubt_apply(struct fw *fw, const struct rule *rules,
			       size_t n, uint64_t since_ms,
			       const struct fw_error *why) HAUNT_MUST_CHECK;
enum haunt_err nft_doubt_revoke(struct fw *fw, const struct rule *rules,
				size_t n, bool cut,
				const struct fw_error *why) HAUNT_MUST_CHECK;
enum haunt_err nft_doubt_stop(struct fw *fw, const uint32_t *ids, size_t n,
			      const struct fw_error *why) HAUNT_MUST_CHECK;

/* Puts the deletion of an element that may be there into the batch. */
enum haunt_err nft_elem_end(struct fw *fw,
			    const struct nft_elem *e) HAUNT_MUST_CHECK;

/* An element that is there gets its timeout anew; one that is not is made. */
void nft_elem_refresh(struct fw *fw, const struct nft_elem *e);

/* Ends a grant's element and its NAT; absent is success. */
enum haunt_err nft_drop(struct fw *fw,
			const struct nft_elem *e) HAUNT_MUST_CHECK;

/* Verbs of fw_nft that are not in its own file. */
enum haunt_err nft_open(const struct fw_setup *setup, struct fw **out);
void nft_close(struct fw *fw);
int nft_watch(const struct fw *fw);
enum haunt_err nft_repair(struct fw *fw);
enum haunt_err nft_cut(struct fw *fw, const struct session *sessions, size_t n);
int nft_leftover(const struct fw *fw);
void nft_finish(struct fw *fw);
enum haunt_err nft_scan_begin(struct fw *fw);
enum haunt_err nft_scan_next(struct fw *fw, fw_rule_fn *fn, void *arg,
			     struct fw_scanned *out);
enum haunt_err nft_count(struct fw *fw, size_t *out);
enum haunt_err nft_find(struct fw *fw, const struct rule *at, struct rule *out);

#endif
