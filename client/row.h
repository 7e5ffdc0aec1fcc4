/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line that is put together word by word. */
#ifndef HAUNT_CLIENT_ROW_H
#define HAUNT_CLIENT_ROW_H

#include <stddef.h>

#include "client/args.h"

#define ROW_MAX 96

/* words[len] is NULL. Words are lent. */
struct row {
	const char *words[ROW_MAX + 1];
	size_t len;
};

/* One word too many is left out, and row_full() tells. */
void row_add(struct row *r, const char *word);
bool row_full(const struct row *r);
/* Whatever was typed of a table's options, as it was typed. */
void row_add_typed(struct row *r, const struct arg_table *table);

#endif
