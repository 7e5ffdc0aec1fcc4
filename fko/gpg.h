/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets with OpenPGP keys.
 */
#ifndef HAUNT_FKO_GPG_H
#define HAUNT_FKO_GPG_H

#include "fko/context.h"

/* Whether there is exactly one such key. */
int gpg_find(struct fko_context *ctx, const char *who, bool secret);
/* Encrypts, and signs if there is a signer; passphrase may be NULL. */
int gpg_encrypt(struct fko_context *ctx, const char *passphrase);
int gpg_decrypt(struct fko_context *ctx, const char *passphrase);

#endif
