/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer for a person, and for a program.
 */
#ifndef HAUNT_EXPLAIN_PRINT_H
#define HAUNT_EXPLAIN_PRINT_H

#include <stdio.h>

#include "explain/answer.h"

void print_text(const struct answer *a, const struct ruleset *set, FILE *to);
/* ENOMEM. */
enum haunt_err print_json(const struct answer *a, const struct ruleset *set,
			  FILE *to) HAUNT_MUST_CHECK;

#endif
