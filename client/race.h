/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several connections to one door, of which the first that reaches the right
 * server wins. A door that is still shut drops or refuses; a port that it
 * shares with a public server answers from there until it opens; so only a
 * server that speaks as expected counts.
 */
#ifndef HAUNT_CLIENT_RACE_H
#define HAUNT_CLIENT_RACE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"

#define RACE_BANNER_MAX 256
#define RACE_SETTLE_US	25000 /* before any connection counts, without words */

struct race;

struct race_winner {
	int fd; /* connected, non-blocking; the caller closes it */
	size_t len;
	char banner[RACE_BANNER_MAX]; /* what the server has said so far */
};

struct race_stats {
	unsigned int tried;
	unsigned int refused;
	unsigned int silent; /* connected, and nothing was said */
	unsigned int wrong;  /* something else was said */
	int error;	     /* errno of the last other failure; 0 */
};

/* Microseconds of the clock that race_run() goes by. */
uint64_t race_now_us(void);

/*
 * expect is kept, not copied: the first bytes of the right server; NULL: the
 * first connection that is begun RACE_SETTLE_US after now wins.
 */
enum haunt_err race_new(const struct endpoint *door, const char *expect,
			struct race **out) HAUNT_MUST_CHECK;
/* Tries until until_us. ENOENT: no winner yet; it may be called again. */
enum haunt_err race_run(struct race *r, uint64_t until_us,
			struct race_winner *out) HAUNT_MUST_CHECK;
struct race_stats race_stats(const struct race *r);
/* Closes all but the winner. NULL is fine. */
void race_free(struct race *r);

#endif
