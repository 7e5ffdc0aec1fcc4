/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides files that include files, and folders of them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/import.h"
#include "client/tell.h"
#include "core/base/secret.h"
#include "core/proto/haunt.h"

#define TEXT_MAX (1024 * 1024)

/* The files that are being read, so that none includes itself. */
struct open_files {
	struct stat at[FWKNOP_DEPTH + 1];
	size_t len;
};

static enum haunt_err bytes_read(int fd, char *text, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, text + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return HAUNT_ESYS;
		if (n == 0)
			return HAUNT_ESHORT;
		have += (size_t)n;
	}
	text[size] = '\0';
	return memchr(text, '\0', size) ? HAUNT_EFORMAT : HAUNT_OK;
}

static enum haunt_err text_read(int fd, struct stat *st, char **text)
{
	enum haunt_err err;

	if (fstat(fd, st) < 0)
		return HAUNT_ESYS;
	if (!S_ISREG(st->st_mode))
		return HAUNT_EFORMAT;
	if (st->st_size > TEXT_MAX)
		return HAUNT_ELENGTH;
	*text = malloc((size_t)st->st_size + 1);
	if (!*text)
		return HAUNT_ENOMEM;
	err = bytes_read(fd, *text, (size_t)st->st_size);
	if (err)
		import_text_free(*text, (size_t)st->st_size);
	return err;
}

static enum haunt_err file_text(const char *path, struct stat *st, char **text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum haunt_err err = fd < 0 ? HAUNT_ESYS : text_read(fd, st, text);

	if (err)
		tell("%s: %s", path,
		     err == HAUNT_ESYS	    ? strerror(errno)
		     : err == HAUNT_ELENGTH ? "larger than 1 MiB"
		     : err == HAUNT_EFORMAT ? "no text file"
					    : haunt_strerror(err));
	if (fd >= 0)
		close(fd);
	return err;
}

enum haunt_err import_text(const char *path, char **text, size_t *len)
{
	struct stat st;
	enum haunt_err err = file_text(path, &st, text);

	if (!err)
		*len = (size_t)st.st_size;
	return err;
}

void import_text_free(char *text, size_t len)
{
	secret_wipe(text, len);
	free(text);
}

/* ---- files that include files ---- */

static bool is_open(const struct open_files *files, const struct stat *st)
{
	for (size_t i = 0; i < files->len; i++)
		if (files->at[i].st_dev == st->st_dev &&
		    files->at[i].st_ino == st->st_ino)
			return true;
	return false;
}

static enum haunt_err file_add(struct fwknop_reading *r, const char *path,
			       size_t part)
{
	struct open_files *files = r->arg;
	char *text = NULL;
	struct stat st;
	enum haunt_err err;

	if (files->len > FWKNOP_DEPTH) {
		tell("%s: files include each other more than %d deep", path,
		     FWKNOP_DEPTH);
		return HAUNT_EFORMAT;
	}
	err = file_text(path, &st, &text);
	if (err)
		return err;
	if (is_open(files, &st)) {
		tell("%s: it includes itself", path);
		err = HAUNT_EFORMAT;
	} else {
		files->at[files->len++] = st;
		err = fwknop_read(r, path, rd_of(text, (size_t)st.st_size),
				  part);
		files->len--;
		if (err == HAUNT_ELENGTH)
			tell("%s: more stanzas, or more lines in one, than "
			     "can be right",
			     path);
	}
	import_text_free(text, (size_t)st.st_size);
	return err;
}

/* What fwknopd takes for an access file in a folder. */
static int is_access_file(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return end && !strncmp(end, ".conf", 5);
}

static enum haunt_err folder_add(struct fwknop_reading *r, const char *path)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_access_file, alphasort);
	enum haunt_err err = HAUNT_OK;

	if (n < 0) {
		tell("%s: %s", path, strerror(errno));
		return HAUNT_ESYS;
	}
	for (int i = 0; i < n; i++) {
		char *file = NULL;

		if (!err &&
		    asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			err = HAUNT_ENOMEM;
		else if (!err)
			err = file_add(r, file, 0);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static enum haunt_err include(struct fwknop_reading *r, size_t part,
			      const struct fwknop_entry *line)
{
	const char *list = line->value;
	char path[FWKNOP_LINE_MAX + 1];
	enum haunt_err err = HAUNT_EFORMAT;

	if (!fwknop_item(&list, path))
		tell("%s:%u: %s names no file", line->file, line->line,
		     line->name);
	else if (!strcmp(line->name, "%include"))
		err = file_add(r, path, 0);
	else if (!strcmp(line->name, "%include_folder"))
		err = folder_add(r, path);
	else if (strcmp(line->name, "%include_keys") != 0)
		tell("%s:%u: there is no such directive", line->file,
		     line->line);
	else if (part)
		err = file_add(r, path, part);
	else
		tell("%s:%u: %%include_keys belongs into a stanza", line->file,
		     line->line);
	if (err)
		tell("%s:%u: it could not be followed", line->file, line->line);
	return err;
}

static struct fwknop_reading reading_of(enum fwknop_kind kind,
					struct fwknop_conf *conf,
					struct open_files *files)
{
	return (struct fwknop_reading){
		.kind = kind,
		.conf = conf,
		.include = kind == FWKNOP_ACCESS ? include : NULL,
		.arg = files,
	};
}

enum haunt_err import_read(enum fwknop_kind kind, const char *path,
			   struct fwknop_conf *conf)
{
	struct open_files files = { .len = 0 };
	struct fwknop_reading r = reading_of(kind, conf, &files);

	return file_add(&r, path, 0);
}

enum haunt_err import_read_folder(const char *path, struct fwknop_conf *conf)
{
	struct open_files files = { .len = 0 };
	struct fwknop_reading r = reading_of(FWKNOP_ACCESS, conf, &files);

	return folder_add(&r, path);
}
