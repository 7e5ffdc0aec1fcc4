/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A grant resolved against the configuration: everything the firewall needs
 * to know, and nothing that the configuration does not allow.
 */
#ifndef HAUNT_NAT_RULE_H
#define HAUNT_NAT_RULE_H

#include "conf/config.h"
#include "core/base/addr.h"
#include "nat/grant.h"

#define RULE_MARK_BASE 0x5a000000u
#define RULE_MARK_MASK 0xff000000u

enum rule_kind {
	RULE_ACCEPT,   /* the outer port is the service's own */
	RULE_REDIRECT, /* another local port: ghost service, random port */
	RULE_FORWARD,  /* DNAT to another host */
	RULE_INTERNET, /* whatever the client sends to be passed on */
};

struct rule {
	enum rule_kind kind;
	uint32_t id;
	uint32_t replaces;
	uint32_t lifetime_ms;
	uint16_t service; /* indexes, for names in comments and logs */
	uint16_t client;
	uint8_t proto;
	struct ip_addr address; /* who may come in */
	uint16_t outer;		/* port, host order */
	struct endpoint inner;	/* address is zeros unless RULE_FORWARD */
	enum source_nat source_nat;
	struct ip_addr source; /* for SOURCE_NAT_ADDRESS */
	uint16_t connections;  /* as many may begin; 0: any number */
};

/* The id of the grant that a mark speaks of; 0 for none. */
static inline uint32_t rule_id_of_mark(uint32_t mark)
{
	uint32_t id = mark & GRANT_ID_MAX;

	if ((mark & RULE_MARK_MASK) != RULE_MARK_BASE || id == GRANT_ID_CUT)
		return 0;
	if (id & GRANT_ID_ONCE)
		id &= ~GRANT_ID_WON;
	return grant_id_valid(id) ? id : 0;
}

static inline uint32_t rule_mark(const struct rule *r)
{
	return RULE_MARK_BASE | r->id;
}

/* True if its sessions end with it. */
static inline bool rule_tied(const struct rule *r)
{
	return r->id & GRANT_ID_TIED;
}

/* True if the first session closes the door. */
static inline bool rule_once(const struct rule *r)
{
	return r->id & GRANT_ID_ONCE;
}

/* False for one whose target is a name that leads nowhere: such a rule can be
 * ended, not put in force. */
static inline bool rule_leads(const struct rule *r)
{
	return r->kind != RULE_FORWARD || !addr_is_any(&r->inner.addr);
}

/* True if conntrack entries from before the rule can defeat it: its NAT is
 * decided by the first packet of a flow, and a UDP flow need not begin anew. */
static inline bool rule_translates(const struct rule *r)
{
	return r->proto == IPPROTO_UDP &&
	       (r->kind == RULE_REDIRECT || r->kind == RULE_FORWARD);
}

/* True if entries from before the rule can be in its way: those that its NAT
 * has missed, and those of a session that was cut. */
static inline bool rule_has_stale(const struct rule *r)
{
	return r->proto == IPPROTO_UDP || r->kind == RULE_INTERNET;
}

/* True if a new grant's id says of its sessions what the service says. One
 * from before a change of the configuration keeps what it was given. */
bool rule_class_fits(const struct config *config, const struct rule *r);
/* True for what may be put in force: it leads somewhere, and its id fits or is
 * that of a renewal. */
bool rule_may_begin(const struct config *config, const struct rule *r);

/*
 * Fills in a rule. EDENIED: the configuration has no such service, client,
 * outer port, or the client may not use it, or the addresses are of different
 * families, or the address is nothing that a client can have. The lifetime
 * is clamped to the service's max-lifetime. A pure function.
 */
enum haunt_err rule_resolve(const struct config *config,
			    const struct grant *grant,
			    struct rule *out) HAUNT_MUST_CHECK;

#endif
