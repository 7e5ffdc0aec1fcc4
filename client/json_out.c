/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how it is written. */
#include "client/json_out.h"

#include <stdio.h>

#include "client/tell.h"

void json_out(json_t *value)
{
	if (!value) {
		tell("no memory");
		return;
	}
	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(value);
}

void json_failure(enum cmd_status status)
{
	json_out(json_pack("{s:b, s:i}", "ok", 0, "status", (int)status));
}
