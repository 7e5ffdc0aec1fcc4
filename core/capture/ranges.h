/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports of several listeners as one list.
 */
#ifndef HAUNT_CAPTURE_RANGES_H
#define HAUNT_CAPTURE_RANGES_H

#include <stddef.h>

#include "conf/config.h"

/* Sorts, and makes one of those that overlap; returns how many are left. Ports
 * side by side stay apart. */
size_t ranges_join(struct port_range *ranges, size_t n);

#endif
