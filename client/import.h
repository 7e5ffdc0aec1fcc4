/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "haunt import" and "hauntctl import-fwknop" share: fwknop's files in,
 * a configuration and key files out, all of it or nothing.
 */
#ifndef HAUNT_CLIENT_IMPORT_H
#define HAUNT_CLIENT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/fwknop.h"
#include "conf/fwknop_out.h"
#include "core/base/err.h"

/* What was typed; NULL where nothing was. */
struct import_words {
	const char *output; /* a file that is not there yet; NULL: stdout */
	const char *keys;   /* a directory that is not there yet */
	const char *strict;
	const char *ports;
	const char *public;
};

/*
 * Reads a file and what it includes, into *conf, which may hold what others
 * said before. Fails, and tells why, if any of them cannot be read.
 */
enum haunt_err import_read(enum fwknop_kind kind, const char *path,
			   struct fwknop_conf *conf) HAUNT_MUST_CHECK;
/* The files of a folder that fwknopd takes for access files. */
enum haunt_err import_read_folder(const char *path,
				  struct fwknop_conf *conf) HAUNT_MUST_CHECK;
/* All of a file of at most a megabyte without NULs, with a NUL behind it;
 * import_text_free() wipes it. Tells why not. */
enum haunt_err import_text(const char *path, char **text,
			   size_t *len) HAUNT_MUST_CHECK;
void import_text_free(char *text, size_t len);

/* Key files, which are made when all is known to be well. */
struct import_keys;
/* dir: as typed, or NULL. EFORMAT, ENOMEM: told. */
enum haunt_err import_keys_new(const char *dir,
			       struct import_keys **out) HAUNT_MUST_CHECK;
void import_keys_free(struct import_keys *keys);
/* Those of struct fwknop_out; arg is a struct import_keys. */
const char *import_keys_keep(void *arg, struct fwknop_out *out,
			     const char *name, const struct fwknop_keys *keys);
const char *import_keys_keep_text(void *arg, struct fwknop_out *out,
				  const char *name,
				  const struct fwknop_entry *text);
/* Makes the directory and the files. Fails, tells why, and leaves none. */
enum haunt_err import_keys_write(const struct import_keys *keys)
	HAUNT_MUST_CHECK;
void import_keys_remove(const struct import_keys *keys);

/* Has make put a configuration together, and writes it and the keys. valid
 * says whether its text is a configuration, and tells its mistakes. */
struct import_job {
	const struct import_words *words;
	enum haunt_err (*make)(struct fwknop_out *out, const void *arg);
	const void *arg;
	bool (*valid)(const char *name, const char *text);
};
/* EFORMAT: written, but it has mistakes to be repaired by hand. Others: told,
 * and nothing is written. */
enum haunt_err import_run(const struct import_job *job) HAUNT_MUST_CHECK;

#endif
