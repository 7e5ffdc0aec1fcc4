/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt keygen: a new pair of keys in a file of mode 0600. The keys
 * themselves are never shown.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/args.h"
#include "client/cmd.h"
#include "client/tell.h"
#include "core/proto/haunt.h"

struct keygen_words {
	const char *hmac;
	const char *help;
};

static const struct arg keygen_args[] = {
	{ "--hmac", "a hash function, as in sha256",
	  offsetof(struct keygen_words, hmac) },
	{ "--help", NULL, offsetof(struct keygen_words, help) },
};

static const char usage[] = "usage: haunt keygen FILE [OPTION…]\n";

static enum cmd_status keygen_run(const char *path, const char *hmac)
{
	enum haunt_digest type = HAUNT_DIGEST_SHA256;
	enum haunt_err err;

	if (hmac &&
	    (haunt_digest_parse(hmac, &type) || type == HAUNT_DIGEST_NONE)) {
		tell("--hmac: there is no hash function '%s'", hmac);
		return CMD_USAGE;
	}
	err = haunt_key_create(path, type);
	if (err == HAUNT_EEXIST)
		tell("%s is there already; keys are never overwritten", path);
	else if (err)
		tell("%s: %s", path,
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	if (err)
		return CMD_KEY;
	printf("%s: new keys, readable by you alone; the gateway needs a "
	       "copy\n",
	       path);
	return CMD_OK;
}

enum cmd_status cmd_keygen(char **argv)
{
	struct keygen_words own = { .hmac = NULL };
	const struct args args = {
		.tables = { { keygen_args,
			      sizeof(keygen_args) / sizeof(keygen_args[0]),
			      &own } },
		.words_max = 1,
	};
	const char *path = NULL;
	size_t n = 0;

	if (args_parse(&args, argv, &path, &n))
		return CMD_USAGE;
	if (own.help || !n) {
		FILE *to = own.help ? stdout : stderr;

		fputs(usage, to);
		args_help(&args, to);
		return own.help ? CMD_OK : CMD_USAGE;
	}
	return keygen_run(path, own.hmac);
}
