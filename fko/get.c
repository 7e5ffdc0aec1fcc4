/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides what a program may ask a context for. */
#include "fko/context.h"
#include "fko/packet.h"

/* Whether ctx can be asked, and there is a place for the answer. */
static int may_get(const struct fko_context *ctx, const void *out)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	return out ? FKO_SUCCESS : FKO_ERROR_INVALID_DATA;
}

#define GET_TEXT(function, member)                                \
	int function(fko_ctx_t ctx, char **out)                   \
	{                                                         \
		const int rc = may_get(ctx, out);                 \
                                                                  \
		if (rc == FKO_SUCCESS)                            \
			*out = *ctx->member ? ctx->member : NULL; \
		return rc;                                        \
	}

#define GET_NUMBER(function, type, member)        \
	int function(fko_ctx_t ctx, type *out)    \
	{                                         \
		const int rc = may_get(ctx, out); \
                                                  \
		if (rc == FKO_SUCCESS)            \
			*out = ctx->member;       \
		return rc;                        \
	}

GET_TEXT(fko_get_rand_value, rand)
GET_TEXT(fko_get_username, user)
GET_TEXT(fko_get_version, version)
GET_TEXT(fko_get_spa_message, message)
GET_TEXT(fko_get_spa_nat_access, nat)
GET_TEXT(fko_get_spa_server_auth, auth)
GET_TEXT(fko_get_spa_digest, digest)
GET_TEXT(fko_get_raw_spa_digest, raw_digest)
GET_TEXT(fko_get_spa_hmac, hmac)
GET_TEXT(fko_get_encoded_data, encoded)

GET_NUMBER(fko_get_timestamp, time_t, time_s)
GET_NUMBER(fko_get_spa_message_type, short, type)
GET_NUMBER(fko_get_spa_client_timeout, int, timeout_s)
GET_NUMBER(fko_get_spa_digest_type, short, digest_type)
GET_NUMBER(fko_get_raw_spa_digest_type, short, raw_digest_type)
GET_NUMBER(fko_get_spa_hmac_type, short, hmac_type)
GET_NUMBER(fko_get_spa_encryption_type, short, encryption)
GET_NUMBER(fko_get_spa_encryption_mode, int, mode)

int fko_get_spa_data(fko_ctx_t ctx, char **out)
{
	const int rc = may_get(ctx, out);

	if (rc != FKO_SUCCESS)
		return rc;
	if (!ctx->packet.len)
		return FKO_ERROR_MISSING_ENCODED_DATA;
	/* What is sent lacks the beginning that is always the same. */
	*out = ctx->packet.text + packet_prefix(ctx->encryption).len;
	return FKO_SUCCESS;
}
