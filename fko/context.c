/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides how a context comes and goes. */
#include "fko/context.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/proto/request.h"

#define MAGIC UINT64_C(0x686e746b666b6f33)

_Static_assert(offsetof(struct fko_context, hmac_len) == FKO_HMAC_LEN_AT &&
		       offsetof(struct fko_context, made) == FKO_MADE_AT,
	       "programs look for these there");

bool context_valid(const struct fko_context *ctx)
{
	return ctx && ctx->magic == MAGIC;
}

short type_with_timeout(short type, bool timeout)
{
	switch (type) {
	case HAUNT_TYPE_ACCESS:
	case HAUNT_TYPE_ACCESS_TIMEOUT:
		return timeout ? HAUNT_TYPE_ACCESS_TIMEOUT : HAUNT_TYPE_ACCESS;
	case HAUNT_TYPE_NAT:
	case HAUNT_TYPE_NAT_TIMEOUT:
		return timeout ? HAUNT_TYPE_NAT_TIMEOUT : HAUNT_TYPE_NAT;
	case HAUNT_TYPE_LOCAL_NAT:
	case HAUNT_TYPE_LOCAL_NAT_TIMEOUT:
		return timeout ? HAUNT_TYPE_LOCAL_NAT_TIMEOUT
			       : HAUNT_TYPE_LOCAL_NAT;
	default:
		return type;
	}
}

static struct fko_context *context_new(void)
{
	struct fko_context *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->magic = MAGIC;
	ctx->made = FKO_MADE;
	ctx->gpg.verify = true;
	return ctx;
}

static void defaults_set(struct fko_context *ctx)
{
	ctx->type = HAUNT_TYPE_ACCESS;
	ctx->digest_type = HAUNT_DIGEST_SHA256;
	ctx->encryption = FKO_ENCRYPTION_RIJNDAEL;
	ctx->mode = HAUNT_MODE_CBC;
	memcpy(ctx->version, REQUEST_VERSION, sizeof(REQUEST_VERSION));
}

int fko_new(fko_ctx_t *out)
{
	struct fko_context *ctx;
	int rc;

	if (!out)
		return FKO_ERROR_INVALID_DATA;
	ctx = context_new();
	if (!ctx)
		return FKO_ERROR_MEMORY_ALLOCATION;
	defaults_set(ctx);
	rc = fko_set_rand_value(ctx, NULL);
	if (rc == FKO_SUCCESS)
		rc = fko_set_username(ctx, NULL);
	if (rc == FKO_SUCCESS)
		rc = fko_set_timestamp(ctx, 0);
	if (rc == FKO_SUCCESS)
		*out = ctx;
	else
		fko_destroy(ctx);
	return rc;
}

int fko_destroy(fko_ctx_t ctx)
{
	if (context_valid(ctx)) {
		secret_wipe(ctx, sizeof(*ctx));
		free(ctx);
	}
	return FKO_SUCCESS;
}

/* The packet, its modes and its HMAC; decryption is what comes after it. */
static int packet_take(struct fko_context *ctx, const char *data, int mode,
		       int hmac_type)
{
	int rc;

	if (fko_set_spa_data(ctx, data) != FKO_SUCCESS)
		return FKO_ERROR_INVALID_DATA_FUNCS_NEW_MSGLEN_VALIDFAIL;
	rc = fko_set_spa_encryption_mode(ctx, mode);
	if (rc != FKO_SUCCESS)
		return rc;
	if (hmac_type < 0 || hmac_type > HAUNT_DIGEST_SHA3_512)
		return FKO_ERROR_INVALID_DATA_HMAC_TYPE_VALIDFAIL;
	return fko_set_spa_hmac_type(ctx, (short)hmac_type);
}

int fko_new_with_data(fko_ctx_t *out, const char *data, const char *dec_key,
		      int dec_key_len, int mode, const char *hmac_key,
		      int hmac_key_len, int hmac_type)
{
	struct fko_context *ctx;
	int rc;

	if (!out)
		return FKO_ERROR_INVALID_DATA;
	if (!data)
		return FKO_ERROR_INVALID_DATA_FUNCS_NEW_ENCMSG_MISSING;
	if (dec_key_len < 0 || hmac_key_len < 0)
		return FKO_ERROR_INVALID_KEY_LEN;
	ctx = context_new();
	if (!ctx)
		return FKO_ERROR_MEMORY_ALLOCATION;
	/* libfko looks at no signature before somebody could say so. */
	ctx->gpg.verify = false;
	rc = packet_take(ctx, data, mode, hmac_type);
	if (rc == FKO_SUCCESS && hmac_key && hmac_key_len > 0)
		rc = fko_verify_hmac(ctx, hmac_key, hmac_key_len);
	if (rc == FKO_SUCCESS && dec_key) {
		rc = fko_decrypt_spa_data(ctx, dec_key, dec_key_len);
		if (rc != FKO_SUCCESS)
			*out = NULL;
	}
	ctx->gpg.verify = true;
	if (rc == FKO_SUCCESS)
		*out = ctx;
	else
		fko_destroy(ctx);
	return rc;
}
