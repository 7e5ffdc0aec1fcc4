/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Knocking, and waiting at the door until it opens.
 */
#ifndef HAUNT_CLIENT_ENTRY_H
#define HAUNT_CLIENT_ENTRY_H

#include "client/args.h"
#include "client/knock.h"
#include "client/race.h"
#include "client/term.h"

#define ENTRY_DEADLINE_DEFAULT_S 10

/* Values of options as they were typed; NULL where one was not. */
struct entry_words {
	const char *deadline;
	const char *expect;
};

/* Options for args_parse() that fill a struct entry_words at offset 0. */
#define ENTRY_ARGS_LEN 2
extern const struct arg entry_args[ENTRY_ARGS_LEN];

struct entry {
	const char *expect; /* of the right server; NULL: any will do */
	uint32_t deadline_s;
};

/* expect: what holds where none is typed. EFORMAT: told. */
enum haunt_err entry_make(const struct entry_words *words, const char *expect,
			  struct entry *out) HAUNT_MUST_CHECK;

/*
 * Knocks, once more when a third of the time has passed, and waits for the
 * doors: the TCP ports of packet, one after the other. *winner is the
 * connection to the last of them. CMD_NETWORK: told.
 */
enum cmd_status entry_go_in(const struct entry *e, const struct knocker *k,
			    struct session_packet *packet,
			    struct race_winner *winner);

#endif
