/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the fields of a message to values.
 */
#ifndef HAUNT_FKO_DECODE_H
#define HAUNT_FKO_DECODE_H

#include <stddef.h>

#include "fko/context.h"

/*
 * Decodes what decryption gave. Bytes behind a NUL do not count, but a text
 * that does not begin like a message is another key's, which is
 * FKO_ERROR_DECRYPTION_FAILURE. verdict is what is said of a message that is
 * as it should be; the context changes only if all is FKO_SUCCESS.
 */
int decode_plaintext(struct fko_context *ctx, const char *text, size_t len,
		     int verdict);

#endif
