/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two libfkos beside each other: what was done to them, and whether they say
 * the same. What differs is told, and ends the process with status 1.
 */
#ifndef HAUNT_TESTS_FKO_COMPARE_H
#define HAUNT_TESTS_FKO_COMPARE_H

#include "core/proto/haunt.h"
#include "tests/fko/api.h"

extern struct fko_api api[2]; /* ours, theirs */

/* The same seed draws the same. */
void compare_seed(unsigned long value);
/* 0 to below - 1. */
unsigned int draw(unsigned int below);

/* Notes what is done; none forgets it. */
void traced_none(void);
void traced(const char *what, const char *text, long number);

void same_number(const char *what, long ours, long theirs);
/* Everything that the contexts can be asked. */
void same_state(fko_ctx_t ctx[2]);
/* How often something was compared. */
unsigned long compare_count(void);

#endif
