/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how what args_parse() put into a table's values becomes words again.
 */
#include "client/row.h"

#include <string.h>

void row_add(struct row *r, const char *word)
{
	if (!row_full(r))
		r->words[r->len++] = word;
}

bool row_full(const struct row *r)
{
	return r->len == ROW_MAX;
}

void row_add_typed(struct row *r, const struct arg_table *table)
{
	for (size_t i = 0; i < table->len; i++) {
		const struct arg *a = &table->args[i];
		const char *value;

		memcpy(&value, (const char *)table->values + a->offset,
		       sizeof(value));
		if (!value)
			continue;
		row_add(r, a->name);
		if (a->wanted)
			row_add(r, value);
	}
}
