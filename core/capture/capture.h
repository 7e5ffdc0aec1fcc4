/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first role: hears packets and hands them to the gate. It has no key, no
 * right once it runs, and one thing that it can say: "datagram".
 */
#ifndef HAUNT_CAPTURE_CAPTURE_H
#define HAUNT_CAPTURE_CAPTURE_H

#include "core/base/role.h"

extern const struct role role_capture;

#endif
