/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two libfkos are compared by that needs no context of their own.
 */
#ifndef HAUNT_TESTS_FKO_DRAW_H
#define HAUNT_TESTS_FKO_DRAW_H

#include "tests/fko/compare.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define PICK(list) (list)[draw(COUNT(list))]

/* A packet, opened by both libraries. */
void cross(const char *packet, const char *key, int key_len, int mode,
	   const char *mac, int mac_len, int type);

/* A message behind a good envelope, with or without a good digest. */
void plaintext(void);
/* Text that is hardly a packet. */
void junk(void);
void base64(void);
void key_gen(void);

#endif
