/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate's neighbours may say to it.
 */
#ifndef HAUNT_GATE_MESSAGES_H
#define HAUNT_GATE_MESSAGES_H

#include "core/base/ipc.h"
#include "core/gate/core.h"

/* For ipc_dispatch(), with the core as argument: capture's, nat's, and
 * pgp's. */
extern const struct ipc_permit gate_left[];
extern const size_t gate_left_len;
extern const struct ipc_permit gate_right[];
extern const size_t gate_right_len;
extern const struct ipc_permit gate_pgp[];
extern const size_t gate_pgp_len;

#endif
