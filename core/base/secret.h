/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Key bytes. They are compared in constant time, wiped when they are freed,
 * and never printed. (The roles dump no core: role_run() sees to that.)
 */
#ifndef HAUNT_BASE_SECRET_H
#define HAUNT_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct secret;

/* A copy of len bytes (0 is allowed). ENOMEM. */
enum haunt_err secret_new(const void *bytes, size_t len,
			  struct secret **out) HAUNT_MUST_CHECK;
/* Wipes, then frees. NULL is fine. */
void secret_free(struct secret *s);

const uint8_t *secret_bytes(const struct secret *s);
size_t secret_len(const struct secret *s);

/* Overwrites memory in a way that the compiler may not remove. */
void secret_wipe(void *p, size_t len);
/* Compares without a branch on the contents. */
bool secret_memequal(const void *a, const void *b, size_t len);

#endif
