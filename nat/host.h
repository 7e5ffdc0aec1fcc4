/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firewall that the host has besides ours: which of its base chains would
 * drop what nobody named, and in whose words they are written.
 */
#ifndef HAUNT_NAT_HOST_H
#define HAUNT_NAT_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nat/host_words.h"
#include "nat/nl.h"

#define HOST_NAME_MAX 128 /* of a table or chain; longer ones are cut */

enum host_end {
	HOST_END_ACCEPT, /* what no rule names goes on */
	HOST_END_DROP,
	HOST_END_REJECT,
};

/* A foreign base chain of type filter at input or forward. */
struct host_chain {
	uint16_t family; /* NFPROTO_INET, NFPROTO_IPV4 or NFPROTO_IPV6 */
	char table[HOST_NAME_MAX];
	char chain[HOST_NAME_MAX];
	bool input; /* else forward */
	bool xt;    /* written by iptables-nft */
	enum host_end end;
	struct host_words words; /* where it rejects */
	int32_t priority;
	bool established; /* of iptables-legacy: a rule accepts what is */
	uint64_t tagged;  /* handle of our rule in it; 0: there is none */
	size_t tags;	  /* how many there are; more than one by a restore */
};

#define HOST_LEGACY_MAX 4 /* INPUT and FORWARD of two families */

/* What iptables-legacy has, in chains of which the kernel tells no news. */
struct host_legacy {
	struct host_chain chains[HOST_LEGACY_MAX];
	size_t len;
	bool unread; /* there are more, which the kernel would not show */
};

struct host {
	struct host_chain *chains;
	size_t len;
	size_t cap;
	struct host_legacy legacy;
};

/* Text of the comment on rules that we add to foreign chains. */
#define HOST_TAG "haunt:auto"

/* Reads all such chains of nf_tables; host_forget() frees them. The chains of
 * iptables-legacy are left empty. ENOMEM. ESYS: errno. */
enum haunt_err host_look(struct nl *nl, struct host *out) HAUNT_MUST_CHECK;
void host_forget(struct host *host);

/* True if iptables-legacy has tables in this network namespace. */
bool host_has_legacy(void);
/* Reads those of iptables-legacy; only root may. */
void host_legacy_look(struct host_legacy *out);

/* How the host ends what no input rule names, for one family; *words is how it
 * says so where it rejects. */
enum host_end host_input_end(const struct host *host, bool v4,
			     struct host_words *words);

/* True if this extension "addrtype" says: to an address of this host. */
bool host_match_local(const void *info, size_t len);

/* True if this extension "conntrack" says: invalid, and nothing else. */
bool host_match_invalid(const void *info, size_t len);

/* True if this extension "conntrack" says: established, or more. */
bool host_match_established(const void *info, size_t len);

/* How a packet ends that no rule of c names. before: whether TCP was reset and
 * what is invalid dropped before. */
void host_end_set(struct host_chain *c, enum host_end end,
		  const struct host_words *words,
		  const struct host_words *before);

#endif
