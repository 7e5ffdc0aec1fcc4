/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a grant's id is made of here: a number that the replay store has given
 * to nobody before, and what its service wants of its sessions.
 */
#ifndef HAUNT_GATE_IDS_H
#define HAUNT_GATE_IDS_H

#include "core/gate/core.h"

/* parts must outlive what is made of it. */
struct grants_ids ids_of(struct gate_parts *parts);

#endif
