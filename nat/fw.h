/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs of a firewall. nat knows no more of it than this table; the
 * kernel's is fw_nft, the tests have one in memory, `--dry-run` one that
 * only logs. A transaction is all or nothing.
 */
#ifndef HAUNT_NAT_FW_H
#define HAUNT_NAT_FW_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"
#include "nat/rule.h"

struct fw;

/* Why a transaction failed. */
struct fw_error {
	int error;    /* the kernel's errno; 0 if it was not the kernel */
	size_t at;    /* index of the rule at fault; FW_AT_NONE if none is */
	bool unknown; /* the verdict was lost: it may be in force */
};

#define FW_AT_NONE ((size_t)-1)

/* A part of what is in force. */
struct fw_scanned {
	bool more;	    /* it was not the last */
	bool torn;	    /* there were others before, of the same set */
	unsigned int ended; /* rules that it put an end to */
};

/* Called once for each rule in force; rule->lifetime_ms is what remains. */
typedef enum haunt_err fw_rule_fn(void *arg, const struct rule *rule);

/* What is seen of one session at one moment. */
struct sight {
	struct session session; /* since_ms is 0 where conntrack does not say;
				   idle_ms at least what its timeout tells */
	uint64_t left_ms;  /* until conntrack forgets it, if nothing comes */
	uint64_t least_ms; /* it is there for so long, whatever comes,
			      unless somebody deletes it */
	bool assured;	   /* it was a whole session once */
};

/* Called for each session found, in any state; for some perhaps twice. */
typedef enum haunt_err fw_sight_fn(void *arg, const struct sight *s);
/* Called once for each origin that is kept. */
typedef enum haunt_err fw_origin_fn(void *arg, const struct origin *o);
/* Called for each event: gone is false where one has begun. */
typedef void fw_event_fn(void *arg, const struct sight *s, bool gone);

/* A change of the firewall that lasts this long is not one on the way. */
#define FW_SETTLED_MS 6000

struct fw_setup {
	const struct config *config;
	/* Kernel features to do without, comma separated; NULL for none. */
	const char *missing;
	/* What remains of the time that the cloak is tried for; 0: it is over,
	 * there is no cloak; negative: it is not tried but in force. */
	int64_t try_ms;
};

struct fw_ops {
	/* Takes its sockets and makes the static ruleset present, adopting
	 * what an earlier process left. Logs what it found and decided, and
	 * why it failed. Keeps setup->config. */
	enum haunt_err (*open)(const struct fw_setup *setup, struct fw **out);
	/* Puts n rules in force in one transaction: EBUSY when a table is
	 * full, ESYS with *why otherwise. Does not touch conntrack. ESTALE,
	 * of revoke as well: whether they are in force cannot be found out;
	 * start anew. */
	enum haunt_err (*apply)(struct fw *fw, const struct rule *rules,
				size_t n, struct fw_error *why);
	/* Ends n rules in one transaction; absent rules are a success. Sessions
	 * that are not tied to their grant live on, unless cut is said: then
	 * nothing of them passes any more. */
	enum haunt_err (*revoke)(struct fw *fw, const struct rule *rules,
				 size_t n, bool cut, struct fw_error *why);
	/* Lets nothing pass any more of what began under these grants, n of at
	 * most GRANT_SURVEY_MAX, whether they are in force or not. */
	enum haunt_err (*stop)(struct fw *fw, const uint32_t *ids, size_t n,
			       struct fw_error *why);
	/*
	 * Tells what is in force, part by part, while transactions go on: begin
	 * starts it anew, next tells a part, once it has told whose answers
	 * came before. What is put in force meanwhile may be told or not, and
	 * what was may be told twice; where elements go meanwhile others may be
	 * missed. Ends what the configuration has no more. ESTALE: the table
	 * was made anew, begin again.
	 */
	enum haunt_err (*scan_begin)(struct fw *fw);
	enum haunt_err (*scan_next)(struct fw *fw, fw_rule_fn *fn, void *arg,
				    struct fw_scanned *out);
	/* How many doors the kernel holds, those among them that ran out and
	 * are not collected yet. EUNSUPPORTED: it does not tell. */
	enum haunt_err (*count)(struct fw *fw, size_t *out);
	/* The rule in force at another's door. ENOENT. */
	enum haunt_err (*find)(struct fw *fw, const struct rule *at,
			       struct rule *out);
	/* OK if this TCP connection to this host came in by a grant, or from
	 * never-close-for: a way in that the cloak leaves. server is its other
	 * end before or after translation. ENOENT: it is not known; EDENIED:
	 * it came in otherwise. NULL with keep. */
	enum haunt_err (*seen)(struct fw *fw, const struct endpoint *client,
			       const struct endpoint *server);
	/* Lets a cloak that is tried stay. ESTALE: it is lifted already. NULL
	 * where there is none. */
	enum haunt_err (*keep)(struct fw *fw);
	/* A descriptor that is readable when somebody else changed the
	 * firewall; -1 if there is none. May be NULL. */
	int (*watch)(const struct fw *fw);
	/* To be called when it is, again FW_SETTLED_MS later, and again later
	 * if it fails: puts back what was taken away. ESTALE: the rules that
	 * were in force cannot be; start anew. NULL where watch is. */
	enum haunt_err (*repair)(struct fw *fw);
	/* Deletes conntrack entries that began before the rules and would
	 * keep their NAT from being decided. May block for milliseconds:
	 * called from the conntrack thread only. */
	enum haunt_err (*cut_stale)(struct fw *fw, const struct rule *rules,
				    size_t n);
	/* Ends sessions for good, one by one: what can be told is told, and
	 * none comes back under any guise. Likewise. */
	enum haunt_err (*cut)(struct fw *fw, const struct session *sessions,
			      size_t n);
	/* Ends what began under these ids, sorted, and is no session, such as
	 * a ping. Likewise; NULL where nothing is. */
	enum haunt_err (*cut_others)(struct fw *fw, const uint32_t *ids,
				     size_t n);
	/* A descriptor that is readable when cut() has left something to be
	 * done by the thread that makes transactions; NULL where nothing ever
	 * is. */
	int (*leftover)(const struct fw *fw);
	/* Does it. An error is logged here: what is left is tried again with
	 * the next. */
	void (*finish)(struct fw *fw);
	/* Calls fn for every session under any grant. Likewise. */
	enum haunt_err (*sessions)(struct fw *fw, fw_sight_fn *fn, void *arg);
	/* Looks for one. ENOENT: it is gone. Likewise. */
	enum haunt_err (*session)(struct fw *fw, const struct session *s,
				  struct sight *out);
	/* Whether conntrack counts the bytes of new connections. */
	bool (*accounting)(struct fw *fw);
	/* Lets the kernel tell of sessions as they begin and go, or no more.
	 * *fd is readable when it did; -1 if it does not. Likewise. */
	enum haunt_err (*events)(struct fw *fw, bool on, int *fd);
	/* Takes the events that wait. ESYS with ENOBUFS: some were lost.
	 * Likewise. */
	enum haunt_err (*hear)(struct fw *fw, fw_event_fn *fn, void *arg);
	/* Keeps whose sessions an id's are, anew or for longer; or, if they
	 * are over, forgets it. Absent is a success. */
	enum haunt_err (*origin)(struct fw *fw, const struct origin *o);
	/* Tells all that are kept. */
	enum haunt_err (*origins)(struct fw *fw, fw_origin_fn *fn, void *arg);
	/* True if a chain of somebody else's would stop sessions whose grant
	 * has ended, as far as the last look at the firewall told. */
	bool (*at_risk)(const struct fw *fw);
	/* Looks whether the kernel has room for new connections, and logs
	 * when that changes. Likewise; may be NULL. */
	enum haunt_err (*room)(struct fw *fw);
	/* Leaves everything in the kernel. NULL is fine. */
	void (*close)(struct fw *fw);
};

extern const struct fw_ops fw_nft; /* the kernel's nf_tables */
extern const struct fw_ops fw_dry; /* logs what it would do */

#endif
