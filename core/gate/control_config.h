/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands about the configuration and the cloak; what they share with
 * control.c is how an object becomes a reply.
 */
#ifndef HAUNT_GATE_CONTROL_CONFIG_H
#define HAUNT_GATE_CONTROL_CONFIG_H

#include <jansson.h>

#include "core/gate/control.h"

void control_configuration(struct gate_core *core, json_t *args,
			   struct control_reply *reply);
void control_reload(struct gate_core *core, json_t *args,
		    struct control_reply *reply);
void control_confirm(struct gate_core *core, json_t *args,
		     struct control_reply *reply);

/* "in force", "tried, 93 s left", "lifted": a new string. */
json_t *control_cloak(const struct gate_core *core);

/* Takes the object and makes it the reply (control.c). */
void control_object(struct control_reply *reply, json_t *object);

#endif
