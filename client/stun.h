/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STUN binding requests and their answers (RFC 8489; answers of RFC 3489 and
 * 5389 servers, too). Pure.
 */
#ifndef HAUNT_CLIENT_STUN_H
#define HAUNT_CLIENT_STUN_H

#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

#define STUN_PORT	    3478
#define STUN_REQUEST_LEN    20
#define STUN_ID_LEN	    12
#define STUN_ANSWER_MAX	    1500 /* bytes of an answer */
#define STUN_ATTRIBUTES_MAX 32	 /* in one answer */

/* What makes a question one's own: random. */
struct stun_id {
	uint8_t b[STUN_ID_LEN];
};

struct stun_answer {
	uint16_t error;		/* 300 to 699; 0: none */
	struct endpoint mapped; /* where the question came from, if no error */
};

void stun_request_put(struct wr *w, const struct stun_id *id);

/*
 * Reads one datagram. ESHORT, EFORMAT: it is no answer to that question, or
 * one that says nothing, or says it in attributes that must be understood and
 * are not known.
 */
enum haunt_err stun_answer_get(struct rd *r, const struct stun_id *id,
			       struct stun_answer *out) HAUNT_MUST_CHECK;

#endif
