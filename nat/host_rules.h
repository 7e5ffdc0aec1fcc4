/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rules of a foreign chain do with a packet that none of their
 * conditions names.
 */
#ifndef HAUNT_NAT_HOST_RULES_H
#define HAUNT_NAT_HOST_RULES_H

#include "nat/host.h"

/* Fills in c's end, which is its policy until now, its words and its tagged
 * rules. *torn is set if somebody changed the ruleset meanwhile, and else left
 * as it is. ENOMEM. ESYS: errno. */
enum haunt_err host_rules_look(struct nl *nl, struct host_chain *c,
			       bool *torn) HAUNT_MUST_CHECK;

#endif
