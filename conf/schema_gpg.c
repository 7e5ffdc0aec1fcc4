/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what the options for OpenPGP keys look like, and what must be there
 * beside them.
 */
#include "conf/schema_gpg.h"

#include <string.h>

#include "conf/parse.h"
#include "conf/schema.h"

#define SIGNER_WANTED                                                         \
	"a fingerprint of 40 or 64 hexadecimal digits, as gpg --fingerprint " \
	"shows it"

void gpg_take_signer(struct reader *r, struct client *c, const char *value)
{
	struct gpg_signer signer, *more;
	enum haunt_err err = fingerprint_parse(value, signer.fingerprint);

	if (err == HAUNT_ELENGTH && strlen(value) < 40)
		reader_wanted(r, "gpg-signers",
			      SIGNER_WANTED " (anybody can make a key with the "
					    "same short key ID)",
			      value);
	else if (err)
		reader_wanted(r, "gpg-signers", SIGNER_WANTED, value);
	if (err)
		return;
	if (gpg_signs(c, signer.fingerprint)) {
		reader_mistake(r, reader_line(r),
			       "gpg-signers: %s is in the list twice",
			       signer.fingerprint);
		return;
	}
	more = reader_grow(r, &c->gpg_signers, &c->gpg_signers_len,
			   sizeof(*more));
	if (more)
		*more = signer;
}

void gpg_take_home(struct reader *r, const char *value)
{
	take_path(r, "gpg-home", value, &draft_config(r)->gpg_home);
}

void gpg_take_passphrase_file(struct reader *r, const char *value)
{
	take_path(r, "gpg-passphrase-file", value,
		  &draft_config(r)->gpg_passphrase_path);
}

void gpg_take_user(struct reader *r, const char *value)
{
	take_account(r, "user-pgp", value, &draft_config(r)->user_pgp);
}

bool gpg_signs(const struct client *client, const char *fingerprint)
{
	for (size_t i = 0; i < client->gpg_signers_len; i++)
		if (!strcmp(client->gpg_signers[i].fingerprint, fingerprint))
			return true;
	return false;
}

bool config_needs_pgp(const struct config *config)
{
	for (size_t i = 0; i < config->clients_len; i++)
		if (config->clients[i].gpg_signers_len)
			return true;
	return false;
}

bool gpg_needs_key(const struct client *c)
{
	return !c->gpg_signers_len || c->hmac_type != DIGEST_NONE;
}

/* Without an HMAC the signature alone says whose a packet is. */
static void check_signer(struct reader *r, const struct draft *d, size_t client)
{
	const struct client *c = &d->config->clients[client];

	for (size_t i = 0; i < client; i++) {
		const struct client *before = &d->config->clients[i];

		if (before->hmac_type != DIGEST_NONE)
			continue;
		for (size_t j = 0; j < c->gpg_signers_len; j++) {
			const char *f = c->gpg_signers[j].fingerprint;

			if (gpg_signs(before, f))
				reader_mistake(
					r,
					d->clients[client]
						.given[CLIENT_GPG_SIGNERS],
					"gpg-signers: %s signs for '%s' in "
					"line %u, too, and neither has an HMAC",
					f, before->name, d->clients[i].line);
		}
	}
}

void gpg_check(struct reader *r, const struct draft *d)
{
	for (size_t i = 0; i < d->clients_len; i++) {
		const struct client *c = &d->config->clients[i];

		if (c->gpg_signers_len && c->hmac_type == DIGEST_NONE)
			check_signer(r, d, i);
	}
}
