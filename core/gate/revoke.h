/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Revocations that somebody asked for and waits for. One at a time is sent to
 * nat, in as many messages as it takes, so that a client with thousands of
 * grants crowds nobody out.
 */
#ifndef HAUNT_GATE_REVOKE_H
#define HAUNT_GATE_REVOKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/gate/grants.h"
#include "nat/grant.h"

struct revoke {
	struct revoke *next;
	uint32_t *ids; /* what to end; after the end, what has ended */
	size_t len;
	bool cut;	    /* sessions, too */
	size_t at;	    /* next to send */
	size_t waiting;	    /* sent, not answered */
	size_t ended;	    /* ids[0] to ids[ended - 1] */
	enum haunt_err err; /* the first failure */
	int error;	    /* its errno, or 0 */
	/* Called once at the end; NULL: nobody waits any more, and the queue
	 * frees it. */
	void (*tell)(void *arg, struct revoke *r);
	void *arg;
};

/* First in, first out. Zero-initialised is empty. */
struct revoke_queue {
	struct revoke *head;
};

/* Which grants: one id, or all of a client. */
struct revoke_selection {
	uint32_t id;   /* 0: by client */
	size_t client; /* index */
	bool cut;      /* their sessions, too */
};

/* Grants that are over, and sessions of which are to end. */
struct revoke_over {
	uint32_t *ids;
	size_t len;
	size_t cap;
};

/* Lists the grants in force that are meant; those that are over count as ended
 * already. ENOENT: there is neither. ENOMEM. */
enum haunt_err revoke_new(struct grants *grants,
			  const struct revoke_selection *which, uint64_t now_ms,
			  const struct revoke_over *over,
			  struct revoke **out) HAUNT_MUST_CHECK;
/* NULL is fine. Not for one that is in a queue. */
void revoke_free(struct revoke *r);

void revoke_push(struct revoke_queue *q, struct revoke *r);
/* Whoever waited for it has gone. */
void revoke_forget(struct revoke *r);

/*
 * Enters the next part of what is asked for into grants and fills in batch,
 * whose seq is the caller's. False: nothing can be sent now. Grants that have
 * ended meanwhile are passed over.
 */
bool revoke_next(struct revoke_queue *q, struct grants *grants,
		 struct grant_batch *batch);
/* The part that revoke_next() gave last could not be sent: again later. */
void revoke_unsend(struct revoke_queue *q, const struct grant_batch *batch);
/* Nat has answered a part. */
void revoke_settled(struct revoke_queue *q, const struct grants_settled *s,
		    const struct nat_result *result);
/* Tells of those that are done, and takes them out of the queue. */
void revoke_finish(struct revoke_queue *q);
/* Frees what nobody waits for, forgets the rest. */
void revoke_clear(struct revoke_queue *q);

#endif
