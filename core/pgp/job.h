/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate asks GnuPG's process, and what that answers: a message to be
 * decrypted, and what was in it. Values, in one record each.
 */
#ifndef HAUNT_PGP_JOB_H
#define HAUNT_PGP_JOB_H

#include <stdint.h>

#include "core/base/wire.h"
#include "core/proto/pgp.h"

/* Message types between the gate and pgp. */
enum pgp_message_type {
	PGP_JOB = 0x0301,    /* gate to pgp */
	PGP_ANSWER = 0x0302, /* pgp to gate */
	PGP_HELLO = 0x0303,  /* pgp to gate: a new process is at work */
};

#define PGP_JOB_HEAD   8
#define PGP_JOB_MAX    (PGP_JOB_HEAD + PGP_MESSAGE_MAX)
#define PGP_ANSWER_MIN (8 + 1 + 1 + 1 + 1 + 2)
#define PGP_ANSWER_MAX \
	(PGP_ANSWER_MIN + 2 * (HAUNT_FINGERPRINT_MAX - 1) + PGP_PLAIN_MAX)

struct pgp_job {
	uint64_t id; /* no two of the same machine's boot are the same */
	uint16_t len;
	uint8_t message[PGP_MESSAGE_MAX];
};

struct pgp_answer {
	uint64_t id;
	/* OK, or why there is no text: as pgp_engine_open(). */
	enum haunt_err err;
	struct pgp_plain plain; /* empty with an error */
};

void pgp_job_put(struct wr *w, const struct pgp_job *job);
/* ELENGTH: no message, or too long a one. ESHORT. Only len bytes of the
 * message are written. */
enum haunt_err pgp_job_get(struct rd *r, struct pgp_job *out) HAUNT_MUST_CHECK;

void pgp_answer_put(struct wr *w, const struct pgp_answer *answer);
/* EFORMAT: an error that is none of them, what is no fingerprint, or a text
 * beside an error. ELENGTH, ESHORT. out->plain is secret. */
enum haunt_err pgp_answer_get(struct rd *r,
			      struct pgp_answer *out) HAUNT_MUST_CHECK;

#endif
