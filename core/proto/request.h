/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plaintext of a packet: the fields of a request separated by ':', and
 * at the end a digest of all that stands before it.
 */
#ifndef HAUNT_PROTO_REQUEST_H
#define HAUNT_PROTO_REQUEST_H

#include <stddef.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

/* Bytes of the longest fields that request_put() writes, and with digest. */
#define REQUEST_FIELDS_MAX 711
#define REQUEST_TEXT_MAX   (REQUEST_FIELDS_MAX + 1 + 86)

#define REQUEST_VERSION "3.0.0"

/* Which field lengths haunt_request_check() holds a request to. */
#define REQUEST_RANDOM_LEN   16
#define REQUEST_TIME_MAX     UINT64_C(999999999999)
#define REQUEST_LIFETIME_MAX 65536

/* Replaces what may be left out by its default. ESYS: no randomness. */
enum haunt_err request_complete(struct haunt_request *request) HAUNT_MUST_CHECK;

/* Writes the fields, without the digest, of a request that is complete and
 * passed haunt_request_check(). */
void request_put(struct wr *w, const struct haunt_request *request);

/* Reads the fields; what it accepts passes haunt_request_check(). digest is
 * left at NONE. EFORMAT, ELENGTH. */
enum haunt_err request_get(const void *text, size_t len,
			   struct haunt_request *out) HAUNT_MUST_CHECK;

/* Writes fields and digest. EUNSUPPORTED: libgcrypt refuses the digest. */
enum haunt_err request_text_put(
	struct wr *w, const struct haunt_request *request) HAUNT_MUST_CHECK;

/*
 * Reads fields and digest. EAUTH: it does not begin like a request, so it was
 * decrypted with another key. EDIGEST: no digest, or not the right one. Only
 * then are the fields looked at: EFORMAT, ELENGTH.
 */
enum haunt_err request_text_get(const void *text, size_t len,
				struct haunt_request *out) HAUNT_MUST_CHECK;

#endif
