/* SPDX-License-Identifier: GPL-2.0-or-later */
/* haunt import: a person's .fwknoprc becomes a haunt.conf. */
#include <stdio.h>
#include <stdlib.h>

#include "client/args.h"
#include "client/cmd.h"
#include "client/import.h"
#include "client/tell.h"
#include "conf/client_conf.h"

struct own_words {
	struct import_words import;
	const char *help;
};

static const struct arg import_args[] = {
	{ "-o", "a file", offsetof(struct own_words, import.output) },
	{ "--keys", "a directory", offsetof(struct own_words, import.keys) },
	{ "--help", NULL, offsetof(struct own_words, help) },
};

static const char usage[] = "usage: haunt import FILE [-o FILE] [--keys DIR]\n";

static enum haunt_err make(struct fwknop_out *out, const void *arg)
{
	return fwknop_import_client(out, arg);
}

static bool valid(const char *name, const char *text)
{
	const struct client_conf_text in = { .text = text,
					     .name = name,
					     .home = "/" };
	struct client_conf *conf = NULL;
	bool ok = client_conf_parse(&in, config_mistake_print, NULL, &conf) ==
		  HAUNT_OK;

	client_conf_free(conf);
	return ok;
}

enum cmd_status cmd_import(char **argv)
{
	struct own_words own = { .help = NULL };
	const struct args args = {
		.tables = { { import_args,
			      sizeof(import_args) / sizeof(import_args[0]),
			      &own } },
		.words_max = 1,
	};
	struct fwknop_conf rc = { .len = 0 };
	const struct import_job job = {
		.words = &own.import, .make = make, .arg = &rc, .valid = valid
	};
	const char *path = NULL;
	enum haunt_err err;
	size_t n = 0;

	if (args_parse(&args, argv, &path, &n))
		return CMD_USAGE;
	if (own.help || !n) {
		FILE *to = own.help ? stdout : stderr;

		fputs(usage, to);
		args_help(&args, to);
		return own.help ? CMD_OK : CMD_USAGE;
	}
	err = import_read(FWKNOP_RC, path, &rc);
	if (!err)
		err = import_run(&job);
	fwknop_clear(&rc);
	return err ? CMD_USAGE : CMD_OK;
}
