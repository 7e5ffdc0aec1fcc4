/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The role that asks where names lead, so that nobody else waits for an answer
 * or reads one: bytes of strangers come no further than here. It has no right
 * and knows no key; it can only say "this name, these addresses".
 */
#ifndef HAUNT_NAMES_NAMES_H
#define HAUNT_NAMES_NAMES_H

#include "core/base/role.h"

extern const struct role role_names;

#endif
