/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind core/gate/grants.h share.
 */
#ifndef HAUNT_GATE_GRANTS_OWN_H
#define HAUNT_GATE_GRANTS_OWN_H

#include "core/gate/changes.h"
#include "core/gate/grants.h"
#include "core/gate/rows.h"

struct grants {
	struct rows *rows;
	uint32_t max;
	struct grants_ids ids;
	uint32_t next_id;
	uint32_t ids_left;
	struct changes changes;
};

uint32_t grants_remaining_ms(const struct tenant *t, uint64_t now_ms);
/* Who stands, or stood, at the row's door. */
struct grant grants_grant_of(const struct row *row, const struct tenant *t);

#endif
