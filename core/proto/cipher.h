/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * AES-256 under a key and a salt, as `openssl enc -md md5` does it.
 */
#ifndef HAUNT_PROTO_CIPHER_H
#define HAUNT_PROTO_CIPHER_H

#include <stddef.h>
#include <stdint.h>

#include "core/proto/haunt.h"

#define CIPHER_SALT_LEN 8
#define CIPHER_BLOCK	16

/* Both work in place; len is a multiple of CIPHER_BLOCK. ENOMEM.
 * EUNSUPPORTED: libgcrypt refuses MD5, as in FIPS mode. */
enum haunt_err cipher_encrypt(const struct haunt_key *key,
			      const uint8_t salt[CIPHER_SALT_LEN],
			      uint8_t *data, size_t len) HAUNT_MUST_CHECK;
enum haunt_err cipher_decrypt(const struct haunt_key *key,
			      const uint8_t salt[CIPHER_SALT_LEN],
			      uint8_t *data, size_t len) HAUNT_MUST_CHECK;

#endif
