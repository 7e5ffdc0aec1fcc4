/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers that are longer than one piece: lists, and what is watched.
 */
#ifndef HAUNT_GATE_CONTROL_LIST_H
#define HAUNT_GATE_CONTROL_LIST_H

#include "core/gate/control.h"

void control_list_begin(struct control_reply *reply, enum control_state state);
/* Frees what the reply holds. */
void control_list_end(struct control_reply *reply);
/* As control_fill(). */
size_t control_list_fill(struct gate_core *core, struct control_reply *reply,
			 char *buf, size_t cap);
size_t control_watch_fill(struct control_reply *reply, char *buf, size_t cap);

#endif
