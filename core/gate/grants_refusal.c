/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the texts of refusals. */
#include "core/gate/grants.h"

const char *grants_refusal_text(enum grants_refusal refusal)
{
	static const char *const texts[GRANTS_REFUSAL_COUNT] = {
		[GRANTS_FITS] = "fits",
		[GRANTS_DOOR_TAKEN] = "door-taken",
		[GRANTS_TABLE_FULL] = "table-full",
		[GRANTS_QUEUE_FULL] = "queue-full",
		[GRANTS_NO_ID] = "no-id",
	};

	return refusal < GRANTS_REFUSAL_COUNT ? texts[refusal] : "unknown";
}
