/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets with OpenPGP keys, for those who take them apart in two processes:
 * one that knows the HMAC keys, and one that has GnuPG.
 */
#ifndef HAUNT_PROTO_PGP_H
#define HAUNT_PROTO_PGP_H

#include "core/proto/haunt.h"
#include "core/proto/pgp_engine.h"
#include "core/proto/pgp_text.h"

/* As pgp_engine_open(). */
enum haunt_err pgp_decrypt(struct haunt_pgp *pgp, const void *message,
			   size_t len, struct pgp_plain *out) HAUNT_MUST_CHECK;

/* Reads a passphrase from a file, less a line feed at its end. ESYS; EDENIED:
 * the file is not its owner's alone, or not root's or the caller's; ELENGTH: it
 * is empty or too long; EFORMAT: it has more than one line. */
enum haunt_err pgp_passphrase_load(const char *path,
				   struct secret **out) HAUNT_MUST_CHECK;

/*
 * Reads the request. EAUTH: it is none. EDIGEST, EFORMAT, ELENGTH: as
 * haunt_open(). id is what a replay store should remember: it is made of the
 * text and its signer, so that the same text in another message, whose outer
 * parts nobody signs, is no other packet.
 */
enum haunt_err pgp_request(const struct pgp_plain *plain,
			   struct haunt_request *out,
			   uint8_t id[PGP_ID_LEN]) HAUNT_MUST_CHECK;

#endif
