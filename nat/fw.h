/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs of a firewall. nat knows no more of it than this table; the
 * kernel's is fw_nft, the tests have one in memory, `--dry-run` one that
 * only logs. A transaction is all or nothing.
 */
#ifndef HAUNT_NAT_FW_H
#define HAUNT_NAT_FW_H

#include <stddef.h>

#include "conf/config.h"
#include "nat/rule.h"

struct fw;

/* Why a transaction failed. */
struct fw_error {
	int error; /* the kernel's errno; 0 if it was not the kernel */
	size_t at; /* index of the rule at fault; FW_AT_NONE if none is */
};

#define FW_AT_NONE ((size_t)-1)

/* Called once for each rule in force; rule->lifetime_ms is what remains. */
typedef enum haunt_err fw_rule_fn(void *arg, const struct rule *rule);
/* Called once for each session found. */
typedef enum haunt_err fw_session_fn(void *arg, const struct session *s);

struct fw_ops {
	/* Takes its sockets and makes the static ruleset present, adopting
	 * what an earlier process left. Logs what it found and decided, and
	 * why it failed. missing lists kernel features to do without, comma
	 * separated; NULL for none. Keeps config. */
	enum haunt_err (*open)(const struct config *config, const char *missing,
			       struct fw **out);
	/* Puts n rules in force in one transaction: EBUSY when a table is
	 * full, ESYS with *why otherwise. Does not touch conntrack. */
	enum haunt_err (*apply)(struct fw *fw, const struct rule *rules,
				size_t n, struct fw_error *why);
	/* Ends n rules in one transaction; sessions live on; absent rules
	 * are a success. */
	enum haunt_err (*revoke)(struct fw *fw, const struct rule *rules,
				 size_t n, struct fw_error *why);
	/* Tells what is in force; ends what the configuration has no more. */
	enum haunt_err (*list)(struct fw *fw, fw_rule_fn *fn, void *arg);
	/* A descriptor that is readable when somebody else changed the
	 * firewall; -1 if there is none. May be NULL. */
	int (*watch)(const struct fw *fw);
	/* To be called when it is, and again later if it fails: puts back what
	 * was taken away. ESTALE: the rules that were in force cannot be; start
	 * anew. NULL where watch is. */
	enum haunt_err (*repair)(struct fw *fw);
	/* Deletes conntrack entries that began before the rules and would
	 * keep their NAT from being decided. May block for milliseconds:
	 * called from the conntrack thread only. */
	enum haunt_err (*cut_stale)(struct fw *fw, const struct rule *rules,
				    size_t n);
	/* Calls fn for every live session under any grant. Likewise. */
	enum haunt_err (*sessions)(struct fw *fw, fw_session_fn *fn, void *arg);
	/* Leaves everything in the kernel. NULL is fine. */
	void (*close)(struct fw *fw);
};

extern const struct fw_ops fw_nft; /* the kernel's nf_tables */
extern const struct fw_ops fw_dry; /* logs what it would do */

#endif
