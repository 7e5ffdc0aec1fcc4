/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides which of fwknopd's files count: the stanzas of ACCESS_FOLDER, if there
 * is one, and what override files say last. */
#include <stdio.h>
#include <string.h>

#include "client/conf_file.h"
#include "client/import.h"
#include "client/steps.h"
#include "client/tell.h"

struct server_files {
	struct fwknop_conf access;
	struct fwknop_conf daemon;
};

static enum haunt_err make(struct fwknop_out *out, const void *arg)
{
	const struct server_files *f = arg;

	return fwknop_import_server(out, &f->access, &f->daemon);
}

static enum haunt_err daemon_read(const char *path, const char *overrides,
				  struct fwknop_conf *daemon)
{
	char item[FWKNOP_LINE_MAX + 1];
	enum haunt_err err = HAUNT_OK;

	if (path)
		err = import_read(FWKNOP_DAEMON, path, daemon);
	while (!err && overrides && fwknop_item(&overrides, item))
		err = import_read(FWKNOP_DAEMON, item, daemon);
	return err;
}

static enum haunt_err access_read(const char *path, struct server_files *f)
{
	const char *folder = f->daemon.len ? fwknop_value(&f->daemon.parts[0],
							  "ACCESS_FOLDER", NULL)
					   : NULL;
	char expanded[FWKNOP_LINE_MAX + 1];

	if (!folder || fwknop_expand(&f->daemon.parts[0], folder, expanded))
		return import_read(FWKNOP_ACCESS, path, &f->access);
	tell("%s is not read: with ACCESS_FOLDER fwknopd reads %s in its place",
	     path, expanded);
	return import_read_folder(expanded, &f->access);
}

enum status steps_import(const struct import_words *words, const char *access,
			 const char *daemon, const char *overrides)
{
	struct server_files f = { .access = { .len = 0 } };
	const struct import_job job = { .words = words,
					.make = make,
					.arg = &f,
					.valid = conf_text_valid };
	enum haunt_err err;

	if (!words->keys) {
		tell("import-fwknop: --keys DIRECTORY is needed, a new one for "
		     "the key files");
		return STATUS_USAGE;
	}
	err = daemon_read(daemon, overrides, &f.daemon);
	if (!err)
		err = access_read(access, &f);
	if (!err)
		err = import_run(&job);
	else
		err = HAUNT_EDENIED;
	fwknop_clear(&f.access);
	fwknop_clear(&f.daemon);
	if (err == HAUNT_EFORMAT)
		return STATUS_BAD;
	return err ? STATUS_REFUSED : STATUS_OK;
}
