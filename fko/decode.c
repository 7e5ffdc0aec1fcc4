/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides how many fields there may be, and what each of them may hold. Numbers
 * are read as strtol() would read them, since that is what is accepted on the
 * wire; only here they have 64 bits.
 */
#include "fko/decode.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/proto/token.h"
#include "fko/grammar.h"
#include "fko/packet.h"

#define COLONS_MIN    6 /* six fields and the digest */
#define COLONS_MAX    11
#define TIMEOUT_MAX   65536
#define TIMEOUT_WIDTH 64 /* digits, most of them zeros */

struct fields {
	struct rd at[COLONS_MAX + 1];
	size_t count;  /* without the digest */
	struct rd all; /* all of them as one text */
	struct rd digest;
};

static bool printable(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	}
	return true;
}

/* Leading blanks, a sign, digits; the rest is nobody's. */
static int64_t number_of(struct rd text)
{
	int64_t n = 0;
	bool minus;

	while (rd_peek(&text) == ' ')
		rd_u8(&text);
	minus = rd_peek(&text) == '-';
	if (minus || rd_peek(&text) == '+')
		rd_u8(&text);
	while (rd_peek(&text) >= '0' && rd_peek(&text) <= '9')
		n = n * 10 + (rd_u8(&text) - '0');
	return minus ? -n : n;
}

static int fields_split(const char *text, size_t len, struct fields *f)
{
	struct rd r = rd_of(text, len);
	bool more = true;
	size_t n = 0;

	while (more && n <= COLONS_MAX)
		more = token_take(&r, ':', &f->at[n++]);
	if (n <= COLONS_MIN)
		return FKO_ERROR_INVALID_DATA_DECODE_LT_MIN_FIELDS;
	f->count = n - 1;
	f->digest = f->at[n - 1];
	/* Behind so many colons all is the digest, which none can be. */
	if (more)
		f->digest.left += 1 + r.left;
	f->all = rd_of(text, len - f->digest.left - 1);
	return FKO_SUCCESS;
}

/* The type of the digest is the one of that length that matches. */
static int digest_check(struct fko_context *ctx, const struct fields *f)
{
	char text[FKO_DIGEST_CAP];
	bool length = false;

	for (short type = HAUNT_DIGEST_MD5; type <= HAUNT_DIGEST_SHA3_512;
	     type++) {
		if (packet_digest_chars(type) != f->digest.left)
			continue;
		length = true;
		if (packet_digest(type, f->all.at, f->all.left, text) ||
		    !secret_memequal(text, f->digest.at, f->digest.left))
			continue;
		ctx->digest_type = type;
		memcpy(ctx->digest, text, sizeof(text));
		return FKO_SUCCESS;
	}
	return length ? FKO_ERROR_DIGEST_VERIFICATION_FAILED
		      : FKO_ERROR_INVALID_DIGEST_TYPE;
}

static void text_copy(char *out, struct rd field)
{
	memcpy(out, field.at, field.left);
	out[field.left] = '\0';
}

/* Decodes base64 into text of at most cap - 1 bytes. */
static bool base64_field_get(struct rd field, char *out, size_t cap)
{
	struct wr w = wr_of(out, cap - 1);

	if (!packet_base64_get((const char *)field.at, field.left, &w))
		return false;
	out[w.len] = '\0';
	return true;
}

static int user_get(struct fko_context *ctx, struct rd field)
{
	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_USERNAME_MISSING;
	if (field.left > FKO_USER_CAP)
		return FKO_ERROR_INVALID_DATA_DECODE_USERNAME_TOOBIG;
	if (!base64_field_get(field, ctx->user, sizeof(ctx->user)))
		return FKO_ERROR_INVALID_DATA_DECODE_USERNAME_DECODEFAIL;
	return grammar_user(ctx->user) == FKO_SUCCESS
		       ? FKO_SUCCESS
		       : FKO_ERROR_INVALID_DATA_DECODE_USERNAME_VALIDFAIL;
}

static int time_get(struct fko_context *ctx, struct rd field)
{
	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_MISSING;
	if (field.left > 12)
		return FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_TOOBIG;
	ctx->time_s = (time_t)number_of(field);
	return ctx->time_s >= 0
		       ? FKO_SUCCESS
		       : FKO_ERROR_INVALID_DATA_DECODE_TIMESTAMP_DECODEFAIL;
}

static int version_get(struct fko_context *ctx, struct rd field)
{
	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_VERSION_MISSING;
	if (field.left >= sizeof(ctx->version))
		return FKO_ERROR_INVALID_DATA_DECODE_VERSION_TOOBIG;
	text_copy(ctx->version, field);
	return FKO_SUCCESS;
}

/* Fields that a message of that type has at most. */
static size_t fields_max(int type)
{
	return (size_t)COLONS_MIN + 1 + type_has_nat(type) +
	       type_has_timeout(type);
}

static int type_get(struct fko_context *ctx, const struct fields *f)
{
	const struct rd field = f->at[4];
	int64_t type;

	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_MISSING;
	if (field.left > 2)
		return FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_TOOBIG;
	type = number_of(field);
	if (type < HAUNT_TYPE_COMMAND || type > HAUNT_TYPE_LOCAL_NAT_TIMEOUT)
		return FKO_ERROR_INVALID_DATA_DECODE_MSGTYPE_DECODEFAIL;
	ctx->type = (short)type;
	return f->count <= fields_max(ctx->type)
		       ? FKO_SUCCESS
		       : FKO_ERROR_INVALID_DATA_DECODE_WRONG_NUM_FIELDS;
}

static int message_get(struct fko_context *ctx, struct rd field)
{
	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_MISSING;
	if (field.left > FKO_MESSAGE_CAP)
		return FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_TOOBIG;
	if (!base64_field_get(field, ctx->message, sizeof(ctx->message)))
		return FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_DECODEFAIL;
	if (grammar_message(ctx->type, ctx->message) == FKO_SUCCESS)
		return FKO_SUCCESS;
	return ctx->type == HAUNT_TYPE_COMMAND
		       ? FKO_ERROR_INVALID_DATA_DECODE_MESSAGE_VALIDFAIL
		       : FKO_ERROR_INVALID_DATA_DECODE_ACCESS_VALIDFAIL;
}

static int nat_get(struct fko_context *ctx, struct rd field)
{
	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_MISSING;
	if (field.left > FKO_MESSAGE_CAP)
		return FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_TOOBIG;
	if (!base64_field_get(field, ctx->nat, sizeof(ctx->nat)))
		return FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_DECODEFAIL;
	return grammar_nat(ctx->nat) == FKO_SUCCESS
		       ? FKO_SUCCESS
		       : FKO_ERROR_INVALID_DATA_DECODE_NATACCESS_VALIDFAIL;
}

static int timeout_get(struct fko_context *ctx, struct rd field)
{
	uint64_t seconds;
	enum haunt_err err;

	if (!field.left)
		return FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_MISSING;
	while (field.left > 1 && rd_peek(&field) == '0')
		rd_u8(&field);
	err = token_number(field, TIMEOUT_WIDTH, TIMEOUT_MAX, &seconds);
	if (err == HAUNT_EFORMAT)
		return FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_VALIDFAIL;
	if (err != HAUNT_OK)
		return FKO_ERROR_INVALID_DATA_DECODE_TIMEOUT_DECODEFAIL;
	ctx->timeout_s = (int)seconds;
	return FKO_SUCCESS;
}

/* After the message: NAT target, server authentication, timeout. */
static int tail_get(struct fko_context *ctx, const struct rd *at, size_t count)
{
	const bool timeout = type_has_timeout(ctx->type);
	int rc = FKO_SUCCESS;

	if (type_has_nat(ctx->type)) {
		rc = nat_get(ctx, count ? *at : rd_of("", 0));
		if (rc != FKO_SUCCESS)
			return rc;
		at++;
		count--;
	}
	if (count > (timeout ? 1 : 0)) {
		if (!base64_field_get(*at, ctx->auth, sizeof(ctx->auth)))
			return timeout ? FKO_ERROR_INVALID_DATA_DECODE_EXTRA_DECODEFAIL
				       : FKO_ERROR_INVALID_DATA_DECODE_SRVAUTH_DECODEFAIL;
		at++;
		count--;
	}
	if (timeout)
		rc = timeout_get(ctx, count ? *at : rd_of("", 0));
	return rc;
}

static int values_get(struct fko_context *ctx, const struct fields *f)
{
	int rc;

	if (f->at[0].left < FKO_RAND_LEN)
		return FKO_ERROR_INVALID_DATA_DECODE_RAND_MISSING;
	memcpy(ctx->rand, f->at[0].at, FKO_RAND_LEN);
	rc = user_get(ctx, f->at[1]);
	if (rc == FKO_SUCCESS)
		rc = time_get(ctx, f->at[2]);
	if (rc == FKO_SUCCESS)
		rc = version_get(ctx, f->at[3]);
	if (rc == FKO_SUCCESS)
		rc = type_get(ctx, f);
	if (rc == FKO_SUCCESS)
		rc = message_get(ctx, f->at[5]);
	if (rc == FKO_SUCCESS)
		rc = tail_get(ctx, f->at + 6, f->count - 6);
	return rc;
}

static int text_decode(struct fko_context *ctx, const char *text, size_t len,
		       int verdict)
{
	struct fko_context copy = *ctx;
	struct fields f;
	int rc;

	if (!printable(text, len))
		return FKO_ERROR_INVALID_DATA_DECODE_NON_ASCII;
	rc = fields_split(text, len, &f);
	if (rc == FKO_SUCCESS)
		rc = digest_check(&copy, &f);
	copy.nat[0] = '\0';
	copy.auth[0] = '\0';
	copy.timeout_s = 0;
	if (rc == FKO_SUCCESS)
		rc = values_get(&copy, &f);
	if (rc == FKO_SUCCESS)
		rc = verdict;
	if (rc == FKO_SUCCESS) {
		text_copy(copy.encoded, f.all);
		copy.modified = false;
		*ctx = copy;
	}
	secret_wipe(&copy, sizeof(copy));
	return rc;
}

static bool begins_like_message(const char *text)
{
	for (size_t i = 0; i < FKO_RAND_LEN; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return text[FKO_RAND_LEN] == ':';
}

int decode_plaintext(struct fko_context *ctx, const char *text, size_t len,
		     int verdict)
{
	if (!packet_len_valid(len))
		return FKO_ERROR_INVALID_DATA_DECODE_MSGLEN_VALIDFAIL;
	if (!begins_like_message(text))
		return FKO_ERROR_DECRYPTION_FAILURE;
	return text_decode(ctx, text, strnlen(text, len), verdict);
}

int fko_decode_spa_data(fko_ctx_t ctx)
{
	char text[FKO_PACKET_CAP];
	size_t len;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	len = strlen(ctx->encoded);
	if (!packet_len_valid(len))
		return FKO_ERROR_INVALID_DATA_DECODE_MSGLEN_VALIDFAIL;
	memcpy(text, ctx->encoded, len);
	return text_decode(ctx, text, len, FKO_SUCCESS);
}
