/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides that where a name leads is written beside its service. */
#include "core/gate/core_state.h"

enum haunt_err gate_core_lead(struct gate_core *g, const struct lead *lead)
{
	const struct config *config = g->parts.config;
	struct named *named;

	if (lead->service >= config->services_len ||
	    !config->services[lead->service].named)
		return HAUNT_EFORMAT;
	named = config->services[lead->service].named;
	named->v4 = lead->v4;
	named->v6 = lead->v6;
	return HAUNT_OK;
}
