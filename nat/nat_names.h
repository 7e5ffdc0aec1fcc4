/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nat does with what names says: looks into it, and tells the gate what
 * it has believed.
 */
#ifndef HAUNT_NAT_NAT_NAMES_H
#define HAUNT_NAT_NAT_NAMES_H

#include "core/base/ipc.h"
#include "nat/names.h"
#include "nat/nl.h"
#include "nat/port.h"

struct nat_names;

/* Copies port; opens a socket of its own. ENOMEM, ESYS. */
enum haunt_err nat_names_new(const struct nat_port *port,
			     struct nat_names **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void nat_names_free(struct nat_names *n);

/* For ipc_dispatch(), with it as argument. EFORMAT, ESHORT: names is not to be
 * trusted. Other errors: the gate is gone. */
extern const struct ipc_permit nat_names_permits[];
extern const size_t nat_names_permits_len;

#endif
