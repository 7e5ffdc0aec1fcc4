/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets that wait to be decrypted: the gate goes on with others meanwhile.
 * First come, first served, but those with an HMAC before those without, so
 * that what strangers send is nobody's delay but of those who could be
 * strangers. One job is with GnuPG's process at a time. If that process ends,
 * the job is asked once more of the next one; if it takes too long, it is given
 * up.
 */
#ifndef HAUNT_GATE_DESK_H
#define HAUNT_GATE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/capture/datagram.h"
#include "core/gate/signers.h"

#define DESK_MAX	  32 /* packets that wait */
#define DESK_UNPROVEN_MAX 8  /* of these, without an HMAC */
/* A job that the process has had for so long is not tried again. */
#define DESK_SLOW_MS 2500
/* One that is not answered after so long is given up; longer than the process
 * itself has patience. */
#define DESK_GIVE_UP_MS 8000

/* One that waits. */
struct desk_job {
	uint64_t id;  /* with GnuPG's process */
	uint32_t seq; /* the gate's own number for the datagram */
	struct datagram datagram;
	struct signers_message message;
};

struct desk;

/* birth tells this process's jobs from those of the gates before. */
enum haunt_err desk_new(uint32_t birth, struct desk **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void desk_free(struct desk *desk);

/* Queues a copy. EBUSY: the desk is full, or there are too many without an HMAC
 * and this is one. */
enum haunt_err desk_add(struct desk *desk, const struct datagram *d,
			const struct signers_message *message,
			uint32_t seq) HAUNT_MUST_CHECK;
size_t desk_len(const struct desk *desk);
/* The number of the i-th that waits, i < desk_len(). */
uint32_t desk_seq(const struct desk *desk, size_t i);

/* The one that is to be sent now; NULL if none is, or one is at work. */
const struct desk_job *desk_next(const struct desk *desk);
void desk_sent(struct desk *desk, uint64_t now_ms);
/* A new process is at work. */
void desk_hello(struct desk *desk, uint64_t now_ms);
/* An answer: the job that it is for leaves the desk and stays until the next
 * call. NULL: nobody waits for it. */
const struct desk_job *desk_answered(struct desk *desk, uint64_t id);
/* One that is given up leaves the desk in the same way; NULL if none is. */
const struct desk_job *desk_lost(struct desk *desk, uint64_t now_ms);
/* When desk_lost() is to be called; UINT64_MAX: not before something comes. */
uint64_t desk_next_ms(const struct desk *desk);

#endif
