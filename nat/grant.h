/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between the gate and nat. A grant carries indexes and numbers,
 * no names and no targets: the gate can say "service 3 at TCP port 80 for
 * 198.51.100.7 for 60 s", never "DNAT to that host". nat fills in the rest
 * from the configuration that it read itself.
 */
#ifndef HAUNT_NAT_GRANT_H
#define HAUNT_NAT_GRANT_H

#include <stdbool.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"
#include "nat/session.h"

#define GRANT_ID_MAX \
	0xffffffu /* ids are 1 to this: the low bits of a ct mark */
/*
 * The kernel tells from an id alone what its sessions have to obey, and so the
 * two top bits of an id say it. The rest is a number, 1 to GRANT_NUMBER_MAX;
 * its last one names no grant:
 */
#define GRANT_ID_TIED	 0x800000u /* its sessions end with it */
#define GRANT_ID_ONCE	 0x400000u /* one session closes the door */
#define GRANT_ID_WON	 0x200000u /* not in ids: the mark of that session */
#define GRANT_NUMBER_MAX 0x1ffffeu
#define GRANT_ID_FREE	 0x1fffffu /* came in by never-close-for */
#define GRANT_ID_CUT	 0xffffffu /* was a grant's, and has been cut */

#define GRANT_BATCH_MAX	 31  /* as many as one request can name ports */
#define GRANT_SIZE	 35  /* bytes of one grant on the wire */
#define GRANT_SURVEY_MAX 512 /* ids in one survey */

#define NAT_RESULT_AT_NONE 255 /* no grant in particular was refused */

enum nat_message {
	/* gate -> nat */
	NAT_GRANT = 0x0201,    /* grant_batch: put all of it in force */
	NAT_REVOKE = 0x0202,   /* grant_batch: end all of it */
	NAT_CUT = 0x0206,      /* grant_survey: end all sessions of these ids */
	NAT_LIST = 0x0203,     /* nat_query: tell what is in force */
	NAT_SURVEY = 0x0204,   /* grant_survey: which sessions live on */
	NAT_SESSIONS = 0x0207, /* sessions_ask: what lives, a part at a time */
	NAT_WATCH = 0x0208,    /* nat_watch: tell of sessions at once, or not */
	NAT_CONFIRM = 0x0209,  /* nat_confirm: let a cloak that is tried stay */
	NAT_ADOPTED = 0x0210,  /* nat_query: LIST's answers are all known */
	/* both ways: whose sessions an id's are; before LIST's result */
	NAT_ORIGIN = 0x0285, /* origin */
	/* nat -> gate */
	NAT_RESULT = 0x0281,  /* nat_result: the answer to any of the above */
	NAT_RULE = 0x0282,    /* grant: one in force, replaces is 0; before
				 LIST's result. Or who stands at a door where
				 the gate thought otherwise, replaces is the
				 id; before the result that is HAUNT_ESTALE */
	NAT_SESSION = 0x0283, /* session: news of one, whenever there is; one
				 that is HERE before SURVEY's result */
	NAT_LISTED = 0x0284,  /* session: one that is HERE before SESSIONS's */
	NAT_LEAD = 0x0287,    /* lead: where a name leads from now on */
	NAT_TOLD = 0x0286,    /* nat_told: a fact, at the start and when it
				 changes */
};

struct grant {
	uint32_t id;	   /* grant_id_valid() */
	uint32_t replaces; /* id of the grant at this door that it takes over;
			      its own id: a renewal; 0: the door is shut */
	uint32_t lifetime_ms; /* in NAT_RULE: what remains */
	uint16_t service;     /* index into config->services */
	uint16_t client;      /* index into config->clients */
	struct ip_addr address;
	uint8_t proto; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port; /* the outer port, host order */
};

struct grant_batch {
	uint32_t seq; /* comes back in the result */
	bool cut;     /* NAT_REVOKE: their sessions, too; else false */
	uint8_t len;  /* 1 to GRANT_BATCH_MAX */
	struct grant grants[GRANT_BATCH_MAX];
};

struct nat_query {
	uint32_t seq;
};

/* Somebody came in by this connection, or sits here. */
struct nat_confirm {
	uint32_t seq;
	bool here; /* the ends are zeros */
	struct endpoint client;
	struct endpoint server; /* before or after translation */
};

#define NAT_CONFIRM_SIZE (4 + 1 + 18 + 18)

struct grant_survey {
	uint32_t seq;
	uint16_t len; /* 1 to GRANT_SURVEY_MAX */
	uint32_t ids[GRANT_SURVEY_MAX];
};

struct nat_watch {
	bool on;
};

struct nat_result {
	uint32_t seq;
	uint8_t err;	/* enum haunt_err */
	uint32_t error; /* errno of the kernel for HAUNT_ESYS; else 0 */
	uint8_t at;	/* the grant in the batch that was refused, or
			   NAT_RESULT_AT_NONE */
};

/* True for what can be the id of a grant. */
static inline bool grant_id_valid(uint32_t id)
{
	uint32_t number = id & ~(GRANT_ID_TIED | GRANT_ID_ONCE);

	return number >= 1 && number <= GRANT_NUMBER_MAX;
}

/*
 * A put fails its cursor if a len is out of its bounds. A get is ESHORT or
 * EFORMAT for what no put wrote; all but grant_get() read a whole body and
 * refuse what is left over. Results and rules come in the order of the
 * questions, but for a survey's and a list's, which come when they are known.
 */
void grant_put(struct wr *w, const struct grant *g);
enum haunt_err grant_get(struct rd *r, struct grant *out) HAUNT_MUST_CHECK;
void grant_batch_put(struct wr *w, const struct grant_batch *b);
enum haunt_err grant_batch_get(struct rd *r,
			       struct grant_batch *out) HAUNT_MUST_CHECK;
void nat_query_put(struct wr *w, const struct nat_query *q);
enum haunt_err nat_query_get(struct rd *r,
			     struct nat_query *out) HAUNT_MUST_CHECK;
void nat_confirm_put(struct wr *w, const struct nat_confirm *c);
enum haunt_err nat_confirm_get(struct rd *r,
			       struct nat_confirm *out) HAUNT_MUST_CHECK;
void nat_watch_put(struct wr *w, const struct nat_watch *n);
enum haunt_err nat_watch_get(struct rd *r,
			     struct nat_watch *out) HAUNT_MUST_CHECK;
void grant_survey_put(struct wr *w, const struct grant_survey *s);
enum haunt_err grant_survey_get(struct rd *r,
				struct grant_survey *out) HAUNT_MUST_CHECK;
void nat_result_put(struct wr *w, const struct nat_result *s);
enum haunt_err nat_result_get(struct rd *r,
			      struct nat_result *out) HAUNT_MUST_CHECK;

#endif
