/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that may change the firewall, and nothing else.
 */
#ifndef HAUNT_NAT_NAT_H
#define HAUNT_NAT_NAT_H

#include <stdbool.h>

#include "core/base/err.h"
#include "core/base/role.h"

extern const struct role role_nat;

/* True if our table is in the kernel; also if that cannot be found out. */
bool nat_installed(void);

/*
 * Takes our tables and tagged rules out of the kernel, with all grants; there
 * being none is a success. EBUSY: a running hauntd holds them. Logs.
 */
enum haunt_err nat_uninstall(void) HAUNT_MUST_CHECK;

#endif
