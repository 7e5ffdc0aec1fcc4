/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose the sessions are that live: names by the id of the grant, kept for as
 * long as one of its sessions lives, however long the grant itself is over.
 */
#ifndef HAUNT_GATE_SESSIONS_H
#define HAUNT_GATE_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "nat/grant.h"

struct owner {
	struct origin origin; /* names are "?" where nobody knows them */
	uint32_t lives;	      /* sessions */
	bool named;
	bool unsent; /* nat has to be told */
};

struct sessions;

enum haunt_err sessions_new(struct sessions **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void sessions_free(struct sessions *s);

/* What the kernel has kept from before. ENOMEM. */
enum haunt_err sessions_adopt(struct sessions *s,
			      const struct origin *o) HAUNT_MUST_CHECK;
/* Forgets what was kept of ids of which no session lives; each is unsent. */
void sessions_sweep(struct sessions *s);

/* One more session of an id. ENOMEM; *out may be named by the caller. */
enum haunt_err sessions_open(struct sessions *s, const struct session *session,
			     struct owner **out) HAUNT_MUST_CHECK;
/* One less. */
void sessions_close(struct sessions *s, const struct session *session);
/* Gives the owner its names. */
void sessions_name(struct sessions *s, struct owner *owner, const char *service,
		   const char *client);

/* NULL if no session of it lives. */
const struct owner *sessions_owner(const struct sessions *s, uint32_t id);
/* Calls fn for each owner of a session that lives. */
void sessions_each(const struct sessions *s,
		   void (*fn)(void *arg, const struct owner *owner), void *arg);
/* How many live. */
size_t sessions_count(const struct sessions *s);

/* All of what is kept is to be sent anew. */
void sessions_renew(struct sessions *s);
/* The next origin that nat has to be told of; false if there is none. After it
 * was told, sessions_sent() says so. */
bool sessions_unsent(struct sessions *s, struct origin *out);
void sessions_sent(struct sessions *s, const struct origin *o);

/* The lines of the log. */
void sessions_log(const struct sessions *s, const struct session *session,
		  uint64_t now_ms);
/* "ended" and so on; static. */
const char *session_reason_text(enum session_reason reason);

#endif
