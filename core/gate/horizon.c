/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the file's text and how a file is replaced so that a loss of power
 * leaves either the old one or the new one: temporary, fsync, rename, fsync
 * of the directory.
 */
#include "core/gate/horizon.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPORARY HORIZON_FILE ".new"
#define TEXT_MAX  160
#define BOOT_PATH "/proc/sys/kernel/random/boot_id"

/* Reads a whole small file as text. */
static enum haunt_err text_read(int dir, const char *path, char out[TEXT_MAX])
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? HAUNT_ENOENT : HAUNT_ESYS;
	do {
		n = read(fd, out, TEXT_MAX);
	} while (n < 0 && errno == EINTR);
	close(fd);
	if (n < 0)
		return HAUNT_ESYS;
	if (n == TEXT_MAX)
		return HAUNT_EFORMAT;
	out[n] = '\0';
	return HAUNT_OK;
}

static int text_format(char out[TEXT_MAX], const struct horizon *h)
{
	return snprintf(out, TEXT_MAX,
			"haunt horizon 1\ntime %" PRId64
			"\nboot %s\nclean %d\n",
			h->time_s, h->boot, h->clean);
}

enum haunt_err horizon_read(int dir, struct horizon *out)
{
	char text[TEXT_MAX];
	char again[TEXT_MAX];
	struct horizon h = { .clean = false };
	int clean = 0;
	enum haunt_err err = text_read(dir, HORIZON_FILE, text);

	if (err)
		return err;
	if (sscanf(text,
		   "haunt horizon 1\ntime %" SCNd64 "\nboot %39s\nclean %d\n",
		   &h.time_s, h.boot, &clean) != 3)
		return HAUNT_EFORMAT;
	h.clean = clean == 1;
	/* What was read must be what would be written: nothing more, nothing
	 * else, nothing cut off. */
	text_format(again, &h);
	if (h.time_s < 0 || strcmp(text, again) != 0)
		return HAUNT_EFORMAT;
	*out = h;
	return HAUNT_OK;
}

static enum haunt_err temporary_write(int dir, const char *text, size_t len)
{
	int fd = openat(dir, TEMPORARY,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0600);
	ssize_t n;
	int saved;

	if (fd < 0)
		return HAUNT_ESYS;
	n = write(fd, text, len);
	if (n == (ssize_t)len && fsync(fd) == 0)
		return close(fd) == 0 ? HAUNT_OK : HAUNT_ESYS;
	saved = n >= 0 && n < (ssize_t)len ? ENOSPC : errno;
	close(fd);
	errno = saved;
	return HAUNT_ESYS;
}

enum haunt_err horizon_write(int dir, const struct horizon *h)
{
	char text[TEXT_MAX];
	int len = text_format(text, h);
	enum haunt_err err = temporary_write(dir, text, (size_t)len);

	if (err)
		return err;
	if (renameat(dir, TEMPORARY, dir, HORIZON_FILE) < 0 || fsync(dir) < 0)
		return HAUNT_ESYS;
	return HAUNT_OK;
}

enum haunt_err horizon_boot(const char *path, char out[HORIZON_BOOT_MAX])
{
	char text[TEXT_MAX];
	enum haunt_err err = text_read(AT_FDCWD, path ? path : BOOT_PATH, text);
	size_t len;

	if (err)
		return err == HAUNT_ENOENT ? HAUNT_ESYS : err;
	len = strcspn(text, "\n");
	if (!len || len >= HORIZON_BOOT_MAX || strcspn(text, " ") < len)
		return HAUNT_EFORMAT;
	memcpy(out, text, len);
	out[len] = '\0';
	return HAUNT_OK;
}
