/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The role that decrypts: it has GnuPG and its directory, and neither keys of
 * packets nor a way to the firewall. It runs only if a client signs packets.
 */
#ifndef HAUNT_PGP_PGP_H
#define HAUNT_PGP_PGP_H

#include "core/base/role.h"

#define PGP_JOB_S 5 /* what a job may take before the process is replaced */

extern const struct role role_pgp;

#endif
