/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the firewall that the host has besides ours lets sessions go on when
 * their grant is over.
 */
#ifndef HAUNT_NAT_HOST_SURVIVE_H
#define HAUNT_NAT_HOST_SURVIVE_H

#include "nat/host.h"

/*
 * Looks at every chain that drops what no rule names and has no rule of ours:
 * *at_risk says whether one of them has no rule, either, that accepts whatever
 * is established, or has our mark. tell: each such chain is logged.
 */
enum haunt_err host_survive(struct nl *nl, bool tell,
			    bool *at_risk) HAUNT_MUST_CHECK;

#endif
