/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the order of the fields, and when they are written anew. */
#include "fko/encode.h"

#include <string.h>

#include "core/base/wire.h"
#include "core/proto/b64.h"
#include "core/proto/token.h"
#include "fko/packet.h"

static void base64_field_put(struct wr *w, const char *text)
{
	wr_u8(w, ':');
	b64_put(w, text, strlen(text));
}

static void number_field_put(struct wr *w, uint64_t number)
{
	wr_u8(w, ':');
	token_number_put(w, number);
}

static void fields_put(struct wr *w, const struct fko_context *ctx)
{
	wr_bytes(w, ctx->rand, strlen(ctx->rand));
	base64_field_put(w, ctx->user);
	number_field_put(w, (uint64_t)ctx->time_s);
	wr_u8(w, ':');
	wr_bytes(w, ctx->version, strlen(ctx->version));
	number_field_put(w, (uint64_t)ctx->type);
	base64_field_put(w, ctx->message);
	if (ctx->nat[0])
		base64_field_put(w, ctx->nat);
	if (ctx->auth[0])
		base64_field_put(w, ctx->auth);
	if (ctx->timeout_s > 0 && ctx->type != HAUNT_TYPE_COMMAND)
		number_field_put(w, (uint64_t)ctx->timeout_s);
}

static bool complete(const struct fko_context *ctx)
{
	return ctx->rand[0] && ctx->user[0] && ctx->version[0] &&
	       ctx->message[0] && (ctx->type != HAUNT_TYPE_NAT || ctx->nat[0]);
}

int fko_encode_spa_data(fko_ctx_t ctx)
{
	struct wr w;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!complete(ctx))
		return FKO_ERROR_INCOMPLETE_SPA_DATA;
	ctx->type = type_with_timeout(ctx->type, ctx->timeout_s > 0);
	w = wr_of(ctx->encoded, sizeof(ctx->encoded) - 1);
	fields_put(&w, ctx);
	ctx->encoded[w.failed ? 0 : w.len] = '\0';
	if (w.failed || !packet_len_valid(w.len))
		return FKO_ERROR_INVALID_DATA_ENCODE_MSGLEN_VALIDFAIL;
	ctx->modified = false;
	return fko_set_spa_digest(ctx);
}

int encode_if_needed(struct fko_context *ctx)
{
	if (ctx->encoded[0] && !ctx->modified)
		return FKO_SUCCESS;
	return fko_encode_spa_data(ctx);
}

/* Takes a digest type, if it is one. */
static int digest_type_set(struct fko_context *ctx, short type, short *member)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!packet_digest_chars(type))
		return FKO_ERROR_INVALID_DATA_ENCODE_DIGEST_VALIDFAIL;
	*member = type;
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_digest_type(fko_ctx_t ctx, short type)
{
	return digest_type_set(ctx, type, &ctx->digest_type);
}

int fko_set_raw_spa_digest_type(fko_ctx_t ctx, short type)
{
	return digest_type_set(ctx, type, &ctx->raw_digest_type);
}

int fko_set_spa_digest(fko_ctx_t ctx)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!ctx->encoded[0])
		return FKO_ERROR_MISSING_ENCODED_DATA;
	return packet_digest(ctx->digest_type, ctx->encoded,
			     strlen(ctx->encoded), ctx->digest);
}

int fko_set_raw_spa_digest(fko_ctx_t ctx)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!ctx->packet.len)
		return FKO_ERROR_MISSING_ENCODED_DATA;
	return packet_digest(ctx->raw_digest_type, ctx->packet.text,
			     ctx->packet.len, ctx->raw_digest);
}
