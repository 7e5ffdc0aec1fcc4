/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The role that starts programs: what clients may have run by a knock, and
 * hooks of services. It is there only if the configuration has such things.
 * It keeps what it takes to become the users that are configured, and so can
 * become anybody; it hears nobody but the gate, and of it only numbers.
 */
#ifndef HAUNT_RUN_RUN_H
#define HAUNT_RUN_RUN_H

#include "core/base/role.h"

extern const struct role role_runs;

#endif
