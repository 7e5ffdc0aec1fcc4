/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides where the two halves of an id come from. */
#include "core/gate/ids.h"

#include "core/base/log.h"

static enum haunt_err ids_take(void *arg, uint32_t n, uint32_t *first)
{
	const struct gate_parts *parts = arg;
	enum haunt_err err = replay_take_ids(parts->replay, n, first);

	if (err)
		log_event(LOG_LEVEL_ERROR, "replay", "error=no-grant-ids");
	return err;
}

static uint32_t ids_class(void *arg, uint16_t service)
{
	const struct gate_parts *parts = arg;
	const struct service *s = &parts->config->services[service];

	return (s->at_end == AT_END_CUT ? GRANT_ID_TIED : 0) |
	       (s->single_use ? GRANT_ID_ONCE : 0);
}

struct grants_ids ids_of(struct gate_parts *parts)
{
	return (struct grants_ids){ .take = ids_take,
				    .class_of = ids_class,
				    .arg = parts };
}
