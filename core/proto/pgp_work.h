/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files that know gpgme share: a context for one piece of work, and
 * what gpgme's errors come to.
 */
#ifndef HAUNT_PROTO_PGP_WORK_H
#define HAUNT_PROTO_PGP_WORK_H

#include <gpgme.h>
#include <signal.h>
#include <stdbool.h>

#include "core/proto/pgp_engine.h"

/* What is borrowed of the process while GnuPG is at work: a pipe that is
 * closed at the other end must not end us. */
struct work {
	gpgme_ctx_t ctx;
	sigset_t before;
	bool was_pending;
};

enum haunt_err work_begin(struct pgp_engine *e,
			  struct work *w) HAUNT_MUST_CHECK;
void work_end(struct work *w);

/* Makes a note of an error, for people, and returns what it is called here;
 * OK if it is none. what (may be empty) is what it was about. */
enum haunt_err work_failed(struct pgp_engine *e, const char *what,
			   gpgme_error_t err) HAUNT_MUST_CHECK;

/* A fingerprint as it is written here; empty if it is none of ours. */
void work_fingerprint(const char *from, char out[HAUNT_FINGERPRINT_MAX]);

#endif
