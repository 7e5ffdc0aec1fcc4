/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file that remembers which packets were accepted: an LMDB environment
 * with one ordered table, time and id of each packet, and a few numbers.
 * Commits survive the process at any instant; they are not flushed to the
 * disk one by one.
 */
#ifndef HAUNT_GATE_CLAIMS_H
#define HAUNT_GATE_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

#define CLAIMS_FILE	"claims.mdb"
#define CLAIMS_ASIDE	"claims.mdb.aside"
#define CLAIMS_ID	32
#define CLAIMS_FILE_MAX ((size_t)1 << 30) /* bytes it may grow to */

/* Numbers kept beside the claims. */
enum claims_number {
	CLAIMS_FLOOR,	/* no packet dated up to this is accepted */
	CLAIMS_NEXT_ID, /* of the next grant */
};

struct claims;

/*
 * Opens or creates the file in the directory and looks through all of it.
 * max bounds its growth. EFORMAT: what is there is not whole. ESYS: errno.
 */
enum haunt_err claims_open(const char *dir, size_t max,
			   struct claims **out) HAUNT_MUST_CHECK;
/* Flushes everything to the disk. ESYS. */
enum haunt_err claims_sync(struct claims *c) HAUNT_MUST_CHECK;
/* NULL is fine. */
void claims_close(struct claims *c);

/*
 * Remembers a packet, and when it was heard; when this returns OK the kernel
 * has it. EREPLAY: it is there already, and *first_ns is when that was heard
 * (0: not known). EBUSY: the file has reached its bound. EFORMAT: the file is
 * damaged. ESYS: errno. Unless OK, nothing has changed.
 */
enum haunt_err claims_put(struct claims *c, int64_t time_s,
			  const uint8_t id[CLAIMS_ID], uint64_t heard_ns,
			  uint64_t *first_ns) HAUNT_MUST_CHECK;

/*
 * Forgets at most max packets dated before before_s, and keeps the latest
 * date among them as CLAIMS_FLOOR in the same commit. *more: there are others.
 */
enum haunt_err claims_prune(struct claims *c, int64_t before_s, size_t max,
			    bool *more) HAUNT_MUST_CHECK;

/* 0 for a number that was never set. */
uint64_t claims_number(const struct claims *c, enum claims_number which);
enum haunt_err claims_number_set(struct claims *c, enum claims_number which,
				 uint64_t value) HAUNT_MUST_CHECK;

size_t claims_count(const struct claims *c);

#endif
