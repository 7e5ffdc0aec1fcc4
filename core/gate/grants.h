/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in force. A change (a request's grants, or a revocation) is entered
 * at once and sent to nat; nat's answer settles it: it stands, or every row
 * goes back to what it was. Changes to one door may be under way one after
 * the other; nat answers them in the order in which they were sent.
 */
#ifndef HAUNT_GATE_GRANTS_H
#define HAUNT_GATE_GRANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/gate/sender.h"
#include "nat/grant.h"

/* Grants under way to nat at one time. */
#define GRANTS_PENDING_MAX 4096

/* Why a change was not entered. The texts are stable. */
enum grants_refusal {
	GRANTS_FITS,
	GRANTS_DOOR_TAKEN, /* "door-taken": another client's other service
			      stands at that door */
	GRANTS_TABLE_FULL, /* "table-full": max-grants are in force */
	GRANTS_QUEUE_FULL, /* "queue-full": too many changes under way */
	GRANTS_NO_ID,	   /* "no-id": the state directory gives no more ids */
	GRANTS_REFUSAL_COUNT
};

/* "door-taken" and so on; static. */
const char *grants_refusal_text(enum grants_refusal refusal);

/* Where ids come from. */
struct grants_ids {
	/* The first of n numbers, 1 to GRANT_NUMBER_MAX and then 1 again, that
	 * no earlier process has used. */
	enum haunt_err (*take)(void *arg, uint32_t n, uint32_t *first);
	/* GRANT_ID_TIED and GRANT_ID_ONCE of a service's grants; NULL: neither
	 * is of any. */
	uint32_t (*class_of)(void *arg, uint16_t service);
	void *arg;
};

struct grants;

/* Memory for max grants. ids->take is called when the first id is needed. */
enum haunt_err grants_new(uint32_t max, const struct grants_ids *ids,
			  struct grants **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void grants_free(struct grants *g);

/*
 * Enters a request's grants, each at another door, all or none. Fills in each
 * grant's id, what it replaces, and the lifetime: the same client and service
 * at the same door renew, unless a session closes it, when each knock is
 * another one; another client's knock for the same service takes
 * the door over and shortens nothing; the same client may put another service
 * at its door. EBUSY: *why.
 */
enum haunt_err grants_reserve(struct grants *g, struct grant_batch *batch,
			      uint64_t now_ms, int64_t wall_s,
			      enum grants_refusal *why) HAUNT_MUST_CHECK;

/* The same for a request that nat has sent back so often. */
enum haunt_err grants_again(struct grants *g, struct grant_batch *batch,
			    uint8_t tries, uint64_t now_ms, int64_t wall_s,
			    enum grants_refusal *why) HAUNT_MUST_CHECK;

/* Notes how the packet came whose n grants have just been entered. */
void grants_note(struct grants *g, size_t n, const struct arrival *arrival);

/* Enters the end of the grants whose ids are given; fills in the rest of
 * each. ENOENT: one is not in force. EBUSY: too many changes under way. */
enum haunt_err grants_revoke(struct grants *g,
			     struct grant_batch *batch) HAUNT_MUST_CHECK;

/* Takes back the change that was entered last: it could not be sent. */
void grants_unsend(struct grants *g);

/* A change that nat has answered. */
struct grants_settled {
	bool revoked;		/* it was a revocation */
	bool renewed;		/* each grant was in force before */
	uint8_t tries;		/* as grants_again() was told; else 0 */
	struct arrival arrival; /* as grants_note() was told; else zeros */
	struct grant_batch batch;
	/* What it put an end to: grants that were replaced, or revoked. */
	size_t ended_len;
	struct grant ended[GRANT_BATCH_MAX];
	/* Ids of those that were in force before, and still are. */
	size_t kept_len;
	uint32_t kept[GRANT_BATCH_MAX];
};

/*
 * Nat's answer to the change with this seq: err OK puts it in force from now
 * on, anything else takes it back. out->ended is empty then. ENOENT: seq is
 * not the oldest change under way.
 */
enum haunt_err grants_settle(struct grants *g, uint32_t seq, enum haunt_err err,
			     uint64_t now_ms,
			     struct grants_settled *out) HAUNT_MUST_CHECK;

/*
 * Enters a grant that the kernel has from before. Where changes of its door are
 * under way, it is who stood there before them. EBUSY: the table is full.
 * EREPLAY: who stands at its door is known already; where grant->replaces is
 * set, nat has just looked, and is right. EEXIST: its id is at another door.
 */
enum haunt_err grants_adopt(struct grants *g, const struct grant *grant,
			    uint64_t now_ms, int64_t wall_s) HAUNT_MUST_CHECK;

/* When the next grant ends; UINT64_MAX if none does. */
uint64_t grants_next_ms(const struct grants *g);
/* Removes a grant whose time is up; false if there is none. */
bool grants_expire(struct grants *g, uint64_t now_ms, struct grant *out);

/* Removes a grant whose door a session has shut behind itself; false if it is
 * not in force, or about to be let again. */
bool grants_use(struct grants *g, uint32_t id, struct grant *out);

/* A grant in force, for reports. */
struct grants_report {
	struct grant grant; /* lifetime_ms is what remains */
	int64_t since_s;
};

/* The next grant in force at or after *cursor (0 at first), in no particular
 * order; false at the end. Changes in between are fine. */
bool grants_walk(struct grants *g, uint32_t *cursor, uint64_t now_ms,
		 struct grants_report *out);
/* The grant of an id that is in force, or on its way to be; false if there is
 * none. Its lifetime is not what remains. */
bool grants_find(struct grants *g, uint32_t id, struct grant *out);
/* True if the id is in force, or entered and on its way to be. */
bool grants_has(struct grants *g, uint32_t id);
size_t grants_count(const struct grants *g);
/* Grants under way to nat. */
size_t grants_pending(const struct grants *g);

#endif
