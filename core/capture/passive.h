/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP socket that others connect to.
 */
#ifndef HAUNT_CAPTURE_PASSIVE_H
#define HAUNT_CAPTURE_PASSIVE_H

#include "core/base/addr.h"
#include "core/base/err.h"

/* Binds and listens, for one family only, also at an address that no interface
 * has yet and beside another process of the same user. Non-blocking. ESYS. */
enum haunt_err passive_open(const struct endpoint *at, int backlog,
			    int *out) HAUNT_MUST_CHECK;

#endif
