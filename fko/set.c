/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the checks on each value that a program sets. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/proto/random.h"
#include "fko/context.h"
#include "fko/grammar.h"

#define PASSWD_CAP 4096

int fko_set_rand_value(fko_ctx_t ctx, const char *digits)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!digits) {
		if (random_digits(ctx->rand) != HAUNT_OK)
			return FKO_ERROR_FILESYSTEM_OPERATION;
	} else {
		if (strnlen(digits, FKO_RAND_LEN + 1) != FKO_RAND_LEN)
			return FKO_ERROR_INVALID_DATA_RAND_LEN_VALIDFAIL;
		memcpy(ctx->rand, digits, FKO_RAND_LEN);
	}
	ctx->modified = true;
	return FKO_SUCCESS;
}

/* The name of whoever runs this; false if the system has none. */
static bool user_of_process(char *out, size_t cap)
{
	struct passwd entry, *found = NULL;
	char buf[PASSWD_CAP];

	if (getpwuid_r(geteuid(), &entry, buf, sizeof(buf), &found) || !found)
		return false;
	strncpy(out, entry.pw_name, cap - 1);
	out[cap - 1] = '\0';
	return true;
}

static void user_of_environment(char *out, size_t cap)
{
	const char *name = getenv("SPOOF_USER");

	if (!name)
		name = getenv("LOGNAME");
	if (!name && user_of_process(out, cap))
		return;
	if (!name)
		name = getenv("USER");
	strncpy(out, name ? name : "NO_USER", cap - 1);
	out[cap - 1] = '\0';
}

int fko_set_username(fko_ctx_t ctx, const char *user)
{
	char name[FKO_USER_CAP];
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (user && *user) {
		strncpy(name, user, sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
	} else {
		user_of_environment(name, sizeof(name));
	}
	rc = grammar_user(name);
	if (rc != FKO_SUCCESS)
		return rc;
	memcpy(ctx->user, name, sizeof(name));
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_timestamp(fko_ctx_t ctx, int offset)
{
	time_t at = time(NULL) + offset;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (at < 0)
		return FKO_ERROR_INVALID_DATA_TIMESTAMP_VALIDFAIL;
	ctx->time_s = at;
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_message_type(fko_ctx_t ctx, short type)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (type < HAUNT_TYPE_COMMAND || type > HAUNT_TYPE_LOCAL_NAT_TIMEOUT)
		return FKO_ERROR_INVALID_DATA_MESSAGE_TYPE_VALIDFAIL;
	ctx->type = type;
	ctx->modified = true;
	return FKO_SUCCESS;
}

/* Copies text that is neither empty nor cap characters and longer. */
static int text_take(char *out, size_t cap, const char *text, int empty)
{
	size_t len;

	if (!text || !*text)
		return empty;
	len = strnlen(text, cap);
	if (len == cap)
		return FKO_ERROR_DATA_TOO_LARGE;
	memcpy(out, text, len + 1);
	return FKO_SUCCESS;
}

int fko_set_spa_message(fko_ctx_t ctx, const char *message)
{
	char text[FKO_MESSAGE_CAP];
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	rc = text_take(text, sizeof(text), message,
		       FKO_ERROR_INVALID_DATA_MESSAGE_EMPTY);
	if (rc == FKO_SUCCESS)
		rc = grammar_message(ctx->type, text);
	if (rc != FKO_SUCCESS)
		return rc;
	memcpy(ctx->message, text, strlen(text) + 1);
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_nat_access(fko_ctx_t ctx, const char *nat)
{
	char text[FKO_NAT_CAP];
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	rc = text_take(text, sizeof(text), nat,
		       FKO_ERROR_INVALID_DATA_NAT_EMPTY);
	if (rc == FKO_SUCCESS)
		rc = grammar_nat(text);
	if (rc != FKO_SUCCESS)
		return rc;
	memcpy(ctx->nat, text, strlen(text) + 1);
	if (ctx->timeout_s > 0 && ctx->type != HAUNT_TYPE_LOCAL_NAT_TIMEOUT)
		ctx->type = HAUNT_TYPE_NAT_TIMEOUT;
	else if (ctx->type < HAUNT_TYPE_LOCAL_NAT)
		ctx->type = HAUNT_TYPE_NAT;
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_server_auth(fko_ctx_t ctx, const char *auth)
{
	char text[FKO_AUTH_CAP];
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	rc = text_take(text, sizeof(text), auth,
		       FKO_ERROR_INVALID_DATA_SRVAUTH_MISSING);
	if (rc != FKO_SUCCESS)
		return rc;
	memcpy(ctx->auth, text, strlen(text) + 1);
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_client_timeout(fko_ctx_t ctx, int seconds)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (seconds < 0)
		return FKO_ERROR_INVALID_DATA_CLIENT_TIMEOUT_NEGATIVE;
	ctx->timeout_s = seconds;
	ctx->type = type_with_timeout(ctx->type, seconds > 0);
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_encryption_type(fko_ctx_t ctx, short type)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (type < 0 || type >= FKO_ENCRYPTIONS)
		return FKO_ERROR_INVALID_DATA_ENCRYPT_TYPE_VALIDFAIL;
	ctx->encryption = type;
	ctx->modified = true;
	return FKO_SUCCESS;
}

int fko_set_spa_encryption_mode(fko_ctx_t ctx, int mode)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (mode < 0 || mode > FKO_MODE_LAST)
		return FKO_ERROR_INVALID_DATA_ENCRYPT_MODE_VALIDFAIL;
	ctx->mode = mode;
	return FKO_SUCCESS;
}

int fko_set_spa_data(fko_ctx_t ctx, const char *data)
{
	size_t len;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	len = data ? strnlen(data, FKO_PACKET_CAP) : 0;
	if (!packet_len_valid(len))
		return FKO_ERROR_INVALID_DATA_FUNCS_SET_MSGLEN_VALIDFAIL;
	memcpy(ctx->packet.text, data, len);
	ctx->packet.text[len] = '\0';
	ctx->packet.len = len;
	ctx->packet.verified = false;
	return FKO_SUCCESS;
}
