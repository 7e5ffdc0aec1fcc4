/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of the control socket that waits until all that is in force is
 * known: what is known of a part would be taken for all.
 */
#ifndef HAUNT_GATE_LATER_H
#define HAUNT_GATE_LATER_H

#include <jansson.h>

#include "core/gate/core.h"

/* Zero-initialised waits for nothing. Must stay where it is while it does. */
struct later {
	struct gate_core *core;
	json_t *root; /* the command; NULL: none */
	struct adoption_wait wait;
	void (*run)(struct gate_core *core, json_t *root, void *arg);
	void *arg;
};

/* Calls run once, when it is time. */
void later_begin(struct later *l, struct gate_core *core, json_t *root,
		 void (*run)(struct gate_core *core, json_t *root, void *arg),
		 void *arg);
/* False if it did not wait. */
bool later_drop(struct later *l);

#endif
