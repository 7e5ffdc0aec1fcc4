/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What capture has sent, and how far it is seen to. A datagram stays in the
 * socket until its fate is settled: when this process dies, or nat does, the
 * next one finds it there, and no knock is lost.
 */
#ifndef HAUNT_GATE_INTAKE_H
#define HAUNT_GATE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/ipc.h"

#define INTAKE_MAX 2048 /* messages that are looked at and not settled */

struct intake {
	int fd;
	uint32_t head; /* the oldest that is still in the socket */
	uint32_t len;
	bool drained; /* there was no other when it was last asked */
	int more_fd;  /* readable when there is another; see intake_more() */
	uint32_t seqs[INTAKE_MAX]; /* 0: settled */
};

/* Begins with the oldest message. fd is lent; more_fd lives as long as the
 * process. ESYS. */
enum haunt_err intake_init(struct intake *in, int fd) HAUNT_MUST_CHECK;

/*
 * Hands the next message to its handler, as ipc_dispatch() does and with the
 * same errors. It is settled, unless intake_hold() is called next.
 */
enum haunt_err intake_next(struct intake *in, const struct ipc_permit *permits,
			   size_t n, void *arg) HAUNT_MUST_CHECK;
/* The latest message waits for the answer to this number. */
void intake_hold(struct intake *in, uint32_t seq);
/* The answer has come; others' numbers do no harm. What waited for it waits for
 * another now, or, with 0, is settled. */
void intake_renumber(struct intake *in, uint32_t seq, uint32_t now);
/* Lets go of what is settled. ESYS. */
enum haunt_err intake_release(struct intake *in) HAUNT_MUST_CHECK;
/* True if no other can be looked at before one is let go of. */
bool intake_is_full(const struct intake *in);
/* True if it makes sense to wait for the socket. */
bool intake_wants(const struct intake *in);
/* True if it makes sense to wait for more_fd instead: what lies there unsettled
 * makes the socket readable all the time. */
bool intake_waits(const struct intake *in);
/* More_fd is readable. */
void intake_more(struct intake *in);

#endif
