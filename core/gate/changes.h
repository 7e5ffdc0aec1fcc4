/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes of rows that nat has not answered, oldest first, and how each
 * is settled or undone. Those of one message lie side by side and share its
 * seq.
 */
#ifndef HAUNT_GATE_CHANGES_H
#define HAUNT_GATE_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gate/rows.h"
#include "core/gate/sender.h"

#define CHANGES_MAX    4096
#define TENANT_NOT_YET UINT64_MAX /* expires_ms until it is in force */

/* One row's part of a message. */
struct change {
	uint32_t seq;
	uint32_t row;
	bool revoked;		/* the door is to be shut */
	bool astray;		/* planned for a tenant who was not there */
	uint8_t tries;		/* how often nat sent it back before */
	struct arrival arrival; /* of the packet that asked for it */
	uint32_t base;		/* id of who was thought to stand there */
	struct tenant undo; /* who stood there before; who was to come, of one
			       that is astray */
};

struct changes {
	struct rows *rows;
	uint32_t head; /* the oldest */
	uint32_t len;
	struct change ring[CHANGES_MAX];
};

/* Lets next stand at the row's door until it is known better; id 0 shuts it.
 * There must be room. */
void changes_enter(struct changes *c, uint32_t seq, uint32_t at,
		   const struct tenant *next);

/* The oldest change; NULL if there is none. */
const struct change *changes_oldest(struct changes *c);
/* What the oldest change led to. */
struct tenant changes_outcome(struct changes *c);
/* Settles the oldest change: this is what it led to after all. The row goes
 * when nobody stands at the door and nothing else is under way. */
void changes_settle(struct changes *c, const struct tenant *outcome);

/* Who stands at a row's door if nat refuses all that is under way. */
const struct tenant *changes_base(struct changes *c, uint32_t at);
/* It is another than was thought, who may be replaced all the same. */
void changes_rebase(struct changes *c, uint32_t at, const struct tenant *t);
/* Nat has seen who stands at a row's door: changes that were planned for
 * another lead nowhere, and will come back. */
void changes_correct(struct changes *c, uint32_t at,
		     const struct tenant *truth);
/* Notes of the n newest changes how often they came back. */
void changes_tried(struct changes *c, uint32_t n, uint8_t tries);

/* Notes of the n newest changes how their packet came. */
void changes_note(struct changes *c, uint32_t n, const struct arrival *arrival);

/* Undoes all changes of the newest seq, which nat has not seen. */
void changes_unsend(struct changes *c);

#endif
