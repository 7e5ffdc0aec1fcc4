/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides which questions at the start save a search later. */
#include "core/pgp/keys.h"

#include "core/base/log.h"

#define SIGNERS_LOOKED_AT 16 /* each costs a process */

static bool secret_key_look(const struct config *config, struct haunt_pgp *pgp)
{
	char fingerprint[HAUNT_FINGERPRINT_MAX];
	/* No text: every key. Several are fine. */
	enum haunt_err err = haunt_pgp_find(pgp, "", 1, fingerprint);

	if (err == HAUNT_OK || err == HAUNT_EEXIST)
		return true;
	log_event(LOG_LEVEL_ERROR, "gpg", "gpg-home=%s error=%s note=\"%s\"",
		  config->gpg_home,
		  err == HAUNT_ENOENT ? "no-secret-key" : "gnupg-failed",
		  haunt_pgp_error(pgp));
	return false;
}

static void signer_look(const struct client *client, const char *signer,
			struct haunt_pgp *pgp)
{
	char fingerprint[HAUNT_FINGERPRINT_MAX];

	if (haunt_pgp_find(pgp, signer, 0, fingerprint) == HAUNT_OK)
		return;
	log_event(LOG_LEVEL_WARNING, "gpg",
		  "client=%s signer=%s error=not-in-the-keyring", client->name,
		  signer);
}

bool pgp_keys_look(const struct config *config, struct haunt_pgp *pgp)
{
	size_t looked = 0;

	if (!secret_key_look(config, pgp))
		return false;
	for (size_t i = 0; i < config->clients_len; i++) {
		const struct client *c = &config->clients[i];

		for (size_t j = 0; j < c->gpg_signers_len; j++) {
			if (looked++ == SIGNERS_LOOKED_AT)
				return true;
			signer_look(c, c->gpg_signers[j].fingerprint, pgp);
		}
	}
	return true;
}
