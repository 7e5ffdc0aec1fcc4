/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides who owns the command meanwhile. */
#include "core/gate/later.h"

static void later_tell(void *arg)
{
	struct later *l = arg;
	json_t *root = l->root;

	l->root = NULL;
	l->run(l->core, root, l->arg);
	json_decref(root);
}

void later_begin(struct later *l, struct gate_core *core, json_t *root,
		 void (*run)(struct gate_core *core, json_t *root, void *arg),
		 void *arg)
{
	*l = (struct later){
		.core = core, .root = json_incref(root), .run = run, .arg = arg
	};
	l->wait = (struct adoption_wait){ .tell = later_tell, .arg = l };
	gate_core_wait(core, &l->wait);
}

bool later_drop(struct later *l)
{
	if (!l->root)
		return false;
	gate_core_unwait(l->core, &l->wait);
	json_decref(l->root);
	l->root = NULL;
	return true;
}
