/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate: keys, judgement, memory. It hears of packets from capture, and
 * tells nat what to let in.
 */
#ifndef HAUNT_GATE_GATE_H
#define HAUNT_GATE_GATE_H

#include "core/base/role.h"

extern const struct role role_gate;

#endif
