/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of any plaintext, made without libfko.
 */
#ifndef HAUNT_TESTS_FKO_SEAL_H
#define HAUNT_TESTS_FKO_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#define SEAL_CAP 2048
#define SEAL_KEY "a key of sixteen"
#define SEAL_MAC "another key"

/*
 * Encrypts in CBC mode with SEAL_KEY, and with mac appends the HMAC-SHA-256
 * under SEAL_MAC. Without pad the text has to be whole blocks. The packet is
 * as it is sent.
 */
void seal(const void *text, size_t len, bool pad, bool mac,
	  char packet[SEAL_CAP]);

/* Appends ':' and the base64 of the SHA-256 of what is there. */
void seal_digest(char *text, size_t cap);

#endif
