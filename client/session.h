/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan put to work: the way to the gateway, the key, the port to come in
 * by; and from then on as many packets as are needed.
 */
#ifndef HAUNT_CLIENT_SESSION_H
#define HAUNT_CLIENT_SESSION_H

#include <stdbool.h>

#include "client/ask.h"
#include "client/cmd.h"
#include "client/plan.h"
#include "core/proto/haunt.h"

struct session {
	struct plan plan;
	struct haunt_route route;
	struct haunt_route proxy; /* HTTP; port 0: none */
	struct haunt_key *key;	  /* of these two there is one */
	struct haunt_pgp *pgp;
	char login[CLIENT_USER_MAX + 1];
	uint16_t outer;
	uint64_t asked_ms; /* when resolvers were asked */
	bool saved;	   /* a packet was saved: the next one is added */
};

/* A packet, and what is in it. */
struct session_packet {
	struct haunt_request request;
	char text[HAUNT_PACKET_MAX + 1];
	size_t len;
};

/* Resolves, loads or asks for the key, draws the port. What goes wrong is
 * told; session_close() is needed in any case. */
enum cmd_status session_open(struct session *s, const struct plan *plan);
/* Seals a new packet, of now, draws the port that it goes to if there are
 * several, and saves it if that is wanted. Told. */
enum cmd_status session_seal(struct session *s, struct session_packet *out);
/* Sends it. Told. */
enum cmd_status session_send(const struct session *s,
			     const struct session_packet *packet);
/* Looks anew how the gateway is reached from where this host is now. Told. */
enum cmd_status session_reroute(struct session *s);
void session_close(struct session *s);

/* What its packets carry. */
enum haunt_digest session_hmac_type(const struct session *s);

/* The gateway's address as text. */
const char *session_gateway(const struct session *s, char buf[ADDR_TEXT_MAX]);

#endif
