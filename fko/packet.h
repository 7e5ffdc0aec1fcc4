/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text of a packet: its beginning that is never sent, and base64 as this
 * interface reads it.
 */
#ifndef HAUNT_FKO_PACKET_H
#define HAUNT_FKO_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/wire.h"
#include "fko/context.h"

struct packet_prefix {
	const char *text;
	size_t len;
};

/* Of an encryption type; empty for FKO_ENCRYPTION_UNKNOWN. */
struct packet_prefix packet_prefix(int encryption);

/* Puts the beginning back, if it is not there. False if there is no room. */
bool packet_complete(struct fko_packet *packet, struct packet_prefix prefix);

/* What a packet of that many characters is taken for. */
int packet_encryption(size_t len);

/* The base64 of a digest of that type over text, and a NUL. */
int packet_digest(short type, const void *text, size_t len,
		  char out[FKO_DIGEST_CAP]);

/* The characters a digest of that type has; 0 if there is no such type. */
size_t packet_digest_chars(short type);

/*
 * Decodes up to the first '=', and leaves out a last character that is no
 * byte. False for a foreign character, or if out is full.
 */
bool packet_base64_get(const char *text, size_t len, struct wr *out);

/* What libhaunt's error is called here, where its cause is not in the data. */
int packet_code(enum haunt_err err);

#endif
