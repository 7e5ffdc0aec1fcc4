/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knocking again before what was opened ends, for as long as somebody needs
 * it.
 */
#ifndef HAUNT_CLIENT_KEEP_H
#define HAUNT_CLIENT_KEEP_H

#include "client/knock.h"

/* Where nobody says how long a way stays open. */
#define KEEP_DEFAULT_MS 10000u

/* Values of options as they were typed; NULL where one was not. */
struct keep_words {
	const char *keep;
	const char *every;
};

/* Options for args_parse() that fill a struct keep_words at offset 0. */
#define KEEP_ARGS                                                 \
	{ "--keep", NULL, offsetof(struct keep_words, keep) },    \
	{                                                         \
		"--keep", "a time of 1s to 65536s, behind a '='", \
			offsetof(struct keep_words, every)        \
	}

struct keep {
	uint32_t every_ms; /* 0: not at all */
};

/* Three knocks in a lifetime, so that one may get lost. EFORMAT: told. */
enum haunt_err keep_make(const struct keep_words *words, uint32_t lifetime_s,
			 struct keep *out) HAUNT_MUST_CHECK;

/*
 * Knocks each so often, for as long as the program runs; its status is
 * returned, or 128 and the signal that ended it. argv NULL: until a signal
 * asks for the end, which is CMD_OK. A knock was made just before. What
 * cannot be sent is told, and tried again.
 */
enum cmd_status keep_run(const struct keep *keep, const struct knocker *k,
			 char *const *argv);

#endif
