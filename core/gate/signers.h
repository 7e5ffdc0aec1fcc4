/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clients whose packets are encrypted and signed with OpenPGP keys, and
 * the question whether a packet is worth a process. With an HMAC it is if a
 * client's key made that, and if the message was not looked at before; without
 * one only for so many packets in a time, whoever sends them.
 */
#ifndef HAUNT_GATE_SIGNERS_H
#define HAUNT_GATE_SIGNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/datagram.h"
#include "core/proto/pgp.h"

/* Packets that no HMAC proves: as many at once, and one more each half second.
 * All clients without an HMAC share them, and so does whoever sends junk. */
#define SIGNERS_UNPROVEN_BURST 8
#define SIGNERS_UNPROVEN_MS    500
/* Messages of clients with an HMAC that are remembered, so that a copy of one
 * costs no process. */
#define SIGNERS_SEEN 1024
#define SIGNERS_NONE SIZE_MAX

struct signers;

/* Reads the HMAC keys; logs what cannot be used, and then fails with EFORMAT.
 * config must outlive it. */
enum haunt_err signers_new(const struct config *config,
			   struct signers **out) HAUNT_MUST_CHECK;
/* Wipes the keys. NULL is fine. */
void signers_free(struct signers *s);

/* A message that is to be decrypted. */
struct signers_message {
	size_t client; /* whose HMAC it has; SIGNERS_NONE without one */
	uint16_t len;
	uint8_t bytes[PGP_MESSAGE_MAX];
};

/*
 * Looks for whose the payload is. OK: out is to be decrypted. EREPLAY: it has
 * been looked at already, when it was heard at *first_ns; out->client is set.
 * EAUTH: it is nobody's. ELENGTH, EFORMAT: it is no such packet at all. EBUSY:
 * it could be somebody's, and there were too many like that. now_ms is
 * monotonic.
 */
enum haunt_err signers_match(struct signers *s, const struct datagram *d,
			     uint64_t now_ms, struct signers_message *out,
			     uint64_t *first_ns) HAUNT_MUST_CHECK;

/* Whose a decrypted message without an HMAC is, by who signed it: who lists a
 * subkey goes before who lists its primary key. Or NONE. */
size_t signers_find(const struct signers *s, const struct pgp_plain *plain);
/* True if the client's list has the key, or the primary key it belongs to. */
bool signers_may(const struct client *client, const struct pgp_plain *plain);

#endif
