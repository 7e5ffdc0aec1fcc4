/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between the gate and nat that are about sessions: connections
 * that began under a grant. nat finds them in conntrack; the gate knows whose
 * they are, and has nat keep that in the kernel for as long as they live.
 */
#ifndef HAUNT_NAT_SESSION_H
#define HAUNT_NAT_SESSION_H

#include "conf/config.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

#define SESSION_SIZE	  127 /* bytes of one on the wire */
#define SESSIONS_ASK_SIZE 14
#define SESSIONS_ASK_MAX  256 /* in one answer */
#define ORIGIN_MIN	  17  /* bytes of an origin on the wire */
#define ORIGIN_MAX	  (ORIGIN_MIN - 2 + 2 * CONFIG_NAME_MAX)

/* What a message about a session says. */
enum session_news {
	SESSION_HERE,	/* it lives: the answer to a question */
	SESSION_KNOWN,	/* it lives, from before nat began */
	SESSION_OPENED, /* it has begun */
	SESSION_CLOSED, /* it is over */
	SESSION_NEWS_COUNT
};

enum session_state {
	SESSION_BEGINS, /* no answer yet, or a handshake that is not over */
	SESSION_LIVES,	/* data may flow */
	SESSION_OVER,	/* it was closed; conntrack has it for a while yet */
	SESSION_STATE_COUNT
};

/* Why one is over. */
enum session_reason {
	SESSION_NOT_OVER,
	SESSION_ENDED,	  /* by its own parties, or by a timeout of conntrack */
	SESSION_LOST,	  /* its entry was deleted before its time */
	SESSION_IDLE,	  /* cut: the service's idle-timeout */
	SESSION_TOO_LONG, /* cut: its max-session */
	SESSION_CUT,	  /* cut: by a revocation */
	SESSION_REASON_COUNT
};

/* A conntrack entry that began under a grant. */
struct session {
	uint32_t id;	/* of the grant */
	uint32_t ct_id; /* of the entry: conntrack's own number */
	uint16_t zone;	/* likewise; 0 on nearly every host */
	uint8_t proto;
	uint8_t news;		/* enum session_news */
	uint8_t state;		/* enum session_state */
	uint8_t reason;		/* enum session_reason */
	bool accounted;		/* conntrack counts its bytes */
	uint64_t serial;	/* grows from one to the next, from 1 */
	uint64_t since_ms;	/* wall clock */
	uint64_t idle_ms;	/* since its last packet, either way */
	uint64_t bytes_in;	/* client to gateway; 0 unless accounted */
	uint64_t bytes_out;	/* and back */
	struct endpoint client; /* who connected, from which port */
	struct endpoint outer;	/* where to, as the client sees it */
	struct endpoint inner;	/* where it leads after NAT */
	struct endpoint back;	/* who the inner end thinks connected */
};

/* Whose the sessions of an id are. Names, not indexes: it outlives what is
 * configured. */
struct origin {
	uint32_t id;
	bool over;	   /* the last of them has ended: forget it */
	uint64_t since_ms; /* wall clock: when the first of them began */
	char service[CONFIG_NAME_MAX + 1];
	char client[CONFIG_NAME_MAX + 1];
};

/* A question for live sessions, a part at a time. */
struct sessions_ask {
	uint32_t seq;
	uint64_t after; /* serial of the last that is known; 0: look afresh */
	uint16_t max;	/* 1 to SESSIONS_ASK_MAX */
};

/* Something about the host that the gate tells on. */
enum nat_fact {
	FACT_ACCOUNTING, /* conntrack counts bytes of new connections */
	FACT_AT_RISK,	 /* somebody's chain would stop sessions whose grant
			    has ended */
	FACT_COUNT
};

struct nat_told {
	uint8_t fact;
	bool is;
};

/* As those in nat/grant.h: a get reads a whole body and refuses what no put
 * wrote. */
void session_put(struct wr *w, const struct session *s);
enum haunt_err session_get(struct rd *r, struct session *out) HAUNT_MUST_CHECK;
/* Fails its cursor for a name that is none. */
void origin_put(struct wr *w, const struct origin *o);
enum haunt_err origin_get(struct rd *r, struct origin *out) HAUNT_MUST_CHECK;
void sessions_ask_put(struct wr *w, const struct sessions_ask *a);
enum haunt_err sessions_ask_get(struct rd *r,
				struct sessions_ask *out) HAUNT_MUST_CHECK;
void nat_told_put(struct wr *w, const struct nat_told *t);
enum haunt_err nat_told_get(struct rd *r,
			    struct nat_told *out) HAUNT_MUST_CHECK;

/* True for what can be the name of a service or client. */
bool origin_name_valid(const char *name, size_t len);

#endif
