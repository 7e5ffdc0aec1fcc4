/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the file's two places and when each is believed: each is a line of
 * text with a sum over it, and the later of those whose sum is right counts.
 * A new file comes by way of a temporary one; after that a turn overwrites
 * one place and flushes data only, which no journal has to follow.
 */
#include "core/gate/horizon.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY HORIZON_FILE ".new"
#define PLACE	  512 /* bytes: what a disk writes whole */
#define FILE_SIZE (2 * PLACE)
#define BOOT_PATH "/proc/sys/kernel/random/boot_id"

/* FNV-1a: against accidents, not against anybody. */
static uint64_t sum_of(const char *text, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 0x100000001b3u;
	return h;
}

/* The rest of the place is zeros. */
static void place_format(char out[PLACE], const struct horizon *h)
{
	int n;

	memset(out, 0, PLACE);
	n = snprintf(out, PLACE,
		     "haunt horizon 1 turn %" PRIu64 " time %" PRId64
		     " boot %s clean %d",
		     h->turn, h->time_s, h->boot, h->clean);
	snprintf(out + n, PLACE - (size_t)n, " sum %016" PRIx64 "\n",
		 sum_of(out, (size_t)n));
}

/* What was read must be what would be written: nothing more, nothing else. */
static bool place_parse(const char text[PLACE], struct horizon *out)
{
	struct horizon h = { .clean = false };
	char line[PLACE + 1];
	char again[PLACE];
	int clean = 0;

	memcpy(line, text, PLACE);
	line[PLACE] = '\0';
	if (sscanf(line,
		   "haunt horizon 1 turn %" SCNu64 " time %" SCNd64
		   " boot %39s clean %d",
		   &h.turn, &h.time_s, h.boot, &clean) != 4)
		return false;
	h.clean = clean == 1;
	place_format(again, &h);
	if (h.time_s < 0 || !h.turn || memcmp(text, again, PLACE) != 0)
		return false;
	*out = h;
	return true;
}

/* Reads what there is, at most cap bytes. */
static enum haunt_err file_read(int dir, const char *path, char *out,
				size_t cap, size_t *len)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? HAUNT_ENOENT : HAUNT_ESYS;
	do {
		n = read(fd, out, cap);
	} while (n < 0 && errno == EINTR);
	close(fd);
	if (n < 0)
		return HAUNT_ESYS;
	*len = (size_t)n;
	return HAUNT_OK;
}

enum haunt_err horizon_read(int dir, struct horizon *out)
{
	char text[FILE_SIZE + 1];
	struct horizon places[2];
	size_t len = 0;
	bool first, second;
	enum haunt_err err =
		file_read(dir, HORIZON_FILE, text, sizeof(text), &len);

	if (err)
		return err;
	if (len != FILE_SIZE)
		return HAUNT_EFORMAT;
	first = place_parse(text, &places[0]);
	second = place_parse(text + PLACE, &places[1]);
	if (!first && !second)
		return HAUNT_EFORMAT;
	if (first && second)
		*out = places[places[1].turn > places[0].turn];
	else
		*out = places[second];
	return HAUNT_OK;
}

static enum haunt_err close_with(int fd, bool ok, int error)
{
	if (ok)
		return close(fd) == 0 ? HAUNT_OK : HAUNT_ESYS;
	close(fd);
	errno = error;
	return HAUNT_ESYS;
}

/* A file with both places alike, durable, its name included. */
static enum haunt_err file_make(int dir, const char place[PLACE])
{
	int fd = openat(dir, TEMPORARY,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0600);
	enum haunt_err err;
	bool ok;

	if (fd < 0)
		return HAUNT_ESYS;
	errno = ENOSPC;
	ok = write(fd, place, PLACE) == PLACE &&
	     write(fd, place, PLACE) == PLACE && fsync(fd) == 0;
	err = close_with(fd, ok, errno);
	if (err)
		return err;
	if (renameat(dir, TEMPORARY, dir, HORIZON_FILE) < 0 || fsync(dir) < 0)
		return HAUNT_ESYS;
	return HAUNT_OK;
}

static enum haunt_err place_write(int dir, const char place[PLACE], off_t at)
{
	int fd = openat(dir, HORIZON_FILE, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok;

	if (fd < 0)
		return errno == ENOENT ? HAUNT_ENOENT : HAUNT_ESYS;
	errno = ENOSPC;
	ok = pwrite(fd, place, PLACE, at) == PLACE && fdatasync(fd) == 0;
	return close_with(fd, ok, errno);
}

enum haunt_err horizon_write(int dir, struct horizon *h)
{
	struct horizon next = *h;
	char place[PLACE];
	enum haunt_err err;

	next.turn++;
	place_format(place, &next);
	err = h->turn ? place_write(dir, place, next.turn % 2 ? PLACE : 0)
		      : HAUNT_ENOENT;
	/* Also if somebody has removed it. */
	if (err == HAUNT_ENOENT)
		err = file_make(dir, place);
	if (!err)
		h->turn = next.turn;
	return err;
}

enum haunt_err horizon_boot(const char *path, char out[HORIZON_BOOT_MAX])
{
	char text[HORIZON_BOOT_MAX];
	size_t len = 0;
	enum haunt_err err = file_read(AT_FDCWD, path ? path : BOOT_PATH, text,
				       sizeof(text), &len);

	if (err)
		return err == HAUNT_ENOENT ? HAUNT_ESYS : err;
	if (len && text[len - 1] == '\n')
		len--;
	if (!len || len >= sizeof(text) || memchr(text, ' ', len) ||
	    memchr(text, '\n', len) || memchr(text, '\0', len))
		return HAUNT_EFORMAT;
	memcpy(out, text, len);
	out[len] = '\0';
	return HAUNT_OK;
}
