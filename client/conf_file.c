/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides temporary files, and that a file has two names for a moment. */
#include "client/conf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/tell.h"

#define TEXT_MAX  (16 * 1024 * 1024)
#define PATH_ROOM 1024

/* The whole file, or NULL with errno. */
static char *text_read(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	struct stat st;
	size_t size = 0;

	if (!f)
		return NULL;
	if (fstat(fileno(f), &st) == 0)
		size = (size_t)st.st_size;
	errno = EFBIG;
	if (S_ISREG(st.st_mode) && size <= TEXT_MAX)
		text = malloc(size + 1);
	if (text && fread(text, 1, size, f) != size) {
		free(text);
		text = NULL;
		errno = EIO;
	}
	fclose(f);
	if (!text)
		return NULL;
	text[size] = '\0';
	if (strlen(text) == size)
		return text;
	free(text);
	errno = EILSEQ;
	return NULL;
}

enum haunt_err conf_file_read(const char *path, char **text,
			      struct config **config)
{
	char *found = text_read(path);
	enum haunt_err err;

	if (!found) {
		tell("%s: %s", path, strerror(errno));
		return HAUNT_ESYS;
	}
	err = config_parse(found, path, config_mistake_print, NULL, config);
	if (err) {
		free(found);
		return err;
	}
	*text = found;
	return HAUNT_OK;
}

bool conf_text_valid(const char *path, const char *text)
{
	struct config *config = NULL;
	bool valid = config_parse(text, path, config_mistake_print, NULL,
				  &config) == HAUNT_OK;

	config_free(config);
	return valid;
}

static bool bytes_write(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* A new file beside path, like it but for what it holds. */
static bool beside_write(const char *path, const char *text,
			 char beside[PATH_ROOM])
{
	struct stat st;
	int fd, saved;
	bool done;

	if (stat(path, &st) < 0)
		return false;
	if (snprintf(beside, PATH_ROOM, "%s.XXXXXX", path) >= PATH_ROOM) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return false;
	done = bytes_write(fd, text) && fchown(fd, st.st_uid, st.st_gid) == 0 &&
	       fchmod(fd, st.st_mode & 07777) == 0 && fsync(fd) == 0;
	saved = errno;
	if (close(fd) < 0 && done) {
		done = false;
		saved = errno;
	}
	if (!done)
		unlink(beside);
	errno = saved;
	return done;
}

static bool name_kept(const char *path, char kept[PATH_ROOM])
{
	if (snprintf(kept, PATH_ROOM, "%s~", path) < PATH_ROOM)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

enum haunt_err conf_file_write(const char *path, const char *text)
{
	char beside[PATH_ROOM], kept[PATH_ROOM];
	int saved;

	if (!name_kept(path, kept) || !beside_write(path, text, beside))
		return HAUNT_ESYS;
	/* The file is there under either name all the time. */
	if ((unlink(kept) == 0 || errno == ENOENT) && link(path, kept) == 0 &&
	    rename(beside, path) == 0)
		return HAUNT_OK;
	saved = errno;
	unlink(beside);
	errno = saved;
	return HAUNT_ESYS;
}

enum haunt_err conf_file_back(const char *path)
{
	char kept[PATH_ROOM];

	return name_kept(path, kept) && rename(kept, path) == 0 ? HAUNT_OK
								: HAUNT_ESYS;
}
