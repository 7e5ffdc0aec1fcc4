/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that several checks share.
 */
#ifndef HAUNT_DOCTOR_WORDS_H
#define HAUNT_DOCTOR_WORDS_H

#include "doctor/finding.h"
#include "doctor/snapshot.h"

/* A text by value, for as long as a statement needs it. */
struct words {
	char text[128];
};

struct words service_words(const struct service *service);
const char *service_proto(const struct service *service);
/* True if its packets end on this host: they pass input, not forward. */
bool service_here(const struct service *service);
/* True if packets of this family can be led to it. */
bool service_takes(const struct service *service, bool v4);
/* 127.0.0.0/8 and ::1. */
bool addr_is_loopback(const struct ip_addr *a);
/* "tcp/22" or "tcp/40000-60000"; with sep '/' or, for nft, ' ' */
/* "tcp/22": the ports of its target. */
struct words target_words(const struct service *service);
struct words range_words(const struct port_range *range);

/* One finding of a kind and place is enough. */
bool finding_told(const struct findings *list, enum finding_id id,
		  const char *where);

/* The command that lets pass what carries our mark; tag: with the words by
 * which hauntd knows its own rule. */
void fix_accept_mark(struct finding *f, uint16_t family, const char *table,
		     const char *chain, bool xt, bool tag);
/* The one that lets pass what is established. */
void fix_accept_established(struct finding *f, const struct rs_chain *c);
/* The one that lets pass new packets to ports. */
void fix_accept_ports(struct finding *f, const struct rs_chain *c,
		      const struct port_range *range);

#endif
