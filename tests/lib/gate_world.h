/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate's core and nat's core, joined by queues instead of sockets, on a
 * firewall in memory and a clock to turn: all of haunt between the decoded
 * datagram and the kernel, without a process.
 */
#ifndef HAUNT_TESTS_GATE_WORLD_H
#define HAUNT_TESTS_GATE_WORLD_H

#include "core/gate/core.h"
#include "tests/lib/fw_fake.h"
#include "tests/lib/gate_kit.h"

struct world_message {
	uint16_t type;
	uint16_t len;
	uint8_t body[4096];
};

#define WORLD_QUEUE 256

struct world_queue {
	struct world_message *ring; /* WORLD_QUEUE of them */
	size_t head;
	size_t len;
};

struct world {
	struct kit kit;
	struct fw_fake kernel;
	struct fw *fw;
	struct nat *nat;
	struct gate_core *core;
	struct world_queue to_nat;
	struct world_queue to_gate;
	bool hold;	      /* nat reads nothing */
	bool slow;	      /* nat tells what is in force part by part */
	size_t parts;	      /* ... and may tell so many now */
	bool full;	      /* nat's queue takes nothing */
	enum haunt_err ended; /* what the core wanted to end with */
	uint64_t next_ms;
};

void world_open(struct world *w, const char *config);
void world_close(struct world *w);
/* The gate and nat end and begin again; the kernel stays as it is. */
void world_restart(struct world *w);
/* Carries messages to and fro, and does what is due, until all is quiet. */
void world_settle(struct world *w);
/* Turns the clocks to ms after the beginning, stopping at every deadline. */
void world_advance(struct world *w, uint64_t ms);
void world_datagram(struct world *w, const struct datagram *d);
/* Carries out a control command and returns the answer; free() it. */
char *world_control(struct world *w, const char *line);

#endif
