/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hauntctl does in more than one question: each returns hauntctl's exit
 * status and says what there is to say.
 */
#ifndef HAUNT_CLIENT_STEPS_H
#define HAUNT_CLIENT_STEPS_H

#include <stdbool.h>

#include "core/base/err.h"

enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 1,
	STATUS_DAEMON = 2,  /* not running, not ours to ask, no answer */
	STATUS_REFUSED = 3, /* it answered, and said no */
	STATUS_BAD = 4,	    /* explain: would not get in; doctor: findings;
			       import-fwknop: to be repaired by hand */
};

struct steps {
	const char *socket;
	const char *config; /* the daemon's configuration file */
	bool json;
	bool here; /* --here */
};

/* Says why the daemon could not be asked. */
void steps_unreachable(const char *path, enum haunt_err err);

/* Has the daemon take its configuration file anew, and waits for the outcome;
 * quiet: it is not printed unless refused. */
enum status steps_reload(const struct steps *s, bool quiet);

/* Has a cloak that is tried stay: by the connection that this command was
 * typed through; here: by nothing but this command. */
enum status steps_confirm(const struct steps *s, bool here);

/* The clients in the configuration file, a line each. */
enum status steps_client_list(const struct steps *s);
/* Ends what the client has open and takes it out of the configuration, in the
 * file and in the daemon. All of it, or it is said what was done. */
enum status steps_client_remove(const struct steps *s, const char *name);

/* Turns fwknopd's files into ours; daemon and overrides, a list with commas,
 * may be NULL. STATUS_BAD: written, and something has to be done by hand. */
struct import_words;
enum status steps_import(const struct import_words *words, const char *access,
			 const char *daemon, const char *overrides);

#endif
