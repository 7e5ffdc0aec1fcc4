/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filter tables of iptables-legacy, which nf_tables does not show.
 */
#ifndef HAUNT_NAT_LEGACY_H
#define HAUNT_NAT_LEGACY_H

#include <stdbool.h>

#include "core/base/err.h"

struct legacy_chain {
	bool drops;    /* its policy */
	bool lets_us;  /* a rule in it accepts by our conntrack mark */
	bool lets_est; /* a rule in it accepts what is established */
};

struct legacy_table {
	bool present;
	struct legacy_chain input;
	struct legacy_chain forward;
};

/* Asks for one family's table; asking does not load it. ENOMEM; ESYS. */
enum haunt_err legacy_look(bool v4, struct legacy_table *out) HAUNT_MUST_CHECK;

#endif
