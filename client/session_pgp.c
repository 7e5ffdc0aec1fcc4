/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where a session with OpenPGP keys has its secrets from: the HMAC key
 * from a file or the terminal, and the passphrase from a file, from GnuPG's
 * agent, or, where that has nobody to ask, from the terminal.
 */
#include "client/prompt.h"
#include "client/session_in.h"
#include "client/tell.h"
#include "core/base/secret.h"
#include "core/proto/pgp.h"

static const char *reason(const struct session *s, enum haunt_err err)
{
	const char *said = s->pgp ? haunt_pgp_error(s->pgp) : "";

	if (*said)
		return said;
	if (err == HAUNT_EUNSUPPORTED)
		return "GnuPG is not installed";
	return session_why(err);
}

/* Without a file. */
static enum haunt_err ask_hmac(struct session *s, struct haunt_pgp_spec *spec)
{
	struct secret *hmac = NULL;
	enum haunt_err err;

	if (spec->hmac_type == HAUNT_DIGEST_NONE)
		return haunt_pgp_new(spec, &s->pgp);
	err = prompt_secret("HMAC key (empty for none): ", HAUNT_HMAC_KEY_MAX,
			    &hmac);
	if (err)
		return err;
	if (secret_len(hmac)) {
		spec->hmac = secret_bytes(hmac);
		spec->hmac_len = secret_len(hmac);
	} else {
		spec->hmac_type = HAUNT_DIGEST_NONE;
	}
	err = haunt_pgp_new(spec, &s->pgp);
	secret_free(hmac);
	return err;
}

static enum cmd_status pgp_make(struct session *s, struct haunt_pgp_spec *spec)
{
	const char *path = s->plan.key_path;
	unsigned int line = 0;
	enum haunt_err err;

	if (path) {
		err = haunt_pgp_load(path, spec, &s->pgp, &line);
		if (err == HAUNT_EUNSUPPORTED)
			tell("%s", reason(s, err));
		else if (err)
			session_tell_key(path, err, line);
		return err ? CMD_KEY : CMD_OK;
	}
	err = ask_hmac(s, spec);
	if (err == HAUNT_ENOENT)
		tell("no HMAC key: there is no terminal to ask on; name a key "
		     "file with --key, or send none with --hmac none");
	else if (err)
		tell("HMAC key: %s",
		     err == HAUNT_EDENIED ? "none was typed" : reason(s, err));
	return err ? CMD_KEY : CMD_OK;
}

enum cmd_status session_pgp_get(struct session *s)
{
	const struct client_gateway *g = &s->plan.gateway;
	const char *path = s->plan.gpg_passphrase_path;
	struct haunt_pgp_spec spec = {
		.home = s->plan.gpg_home,
		.recipient = g->gpg_recipient,
		.signer = g->gpg_signer[0] ? g->gpg_signer : NULL,
		.hmac_type = (enum haunt_digest)g->hmac_type,
	};
	struct secret *passphrase = NULL;
	enum haunt_err err =
		path ? pgp_passphrase_load(path, &passphrase) : HAUNT_OK;
	enum cmd_status status;

	if (s->plan.key_fd >= 0) {
		tell("--key-fd is for symmetric keys; name the file of the "
		     "HMAC key with --key");
		secret_free(passphrase);
		return CMD_USAGE;
	}
	if (err) {
		if (err == HAUNT_EFORMAT)
			tell("%s: more than one line", path);
		else
			session_tell_key(path, err, 0);
		return CMD_KEY;
	}
	if (passphrase) {
		spec.passphrase = secret_bytes(passphrase);
		spec.passphrase_len = secret_len(passphrase);
	}
	status = pgp_make(s, &spec);
	secret_free(passphrase);
	return status;
}

static enum haunt_err seal(struct session *s, struct session_packet *out)
{
	return haunt_pgp_seal(s->pgp, &out->request, out->text,
			      sizeof(out->text), &out->len);
}

/* The agent had nobody to ask. */
static enum haunt_err seal_again(struct session *s, struct session_packet *out)
{
	struct secret *passphrase = NULL;
	enum haunt_err err;

	if (s->plan.gpg_passphrase_path ||
	    prompt_secret("passphrase of the signing key: ",
			  HAUNT_PASSPHRASE_MAX, &passphrase))
		return HAUNT_EAUTH;
	err = haunt_pgp_set_passphrase(s->pgp, secret_bytes(passphrase),
				       secret_len(passphrase));
	secret_free(passphrase);
	return err ? err : seal(s, out);
}

enum cmd_status session_pgp_seal(struct session *s, struct session_packet *out)
{
	enum haunt_err err = seal(s, out);

	if (err == HAUNT_EAUTH)
		err = seal_again(s, out);
	if (err == HAUNT_OK)
		return CMD_OK;
	if (err == HAUNT_ELENGTH)
		tell("sealing: with these keys the packet is longer than the "
		     "%d bytes it may have",
		     HAUNT_PACKET_MAX);
	else
		tell("sealing: %s", reason(s, err));
	return CMD_KEY;
}
