/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A key as the envelope sees it: bytes for the cipher, and an HMAC whose
 * inner and outer state were computed once, when the key was made.
 */
#ifndef HAUNT_PROTO_KEY_H
#define HAUNT_PROTO_KEY_H

#include <gcrypt.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/secret.h"
#include "core/proto/digest.h"
#include "core/proto/haunt.h"

struct haunt_key {
	enum haunt_mode mode;
	enum haunt_digest hmac_type;
	struct secret *cipher; /* as the mode treats it; NULL: only an HMAC */
	gcry_md_hd_t hmac;     /* NULL if hmac_type is NONE */
};

/* haunt_key_new() of a spec that is not held to the limits: the mode and the
 * type are known, the key has up to HAUNT_KEY_MAX bytes, the HMAC key any
 * number; with NULL for a key there is none for the cipher. ENOMEM,
 * EUNSUPPORTED. */
enum haunt_err key_make(const struct haunt_key_spec *spec,
			struct haunt_key **out) HAUNT_MUST_CHECK;

/* A key with an HMAC and no more, which opens nothing by itself. NONE with
 * hmac NULL is fine. ELENGTH, EFORMAT, EUNSUPPORTED, ENOMEM: as
 * haunt_key_new(). */
enum haunt_err key_mac_new(const void *hmac, size_t len, enum haunt_digest type,
			   struct haunt_key **out) HAUNT_MUST_CHECK;

/* The same with the HMAC key of a key file; what else is in it is ignored. No
 * path, no HMAC. Errors as haunt_key_load(). */
enum haunt_err key_mac_load(const char *path, enum haunt_digest type,
			    struct haunt_key **out,
			    unsigned int *line) HAUNT_MUST_CHECK;
/* haunt_key_new() of a spec that is not held to the limits: the mode and the
 * type are known, the key has up to HAUNT_KEY_MAX bytes, the HMAC key any
 * number. ENOMEM, EUNSUPPORTED. */
enum haunt_err key_make(const struct haunt_key_spec *spec,
			struct haunt_key **out) HAUNT_MUST_CHECK;

/* The HMAC over text; only for keys that have one. The bytes belong to the
 * key and are digest_len() long; the next call overwrites them. */
const uint8_t *key_hmac(struct haunt_key *key, const void *text, size_t len);

#endif
