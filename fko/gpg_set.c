/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the values that only packets with OpenPGP keys have. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "fko/context.h"
#include "fko/gpg.h"

static int text_set(char *out, const char *text, size_t cap)
{
	if (strnlen(text, cap) == cap)
		return FKO_ERROR_DATA_TOO_LARGE;
	memcpy(out, text, strlen(text) + 1);
	return FKO_SUCCESS;
}

static int text_get(const fko_ctx_t ctx, char *text, char **out)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!out)
		return FKO_ERROR_INVALID_DATA;
	*out = *text ? text : NULL;
	return FKO_SUCCESS;
}

int fko_set_gpg_exe(fko_ctx_t ctx, const char *path)
{
	struct stat st;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!path || stat(path, &st) || !S_ISREG(st.st_mode))
		return FKO_ERROR_GPGME_BAD_GPG_EXE;
	return text_set(ctx->gpg.exe, path, sizeof(ctx->gpg.exe));
}

int fko_set_gpg_home_dir(fko_ctx_t ctx, const char *path)
{
	struct stat st;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!path || stat(path, &st) || !S_ISDIR(st.st_mode))
		return FKO_ERROR_GPGME_BAD_HOME_DIR;
	return text_set(ctx->gpg.home, path, sizeof(ctx->gpg.home));
}

/* Takes who names exactly one key. */
static int key_set(struct fko_context *ctx, char *out, const char *who,
		   bool secret)
{
	int rc;

	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (ctx->encryption != FKO_ENCRYPTION_GPG)
		return FKO_ERROR_WRONG_ENCRYPTION_TYPE;
	rc = gpg_find(ctx, who ? who : "", secret);
	if (rc == FKO_SUCCESS)
		rc = text_set(out, who, FKO_PATH_CAP);
	if (rc == FKO_SUCCESS)
		ctx->modified = true;
	return rc;
}

int fko_set_gpg_recipient(fko_ctx_t ctx, const char *who)
{
	return key_set(ctx, ctx->gpg.recipient, who, false);
}

int fko_set_gpg_signer(fko_ctx_t ctx, const char *who)
{
	return key_set(ctx, ctx->gpg.signer, who, true);
}

int fko_get_gpg_exe(fko_ctx_t ctx, char **out)
{
	return text_get(ctx, ctx->gpg.exe, out);
}

int fko_get_gpg_home_dir(fko_ctx_t ctx, char **out)
{
	return text_get(ctx, ctx->gpg.home, out);
}

int fko_get_gpg_recipient(fko_ctx_t ctx, char **out)
{
	return text_get(ctx, ctx->gpg.recipient, out);
}

int fko_get_gpg_signer(fko_ctx_t ctx, char **out)
{
	return text_get(ctx, ctx->gpg.signer, out);
}

const char *fko_gpg_errstr(fko_ctx_t ctx)
{
	return context_valid(ctx) ? ctx->gpg.error : "";
}

static int flag_set(const struct fko_context *ctx, bool *flag, unsigned char on)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	*flag = on != 0;
	return FKO_SUCCESS;
}

static int flag_get(const struct fko_context *ctx, const bool *flag,
		    unsigned char *out)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (!out)
		return FKO_ERROR_INVALID_DATA;
	*out = *flag;
	return FKO_SUCCESS;
}

int fko_set_gpg_signature_verify(fko_ctx_t ctx, unsigned char on)
{
	return flag_set(ctx, &ctx->gpg.verify, on);
}

int fko_get_gpg_signature_verify(fko_ctx_t ctx, unsigned char *out)
{
	return flag_get(ctx, &ctx->gpg.verify, out);
}

int fko_set_gpg_ignore_verify_error(fko_ctx_t ctx, unsigned char on)
{
	return flag_set(ctx, &ctx->gpg.ignore, on);
}

int fko_get_gpg_ignore_verify_error(fko_ctx_t ctx, unsigned char *out)
{
	return flag_get(ctx, &ctx->gpg.ignore, out);
}

/* Whether there is a signature that can be asked about. */
static int may_ask(const struct fko_context *ctx, const void *out)
{
	if (!context_valid(ctx))
		return FKO_ERROR_CTX_NOT_INITIALIZED;
	if (ctx->encryption != FKO_ENCRYPTION_GPG)
		return FKO_ERROR_WRONG_ENCRYPTION_TYPE;
	if (!ctx->gpg.verify)
		return FKO_ERROR_GPGME_SIGNATURE_VERIFY_DISABLED;
	if (!ctx->gpg.signature.known)
		return FKO_ERROR_GPGME_NO_SIGNATURE;
	return out ? FKO_SUCCESS : FKO_ERROR_INVALID_DATA;
}

int fko_get_gpg_signature_id(fko_ctx_t ctx, char **out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = ctx->gpg.signature.id;
	return rc;
}

int fko_get_gpg_signature_fpr(fko_ctx_t ctx, char **out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = ctx->gpg.signature.fpr;
	return rc;
}

int fko_get_gpg_signature_summary(fko_ctx_t ctx, int *out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = ctx->gpg.signature.summary;
	return rc;
}

int fko_get_gpg_signature_status(fko_ctx_t ctx, int *out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = ctx->gpg.signature.status;
	return rc;
}

int fko_gpg_signature_id_match(fko_ctx_t ctx, const char *id,
			       unsigned char *out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = id && strcasecmp(id, ctx->gpg.signature.id) == 0;
	return rc;
}

int fko_gpg_signature_fpr_match(fko_ctx_t ctx, const char *fpr,
				unsigned char *out)
{
	const int rc = may_ask(ctx, out);

	if (rc == FKO_SUCCESS)
		*out = fpr && strcasecmp(fpr, ctx->gpg.signature.fpr) == 0;
	return rc;
}
