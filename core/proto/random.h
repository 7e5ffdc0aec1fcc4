/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random bytes of the kernel, good for keys.
 */
#ifndef HAUNT_PROTO_RANDOM_H
#define HAUNT_PROTO_RANDOM_H

#include <stddef.h>

#include "core/base/err.h"

/* ESYS: the kernel gives none. */
enum haunt_err random_bytes(void *out, size_t len) HAUNT_MUST_CHECK;

/* 16 decimal digits and a NUL, each value equally likely. */
enum haunt_err random_digits(char out[17]) HAUNT_MUST_CHECK;

#endif
