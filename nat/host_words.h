/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words in which a host's firewall says no, so that ours can say it in the
 * same ones.
 */
#ifndef HAUNT_NAT_HOST_WORDS_H
#define HAUNT_NAT_HOST_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct nftnl_expr;

struct host_words {
	bool reset;  /* TCP is reset; else an ICMP error with one of these: */
	bool silent; /* or nothing at all */
	bool strict; /* what conntrack calls invalid has no answer */
	uint8_t code4;
	uint8_t code6;
};

/* True if this part of a rule rejects; *out is how. family: NFPROTO_* of the
 * rule's table. */
bool host_words_read(const struct nftnl_expr *e, uint32_t family,
		     struct host_words *out);

/* What iptables means by `-j REJECT` with this reason. */
struct host_words host_words_xt(uint32_t with, uint32_t family);

#endif
