/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that is cut at a separator, and decimal numbers in it.
 */
#ifndef HAUNT_PROTO_TOKEN_H
#define HAUNT_PROTO_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/wire.h"

/*
 * Takes what stands before the next separator, and the separator. True if
 * there was one: another token follows, though it may be empty.
 */
bool token_take(struct rd *text, char separator, struct rd *token);

/* 1 to digits_max digits and nothing else. EFORMAT; ELENGTH: above max. */
enum haunt_err token_number(struct rd token, size_t digits_max, uint64_t max,
			    uint64_t *out) HAUNT_MUST_CHECK;

/* Writes 1 to 20 digits, without leading zeros. */
void token_number_put(struct wr *w, uint64_t number);

#endif
