/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate's channel to the process that decrypts. Nothing that it says, and
 * nothing that it does not say, can end the gate.
 */
#ifndef HAUNT_GATE_BESIDE_H
#define HAUNT_GATE_BESIDE_H

#include <ev.h>

#include "core/base/err.h"
#include "core/base/wire.h"
#include "core/gate/core.h"
#include "core/gate/intake.h"

struct beside {
	int fd;
	ev_io io;
	struct gate_core *core;
	struct intake *intake;
	/* Called for what is the gate's own failure. */
	void (*fail)(void *arg, const char *where, enum haunt_err err);
	void *arg;
};

void beside_start(struct beside *b, struct ev_loop *loop);
enum haunt_err beside_send(const struct beside *b, uint16_t type,
			   const struct wr *body) HAUNT_MUST_CHECK;
/* What the core's last message changed for datagrams that are held: one that
 * was planned anew, or decrypted, waits on under another number. */
void beside_waiting(struct gate_core *core, struct intake *intake);
/* Nobody shall wait because somebody decrypts: what is being decrypted is let
 * go of if there is no more room to look at others. */
void beside_unburden(struct gate_core *core, struct intake *intake);

#endif
