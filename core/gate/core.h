/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gate without its sockets and its event loop: datagrams, nat's messages
 * and the passing of time go in; messages to nat and log lines come out. The
 * role feeds it from libev, the scenario tests from a script.
 */
#ifndef HAUNT_GATE_CORE_H
#define HAUNT_GATE_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/news.h"
#include "core/base/wire.h"
#include "core/capture/datagram.h"
#include "core/gate/admit.h"
#include "core/gate/adoption.h"
#include "core/gate/clients.h"
#include "core/gate/confirm.h"
#include "core/gate/desk.h"
#include "core/gate/grants.h"
#include "core/gate/inquiry.h"
#include "core/gate/replay.h"
#include "core/gate/revoke.h"
#include "core/gate/sessions.h"
#include "core/gate/watch.h"
#include "nat/grant.h"
#include "nat/lookup.h"

/* What the core works with; all of it must outlive the core. */
struct gate_parts {
	const struct config *config;
	const struct clock *clock;
	struct clients *clients;
	struct replay *replay;
	/* Sends a message to nat. EBUSY: not now. Other errors end the gate. */
	enum haunt_err (*send)(void *arg, uint16_t type, const struct wr *body);
	/* Sends a job to pgp, as send does to nat. NULL: there is none. */
	enum haunt_err (*pgp_send)(void *arg, uint16_t type,
				   const struct wr *body);
	uint32_t birth; /* another number for each gate; for jobs */
	/* Sends a message to run. EBUSY: not now. NULL: there is no run. */
	enum haunt_err (*run)(void *arg, uint16_t type, const struct wr *body);
	/* Asks the monitor for something. */
	enum haunt_err (*wish)(void *arg, enum wish wish);
	const struct news *news;     /* what it has told */
	const struct before *before; /* connections from before the try */
	void *arg;
};

struct gate_core;

enum haunt_err gate_core_new(const struct gate_parts *parts,
			     struct gate_core **out) HAUNT_MUST_CHECK;
/* Leaves everything in force. NULL is fine. */
void gate_core_free(struct gate_core *g);

/* Asks nat for what is in force. */
enum haunt_err gate_core_start(struct gate_core *g) HAUNT_MUST_CHECK;
/* False while nat is behind: packets must wait. */
bool gate_core_hungry(const struct gate_core *g);
/* True once what is in force is known; packets are handled before, too. */
bool gate_core_adopted(const struct gate_core *g);
/* To be told when it is; wait must stay where it is. */
void gate_core_wait(struct gate_core *g, struct adoption_wait *wait);
void gate_core_unwait(struct gate_core *g, struct adoption_wait *wait);

/*
 * What comes in. An error ends the gate: EFORMAT, the neighbour has broken
 * the protocol; ECLOSED or ESYS, nat cannot be reached, or the replay store
 * is damaged; a new start puts it right.
 */
enum haunt_err gate_core_datagram(struct gate_core *g,
				  const struct datagram *d) HAUNT_MUST_CHECK;
enum haunt_err gate_core_rule(struct gate_core *g,
			      const struct grant *grant) HAUNT_MUST_CHECK;
enum haunt_err gate_core_result(struct gate_core *g,
				const struct nat_result *r) HAUNT_MUST_CHECK;
void gate_core_session(struct gate_core *g, const struct session *s);
/*
 * What the last message changed for datagrams that wait for nat, told once:
 * *answered need wait no more (0: none), and what was handled waits under
 * *waits (0: it does not).
 */
void gate_core_waiting(struct gate_core *g, uint32_t *answered,
		       uint32_t *waits);
/* What pgp says, on the same terms. */
enum haunt_err gate_core_decrypted(
	struct gate_core *g, const struct pgp_answer *answer) HAUNT_MUST_CHECK;
enum haunt_err gate_core_pgp_hello(struct gate_core *g) HAUNT_MUST_CHECK;
/* The i-th number under which a datagram waits for pgp; 0: there are no more.
 * The gate has what it needs of them: they may be let go of. */
uint32_t gate_core_pgp_waits(const struct gate_core *g, size_t i);
enum haunt_err gate_core_listed(struct gate_core *g,
				const struct session *s) HAUNT_MUST_CHECK;
enum haunt_err gate_core_origin(struct gate_core *g,
				const struct origin *o) HAUNT_MUST_CHECK;
void gate_core_told(struct gate_core *g, const struct nat_told *told);
enum haunt_err gate_core_lead(struct gate_core *g,
			      const struct lead *lead) HAUNT_MUST_CHECK;
void gate_core_stats(struct gate_core *g, const struct capture_stats *s);

/* Does what is due; *next_ms is when to call again (monotonic; UINT64_MAX:
 * not before something comes in). */
enum haunt_err gate_core_tick(struct gate_core *g,
			      uint64_t *next_ms) HAUNT_MUST_CHECK;

/* For reports. */
struct gate_status {
	int64_t since_s;
	bool adopted;
	struct admit_counts counts;
	struct capture_stats capture;
	size_t grants;
	size_t sessions;
	bool accounting;   /* conntrack counts the bytes of new ones */
	size_t remembered; /* packets in the replay store */
};

void gate_core_status(const struct gate_core *g, struct gate_status *out);
/* As grants_walk(). */
bool gate_core_walk(struct gate_core *g, uint32_t *cursor,
		    struct grants_report *out);
const struct config *gate_core_config(const struct gate_core *g);
const struct clock *gate_core_clock(const struct gate_core *g);
const struct news *gate_core_news(const struct gate_core *g);
enum haunt_err gate_core_wish(const struct gate_core *g,
			      enum wish wish) HAUNT_MUST_CHECK;

/* Whose the sessions of an id are; NULL if none lives. */
const struct owner *gate_core_owner(const struct gate_core *g, uint32_t id);
/* True if the grant of that id is in force. */
bool gate_core_granted(const struct gate_core *g, uint32_t id);
/* Asks for the first part of what lives, or for the next: q->tell is called
 * when it is there, and may ask again. EBUSY: it is not known yet what is in
 * force. */
enum haunt_err gate_core_ask(struct gate_core *g,
			     struct inquiry *q) HAUNT_MUST_CHECK;
/* Lets somebody watch, and no more. */
void gate_core_watch(struct gate_core *g, struct watcher *w);
void gate_core_unwatch(struct gate_core *g, struct watcher *w);
size_t gate_core_watchers(const struct gate_core *g);

/* Begins to revoke; *out->tell may be set before the next call into the core.
 * ENOENT: there is none. EBUSY: what is in force is not known yet. ENOMEM. */
enum haunt_err gate_core_revoke(struct gate_core *g,
				const struct revoke_selection *which,
				struct revoke **out) HAUNT_MUST_CHECK;

const struct before *gate_core_before(const struct gate_core *g);
/* Asks nat to let the cloak stay, q's seq apart; *out->tell may be set before
 * the next call into the core. EBUSY: not now. ECLOSED, ESYS. */
enum haunt_err gate_core_confirm(struct gate_core *g, struct nat_confirm *q,
				 struct confirm **out) HAUNT_MUST_CHECK;

#endif
