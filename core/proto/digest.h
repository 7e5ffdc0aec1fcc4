/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hash functions of the format: their sizes, their libgcrypt numbers, and
 * the initialisation of libgcrypt itself.
 */
#ifndef HAUNT_PROTO_DIGEST_H
#define HAUNT_PROTO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/haunt.h"

#define DIGEST_LEN_MAX	 64
#define DIGEST_CHARS_MAX 86 /* in base64 */

/* Makes libgcrypt ready, once in a process and for all threads. EUNSUPPORTED:
 * the libgcrypt at run time is too old. */
enum haunt_err digest_init(void) HAUNT_MUST_CHECK;

/* True for the seven types; not for HAUNT_DIGEST_NONE. */
bool digest_known(enum haunt_digest type);
/* Bytes of the result; 0 for HAUNT_DIGEST_NONE. */
size_t digest_len(enum haunt_digest type);
/* Bytes of the block, which is what HMAC pads its key to. */
size_t digest_block(enum haunt_digest type);
/* libgcrypt's number. */
int digest_gcry(enum haunt_digest type);

/* Writes digest_len(type) bytes. EUNSUPPORTED: libgcrypt refuses the type,
 * as it does MD5 in FIPS mode. */
enum haunt_err digest_compute(enum haunt_digest type, const void *data,
			      size_t len,
			      uint8_t out[DIGEST_LEN_MAX]) HAUNT_MUST_CHECK;

#endif
