/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that others have in nf_tables, as values that can be judged
 * without a kernel: what of a packet a rule looks at, as far as it is known
 * here, and what it does. Reading changes nothing.
 */
#ifndef HAUNT_NAT_RULESET_H
#define HAUNT_NAT_RULESET_H

/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "nat/host.h"
#include "nat/nl.h"

#define RULESET_RULES_MAX 50000 /* what is beyond is not read */
#define RS_CONDS_MAX	  8
#define RS_IFNAME_MAX	  16

/* What of a packet a condition looks at. */
enum rs_field {
	RS_OTHER, /* something that is not known here */
	RS_NFPROTO,
	RS_L4PROTO,
	RS_DPORT,
	RS_IIFNAME, /* name, name_len: the first bytes of it, with NUL or not */
	RS_CT_STATE,
	RS_CT_MARK,
	RS_DTYPE, /* the type of its destination, RTN_* */
};

struct rs_span {
	uint32_t lo;
	uint32_t hi;
};

/* True if (value & mask) lies in one of the spans, or in none for not. */
struct rs_cond {
	enum rs_field field;
	bool not ;
	uint32_t mask;
	size_t first; /* in ruleset->spans */
	size_t len;
	char name[RS_IFNAME_MAX];
	uint8_t name_len;
};

enum rs_verdict {
	RS_NONE, /* the next rule speaks */
	RS_ACCEPT,
	RS_DROP,
	RS_REJECT,
	RS_JUMP,
	RS_GOTO,
	RS_RETURN,
};

struct rs_rule {
	size_t chain; /* in ruleset->chains */
	uint64_t handle;
	struct rs_cond conds[RS_CONDS_MAX];
	uint8_t conds_len;
	enum rs_verdict verdict;
	size_t to; /* of RS_JUMP and RS_GOTO; SIZE_MAX: not known */
	bool dnat; /* to nat_addr (any: the same address), nat_port (0: same) */
	struct ip_addr nat_addr;
	uint16_t nat_port;
	uint32_t mark_bits; /* of the ct mark that it may change */
};

struct rs_chain {
	uint16_t family; /* NFPROTO_* */
	char table[HOST_NAME_MAX];
	char name[HOST_NAME_MAX];
	bool base;
	char type[8]; /* "filter", "nat", "route" */
	uint32_t hook;
	int32_t priority;
	bool drop; /* its policy */
	bool xt;   /* its name is one of iptables-nft's */
	bool ours;
	bool early; /* at prerouting, or before that at an interface */
};

struct ruleset {
	struct rs_chain *chains;
	size_t chains_len, chains_cap;
	struct rs_rule *rules; /* in order; those of a chain need not adjoin */
	size_t rules_len, rules_cap;
	struct rs_span *spans;
	size_t spans_len, spans_cap;
	bool cut; /* there is more than RULESET_RULES_MAX */
};

/* ruleset_forget() frees it. ENOMEM; ESYS: errno. */
enum haunt_err ruleset_look(struct nl *nl,
			    struct ruleset *out) HAUNT_MUST_CHECK;
void ruleset_forget(struct ruleset *rs);

bool rs_chain_sees(const struct rs_chain *c, bool v4);
size_t rs_chain_find(const struct ruleset *rs, uint16_t family,
		     const char *table, const char *name);

/* Room for one more at the end of an array of this struct; zeroed. NULL: no
 * memory. */
struct rs_chain *rs_chain_new(struct ruleset *rs);
struct rs_rule *rs_rule_new(struct ruleset *rs);
struct rs_span *rs_span_new(struct ruleset *rs);

/* ---- judging (ruleset_walk.c) ---- */

/* A packet of somebody of whom nothing more is known than this. */
struct rs_packet {
	bool v4;
	uint8_t proto;
	uint16_t dport;	   /* 0: not known */
	const char *iif;   /* NULL: not lo, but not known */
	uint32_t ct_state; /* one of the bits below */
	uint32_t ct_mark;
	uint32_t dtype; /* RTN_*; 0: as is usual for the chain */
};

#define RS_STATE_INVALID     1u
#define RS_STATE_ESTABLISHED 2u
#define RS_STATE_RELATED     4u
#define RS_STATE_NEW	     8u
#define RS_STATE_UNTRACKED   64u

struct rs_end {
	enum rs_verdict verdict; /* RS_ACCEPT, RS_DROP or RS_REJECT */
	size_t rule;		 /* that said so; SIZE_MAX: the policy */
};

/*
 * What a base chain does with the packet. A rule with a condition of which
 * nobody knows whether it holds is passed over: the packet is one of somebody
 * whom the firewall does not know.
 */
struct rs_end ruleset_walk(const struct ruleset *rs, size_t chain,
			   const struct rs_packet *p);
/* True unless a condition of the rule excludes the packet. */
bool ruleset_may_match(const struct ruleset *rs, const struct rs_rule *r,
		       const struct rs_packet *p);

#endif
