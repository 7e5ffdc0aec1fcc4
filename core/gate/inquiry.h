/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions for the sessions that live, which nat answers a part at a time,
 * one question after the other.
 */
#ifndef HAUNT_GATE_INQUIRY_H
#define HAUNT_GATE_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "nat/grant.h"

#define INQUIRY_PART 64 /* sessions */

struct inquiry {
	struct inquiry *next;
	uint32_t seq; /* 0: not sent yet */
	uint64_t after;
	bool last; /* there are no more after these */
	enum haunt_err err;
	int error; /* its errno, or 0 */
	size_t len;
	struct session part[INQUIRY_PART];
	/* Called when the part is there; NULL: nobody waits any more, and the
	 * queue frees it. */
	void (*tell)(void *arg, struct inquiry *q);
	void *arg;
};

/* First in, first out. Zero-initialised is empty. */
struct inquiry_queue {
	struct inquiry *head;
};

enum haunt_err inquiry_new(struct inquiry **out) HAUNT_MUST_CHECK;
/* NULL is fine. Not for one that is in a queue. */
void inquiry_free(struct inquiry *q);

/* Asks for the first part, or for the next. */
void inquiry_push(struct inquiry_queue *queue, struct inquiry *q);
/* Whoever waited for it has gone. */
void inquiry_forget(struct inquiry *q);
/* The question that is to be sent now; NULL if there is none. */
struct inquiry *inquiry_unsent(const struct inquiry_queue *queue,
			       struct sessions_ask *out);
/* A session of the answer. False: nobody has asked. */
bool inquiry_session(struct inquiry_queue *queue, const struct session *s);
/* The end of the answer. ENOENT: it is none to these questions. */
enum haunt_err inquiry_result(struct inquiry_queue *queue,
			      const struct nat_result *result) HAUNT_MUST_CHECK;
/* Frees what nobody waits for, forgets the rest. */
void inquiry_clear(struct inquiry_queue *queue);

#endif
