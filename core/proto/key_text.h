/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text of a key file: a line for each of two keys.
 */
#ifndef HAUNT_PROTO_KEY_TEXT_H
#define HAUNT_PROTO_KEY_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define KEY_TEXT_MAX 4096 /* bytes of a key file */

/* Two keys; a length of 0 is none. Secret: wipe it. */
struct key_pair {
	size_t key_len;
	size_t hmac_len;
	uint8_t key[HAUNT_KEY_MAX];
	uint8_t hmac[HAUNT_HMAC_KEY_MAX];
};

/* EFORMAT, ELENGTH: *line is to blame, from 1; 0 if a key is missing. On a
 * failure *out is wiped. */
enum haunt_err key_text_get(const char *text, size_t len, struct key_pair *out,
			    unsigned int *line) HAUNT_MUST_CHECK;

/* The same for a file that may have an HMAC key alone, or none. */
enum haunt_err key_text_get_any(const char *text, size_t len,
				struct key_pair *out,
				unsigned int *line) HAUNT_MUST_CHECK;

/* Reads a file that may be its owner's alone, who is root or the caller.
 * EDENIED: it is not. ELENGTH: cap bytes or more. EFORMAT: no file. ESYS. */
enum haunt_err key_file_read(const char *path, char *buf, size_t cap,
			     size_t *len) HAUNT_MUST_CHECK;

/* Reads a key file as haunt_key_load() does, with the same errors; *line is
 * written with them, too. Either key may be missing. */
enum haunt_err key_pair_load(const char *path, struct key_pair *out,
			     unsigned int *line) HAUNT_MUST_CHECK;

/* The lines that key_text_get() reads back; none for an absent HMAC key. */
void key_text_put(struct wr *w, const struct key_pair *pair);

#endif
