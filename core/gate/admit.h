/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path of a packet: whose is it, is it new, may it, is there room. Four
 * calls, each of which can end it.
 */
#ifndef HAUNT_GATE_ADMIT_H
#define HAUNT_GATE_ADMIT_H

#include <stdint.h>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/capture/datagram.h"
#include "core/gate/clients.h"
#include "core/gate/desk.h"
#include "core/gate/grants.h"
#include "core/gate/policy.h"
#include "core/gate/replay.h"
#include "core/gate/sender.h"
#include "core/gate/signers.h"
#include "core/gate/verdict.h"
#include "core/pgp/job.h"
#include "nat/grant.h"

/* Since the start. */
struct admit_counts {
	uint64_t seen;
	uint64_t strangers; /* packets that no key made */
	uint64_t malformed; /* of these, what is no packet at all */
	uint64_t unlooked;  /* what could be signed, and was too much */
	uint64_t authentic; /* packets that a key made */
	uint64_t verdicts[VERDICT_COUNT]; /* of these, once they are known */
};

struct admit {
	const struct config *config;
	const struct clock *clock;
	struct clients *clients;
	struct replay *replay;
	struct grants *grants;
	struct admit_counts counts;
	struct admit_counts told; /* when strangers were last summed up */
	struct ip_addr stranger;  /* the last one */
	/* What the gate before had in hand when it ended comes again; until
	 * there was a packet that it had not. */
	bool again;
	uint64_t takeover_ns; /* when two captures heard the same; 0: never */
	bool in_hand;	      /* the packet at hand is such a one */
	struct clients_opened opened;
	struct signers_message message; /* see admit_packet() */
	struct sender sender;
	struct policy_result policy;
};

/*
 * Takes a packet as far as nat: OK, *out is entered in grants under seq and
 * must be sent, and nat's answer is the packet's verdict; or *out is NULL,
 * and a->policy tells the command that is to be run: see admit_command(). Any
 * error: the
 * packet has been counted and, if it was authentic, logged. EFORMAT: the
 * replay store is damaged and must be opened anew. ESHORT: a->message is to
 * be decrypted first, see admit_decrypted().
 */
enum haunt_err admit_packet(struct admit *a, const struct datagram *d,
			    uint32_t seq,
			    const struct grant_batch **out) HAUNT_MUST_CHECK;

/* It has been: the packet goes on, as from admit_packet(), but not ESHORT. */
enum haunt_err admit_decrypted(struct admit *a, const struct desk_job *job,
			       const struct pgp_answer *answer, uint32_t seq,
			       const struct grant_batch **out) HAUNT_MUST_CHECK;
/* It has not been, and will not be. Returns why, which is no OK. */
enum haunt_err admit_unheard(struct admit *a, const struct desk_job *job,
			     enum verdict_result result, const char *reason);

/*
 * Nat has answered. OK: that was all, and it is logged. ESTALE: somebody stood
 * at a door of whom the gate did not know; what is asked for has been entered
 * anew under seq, is *out, and must be sent.
 */
enum haunt_err admit_settled(struct admit *a, const struct grants_settled *s,
			     const struct nat_result *r, uint32_t seq,
			     const struct grant_batch **out) HAUNT_MUST_CHECK;

/* The command was handed on (OK) or could not be: its packet's verdict. */
void admit_command(struct admit *a, enum haunt_err err);

/* Counts and logs what became of an authentic packet. */
void admit_verdict(struct admit *a, const struct verdict *v);

/* True if strangers have come by since the last summary. */
bool admit_has_strangers(const struct admit *a);
/* Sums up the strangers since the last time in one line, if any came. */
void admit_tell_strangers(struct admit *a);

#endif
