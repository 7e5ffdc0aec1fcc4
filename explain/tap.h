/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces that this process holds the other end of: what it writes into
 * one has come in by it.
 */
#ifndef HAUNT_EXPLAIN_TAP_H
#define HAUNT_EXPLAIN_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct taps {
	int *fds; /* -1: could not be made */
	size_t len;
};

/* Room for n, all -1. ENOMEM. */
enum haunt_err taps_new(struct taps *taps, size_t n) HAUNT_MUST_CHECK;
void taps_free(struct taps *taps);

/* Makes one with this name; index 0: the kernel chooses. ether: packets have
 * Ethernet's header. ESYS. */
enum haunt_err tap_make(const char *name, uint32_t index, bool ether,
			int *fd) HAUNT_MUST_CHECK;
enum haunt_err tap_write(int fd, const void *packet,
			 size_t len) HAUNT_MUST_CHECK;

#endif
