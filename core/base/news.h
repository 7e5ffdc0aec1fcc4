/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the monitor tells the gate: how the last reload ended and what is in
 * force, so that whoever asks the gate learns it. The other way goes one byte
 * with a fixed meaning, and nothing else: the monitor reads nothing that comes
 * from outside.
 */
#ifndef HAUNT_BASE_NEWS_H
#define HAUNT_BASE_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/wire.h"

#define NEWS_MESSAGE  0x0301
#define NEWS_TEXT_MAX 2000 /* bytes of news.text, with NUL */
#define NEWS_HEAD     (4 + 4 + 1 + 1 + 1 + 8 + 8 + 2)
#define NEWS_MAX      (NEWS_HEAD + NEWS_TEXT_MAX - 1)

/* What the gate may wish of the monitor: bytes. */
enum wish {
	WISH_RELOAD = 'r',
	WISH_CONFIRM = 'c', /* the cloak that is tried is to stay */
};

enum news_result {
	NEWS_NONE, /* there was no reload yet */
	NEWS_DONE,
	NEWS_REFUSED,
	NEWS_RESULT_COUNT
};

enum news_cloak {
	NEWS_CLOAK_IN_FORCE,
	NEWS_CLOAK_TRIED,
	NEWS_CLOAK_LIFTED,
	NEWS_CLOAK_COUNT
};

struct news {
	uint32_t generation;	 /* of the configuration in force, from 1 */
	uint32_t reloads;	 /* that have ended, one way or the other */
	bool busy;		 /* another is under way */
	enum news_result result; /* of the last */
	enum news_cloak cloak;
	uint64_t cloak_until_ms;  /* monotonic; when a tried cloak is lifted */
	uint64_t takeover_ns;	  /* wall clock: when a capture began before the
				     one before it had ended; 0: never */
	char text[NEWS_TEXT_MAX]; /* why it was refused: lines */
};

void news_put(struct wr *w, const struct news *n);
/* Reads a whole message. ESHORT, EFORMAT: no put wrote it. */
enum haunt_err news_get(struct rd *r, struct news *out) HAUNT_MUST_CHECK;

/* "none", "done", "refused". */
const char *news_result_text(enum news_result result);

#endif
