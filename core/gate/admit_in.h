/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files behind core/gate/admit.h share. */
#ifndef HAUNT_GATE_ADMIT_IN_H
#define HAUNT_GATE_ADMIT_IN_H

#include "core/gate/admit.h"

/* It is this client's: v and a->sender say from where. */
void admit_maker(struct admit *a, const struct datagram *d, size_t client,
		 struct verdict *v);
/* What is wrong with the contents of a packet whose HMAC is right; static. */
const char *admit_contents_text(enum haunt_err contents);
/* Ends in a verdict for a packet whose maker is known. */
enum haunt_err admit_refuse(struct admit *a, struct verdict *v,
			    enum verdict_result result, const char *reason);
void admit_stranger(struct admit *a, const struct datagram *d,
		    enum haunt_err err);
/* True for what two captures heard while one took over from the other. */
bool admit_is_echo(const struct admit *a, const struct datagram *d,
		   uint64_t first_ns);
/* The way of a packet from a->opened on, as admit_packet() says. */
enum haunt_err admit_opened(struct admit *a, const struct datagram *d,
			    uint32_t seq, struct verdict *v,
			    const struct grant_batch **out) HAUNT_MUST_CHECK;

/* A packet that no symmetric key made, for the reason err: is it signed?
 * ESHORT: perhaps, see admit_packet(). Else it has been counted. */
enum haunt_err admit_signed(struct admit *a, const struct datagram *d,
			    struct verdict *v,
			    enum haunt_err err) HAUNT_MUST_CHECK;

#endif
