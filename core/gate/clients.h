/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of all clients, and the search for the one that made a packet.
 * Nothing in a packet names its client, so keys are tried: first the one that
 * last made a packet from the same address, then those of clients whose
 * `from` holds the source, and of these the ones without an HMAC last, since
 * they cost a decryption. A key whose client may not be at the source is
 * tried only so that its owner finds the reason in the log, and only so often
 * that strangers cannot make it a burden.
 */
#ifndef HAUNT_GATE_CLIENTS_H
#define HAUNT_GATE_CLIENTS_H

#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"
#include "core/capture/datagram.h"
#include "core/proto/haunt.h"

#define CLIENTS_ID 32
/* Packets a second for which keys from elsewhere are tried. */
#define CLIENTS_STRAYS_PER_S 20

struct clients;
struct signers;

/* Loads every client's key file; logs each that cannot be used, and then
 * fails with EFORMAT. config must outlive it. */
enum haunt_err clients_new(const struct config *config,
			   struct clients **out) HAUNT_MUST_CHECK;
/* Wipes the keys. NULL is fine. */
void clients_free(struct clients *c);

/* The clients that sign their packets; NULL if there are none. Lent. */
struct signers *clients_signers(const struct clients *c);

/* A packet whose maker is known. */
struct clients_opened {
	size_t client; /* index into config->clients */
	/* OK; or the HMAC is right, the contents are not, and the members
	 * below are not set. EAUTH: sealed with another cipher key. EDIGEST,
	 * EFORMAT, ELENGTH: as haunt_open(). */
	enum haunt_err contents;
	struct haunt_request request;
	uint8_t id[CLIENTS_ID]; /* what makes it this packet and no other */
};

/*
 * Finds the key that made the payload. EAUTH: none did. ELENGTH, EFORMAT:
 * it is no packet at all. ENOMEM. now_ms is monotonic. Nothing is allocated.
 */
enum haunt_err clients_open(struct clients *c, const struct datagram *d,
			    uint64_t now_ms,
			    struct clients_opened *out) HAUNT_MUST_CHECK;

#endif
