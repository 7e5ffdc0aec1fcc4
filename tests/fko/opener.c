/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens packets with a libfko:
 *
 *	opener LIBRARY
 *
 * Each line of the input is `MODE HMAC-TYPE KEY HMAC-KEY PACKET`, numbers and
 * plain text, `-` for no HMAC key; a line is printed for each: the result
 * code, and then what was in the packet.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/fko/api.h"

static struct fko_api api;

static const char *text(int (*get)(fko_ctx_t, char **), fko_ctx_t ctx)
{
	char *out = NULL;

	if (get(ctx, &out))
		return "?";
	return out ? out : "-";
}

static void show_signature(fko_ctx_t ctx)
{
	int summary = -1, status = -1;

	api.get_gpg_signature_summary(ctx, &summary);
	api.get_gpg_signature_status(ctx, &status);
	printf(" signed %s %s %d %d", text(api.get_gpg_signature_id, ctx),
	       text(api.get_gpg_signature_fpr, ctx), summary, status);
}

static void show(fko_ctx_t ctx)
{
	int timeout = -1, mode = -1;
	short type = -1, digest = -1;
	time_t at = -1;

	api.get_spa_client_timeout(ctx, &timeout);
	api.get_spa_message_type(ctx, &type);
	api.get_spa_digest_type(ctx, &digest);
	api.get_spa_encryption_mode(ctx, &mode);
	api.get_timestamp(ctx, &at);
	printf("0 %s %s %lld %s %d %s %s %s %d %d %d",
	       text(api.get_rand_value, ctx), text(api.get_username, ctx),
	       (long long)at, text(api.get_version, ctx), type,
	       text(api.get_spa_message, ctx),
	       text(api.get_spa_nat_access, ctx),
	       text(api.get_spa_server_auth, ctx), timeout, digest, mode);
	if (mode == FKO_MODE_ASYMMETRIC)
		show_signature(ctx);
}

int main(int argc, char **argv)
{
	char key[256], hmac[256], packet[2048];
	int mode, type;

	if (argc != 2)
		return 2;
	api_load(argv[1], &api);
	while (scanf("%d %d %255s %255s %2047s", &mode, &type, key, hmac,
		     packet) == 5) {
		const bool has = strcmp(hmac, "-") != 0;
		fko_ctx_t ctx = NULL;
		int rc = api.new_with_data(&ctx, packet, NULL, 0, mode,
					   has ? hmac : NULL,
					   has ? (int)strlen(hmac) : 0, type);

		if (!rc)
			rc = api.decrypt_spa_data(ctx, key, (int)strlen(key));

		if (rc)
			printf("%d %s\n", rc, api.errstr(rc));
		else
			show(ctx);
		if (!rc)
			putchar('\n');
		if (ctx)
			api.destroy(ctx);
	}
	return 0;
}
