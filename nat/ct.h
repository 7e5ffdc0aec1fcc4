/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntrack entries: those from before a grant that would defeat it, and the
 * sessions that began under one. Deletes one entry at a time, each named in
 * full; there is no call that could empty the table.
 */
#ifndef HAUNT_NAT_CT_H
#define HAUNT_NAT_CT_H

#include <stdbool.h>

#include "nat/fw.h"

struct ct;

/* filter: let the kernel narrow its dumps. ESYS. */
enum haunt_err ct_open(bool filter, struct ct **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void ct_close(struct ct *ct);

/*
 * Deletes UDP entries of a rule's client at its outer port on this host whose
 * packets go elsewhere than the rule leads them, whichever side began them.
 * Rules that do not translate, or are not for UDP, are passed over. Blocks
 * while the kernel walks its table: milliseconds.
 */
enum haunt_err ct_cut_stale(struct ct *ct, const struct rule *rules,
			    size_t n) HAUNT_MUST_CHECK;
/*
 * Gives the entries of these sessions the mark that the firewall lets nothing
 * pass under, now and for as long as they exist; and resets the sockets on
 * this host that they lead to, so that neither end is left waiting. Sessions
 * that have ended by themselves are a success.
 */
enum haunt_err ct_cut(struct ct *ct, const struct session *sessions,
		      size_t n) HAUNT_MUST_CHECK;

/* Deletes the flows of these ids, sorted, that are no sessions, such as those
 * of ICMP: what comes after them begins anew, and is judged anew. */
enum haunt_err ct_cut_others(struct ct *ct, const uint32_t *ids,
			     size_t n) HAUNT_MUST_CHECK;

/* The verbs of struct fw_ops that are about sessions (ct_sessions.c). */
enum haunt_err ct_sessions(struct ct *ct, fw_sight_fn *fn,
			   void *arg) HAUNT_MUST_CHECK;
enum haunt_err ct_session(struct ct *ct, const struct session *s,
			  struct sight *out) HAUNT_MUST_CHECK;
bool ct_accounting(void);
enum haunt_err ct_events(struct ct *ct, bool on, int *fd) HAUNT_MUST_CHECK;
enum haunt_err ct_hear(struct ct *ct, fw_event_fn *fn,
		       void *arg) HAUNT_MUST_CHECK;
/* Looks how full the table is; logs, once, that it is, and that it no longer
 * is. */
enum haunt_err ct_room(struct ct *ct) HAUNT_MUST_CHECK;

#endif
