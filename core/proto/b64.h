/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Base64 in the standard alphabet, as fwknop writes it: without line breaks
 * and without the trailing '='.
 */
#ifndef HAUNT_PROTO_B64_H
#define HAUNT_PROTO_B64_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/wire.h"

/* Characters that len bytes become, and bytes that len characters become. */
static inline size_t b64_chars(size_t len)
{
	return (len * 4 + 2) / 3;
}

static inline size_t b64_bytes(size_t len)
{
	return len / 4 * 3 + (len % 4 > 1 ? len % 4 - 1 : 0);
}

/* True if every byte is of the alphabet; '=' is not. */
bool b64_alphabet(const char *text, size_t len);

void b64_put(struct wr *w, const void *data, size_t len);

/*
 * Decodes the one text that b64_put() writes for some bytes, and no other:
 * EFORMAT for a foreign character, an impossible length, or bits set that
 * belong to no byte. ELENGTH: out is full.
 */
enum haunt_err b64_get(const char *text, size_t len,
		       struct wr *out) HAUNT_MUST_CHECK;

/* Also takes what others write: a right number of '=' at the end, and set
 * bits that belong to no byte. */
enum haunt_err b64_get_lenient(const char *text, size_t len,
			       struct wr *out) HAUNT_MUST_CHECK;

#endif
