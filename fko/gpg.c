/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fko/gpg.h"

int gpg_encrypt(struct fko_context *ctx, const char *passphrase)
{
	(void)ctx;
	(void)passphrase;
	return FKO_ERROR_UNSUPPORTED_FEATURE;
}

int gpg_decrypt(struct fko_context *ctx, const char *passphrase)
{
	(void)ctx;
	(void)passphrase;
	return FKO_ERROR_UNSUPPORTED_FEATURE;
}

int gpg_find(struct fko_context *ctx, const char *who, bool secret)
{
	(void)ctx;
	(void)who;
	return secret ? FKO_ERROR_GPGME_SIGNER_KEY_NOT_FOUND
		      : FKO_ERROR_GPGME_RECIPIENT_KEY_NOT_FOUND;
}
