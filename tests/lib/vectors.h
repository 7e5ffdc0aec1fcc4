/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets in tests/data/fwknop3.vec and pgp.vec; the README beside them
 * says what they are and how they are written.
 */
#ifndef HAUNT_TESTS_VECTORS_H
#define HAUNT_TESTS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/proto/haunt.h"

struct vector {
	char id[16];
	enum haunt_mode mode;
	enum haunt_digest hmac_type;
	uint8_t key[64];
	size_t key_len;
	uint8_t hmac[160];
	size_t hmac_len;
	char packet[1600];
	char refuse[32]; /* "STEP ERROR"; empty: it opens */
	char signer[72];
	char prefix[4];
	bool reseals;
	uint8_t salt[8];
	/* What it opens to; message and nat as they are before base64. */
	struct haunt_request want;
	char message[256];
	char nat[256];
};

/* Opens the file below $srcdir; fails the test if it is not there. */
FILE *vectors_open(void);
/* The packets with OpenPGP keys. */
FILE *vectors_open_pgp(void);
/* The next one; false at the end of the file. Fails the test on a word that
 * it does not know. */
bool vectors_next(FILE *file, struct vector *out);
/* The key that the vector names. Fails the test if it is refused. */
struct haunt_key *vectors_key(const struct vector *vector);

#endif
