/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the file: who changes it holds a lock on its folder, and puts a new
 * file in the place of the old one, so that no reader ever sees half of it.
 */
#include "client/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/profile.h"

#define FOLDER_MODE 0700

char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	char *path = NULL;
	int made;

	if (state && *state == '/')
		made = asprintf(&path, "%s/haunt/last", state);
	else
		made = asprintf(&path, "%s/.local/state/haunt/last",
				profile_home());
	return made < 0 ? NULL : path;
}

/* ---- reading ---- */

static bool text_good(const json_t *value)
{
	const char *text = json_string_value(value);
	size_t len = text ? strlen(text) : 0;

	return text && len <= HISTORY_TEXT_MAX &&
	       len == json_string_length(value);
}

/* For terminals. */
static bool line_good(const json_t *value, size_t min)
{
	const char *text = json_string_value(value);

	if (!text_good(value) || strlen(text) < min)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool number_good(const json_t *value, json_int_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       json_integer_value(value) <= max;
}

static bool words_good(const json_t *words)
{
	size_t i;
	json_t *word;

	if (!json_is_array(words) || !json_array_size(words) ||
	    json_array_size(words) > HISTORY_WORDS_MAX)
		return false;
	json_array_foreach(words, i, word)
	{
		if (!text_good(word))
			return false;
	}
	return true;
}

static bool entry_good(const json_t *entry)
{
	return number_good(json_object_get(entry, "time"), INT64_MAX / 4) &&
	       line_good(json_object_get(entry, "gateway"), 1) &&
	       line_good(json_object_get(entry, "service"), 0) &&
	       line_good(json_object_get(entry, "address"), 1) &&
	       line_good(json_object_get(entry, "ports"), 0) &&
	       number_good(json_object_get(entry, "lifetime"), UINT32_MAX) &&
	       words_good(json_object_get(entry, "words"));
}

enum haunt_err history_parse(const char *text, size_t len, json_t **out)
{
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	size_t i;
	json_t *entry;

	if (!json_is_array(all) || json_array_size(all) > HISTORY_ENTRIES_MAX)
		goto bad;
	json_array_foreach(all, i, entry)
	{
		if (!entry_good(entry))
			goto bad;
	}
	*out = all;
	return HAUNT_OK;
bad:
	json_decref(all);
	return HAUNT_EFORMAT;
}

static enum haunt_err file_text(int fd, char **text, size_t *len)
{
	char *buf = malloc(HISTORY_BYTES_MAX + 1);
	size_t used = 0;
	ssize_t n = 1;

	if (!buf)
		return HAUNT_ENOMEM;
	while (n > 0 && used <= HISTORY_BYTES_MAX) {
		n = read(fd, buf + used, HISTORY_BYTES_MAX + 1 - used);
		if (n > 0)
			used += (size_t)n;
	}
	if (n < 0 || used > HISTORY_BYTES_MAX) {
		free(buf);
		return n < 0 ? HAUNT_ESYS : HAUNT_EFORMAT;
	}
	*text = buf;
	*len = used;
	return HAUNT_OK;
}

enum haunt_err history_read(const char *path, json_t **out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;
	size_t len = 0;
	enum haunt_err err;

	if (fd < 0)
		return errno == ENOENT ? HAUNT_ENOENT : HAUNT_ESYS;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		err = HAUNT_EFORMAT;
	else
		err = file_text(fd, &text, &len);
	close(fd);
	if (!err)
		err = history_parse(text, len, out);
	free(text);
	return err;
}

/* ---- writing ---- */

/* Makes every folder above path; the one that it lies in is opened. */
static int folder_open(const char *path)
{
	char *copy = strdup(path);
	int fd = -1;

	if (!copy)
		return -1;
	for (char *at = strchr(copy + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(copy, FOLDER_MODE) && errno != EEXIST)
			break;
		if (!strchr(at + 1, '/'))
			fd = open(copy, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		*at = '/';
	}
	free(copy);
	return fd;
}

static json_t *entry_new(const struct history_note *n)
{
	json_t *words = json_array();
	json_t *entry;

	for (size_t i = 0; words && n->words[i]; i++)
		if (json_array_append_new(words, json_string(n->words[i]))) {
			json_decref(words);
			return NULL;
		}
	if (!words)
		return NULL;
	entry = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:o}", "time",
			  (json_int_t)n->time_s, "gateway", n->gateway,
			  "service", n->service, "address", n->address, "ports",
			  n->doors, "lifetime", (json_int_t)n->lifetime_s,
			  "words", words);
	if (entry && entry_good(entry))
		return entry;
	json_decref(entry);
	return NULL;
}

/* Takes entry. */
static enum haunt_err entries_put(json_t *all, json_t *entry)
{
	const json_t *words = json_object_get(entry, "words");
	size_t i = 0;

	while (i < json_array_size(all))
		if (json_equal(json_object_get(json_array_get(all, i), "words"),
			       words))
			json_array_remove(all, i);
		else
			i++;
	if (json_array_insert_new(all, 0, entry))
		return HAUNT_ENOMEM;
	while (json_array_size(all) > HISTORY_ENTRIES_MAX)
		json_array_remove(all, json_array_size(all) - 1);
	return HAUNT_OK;
}

/* The text, of as many entries as the file may hold. */
static char *entries_text(json_t *all)
{
	char *text = json_dumps(all, JSON_INDENT(1));

	while (text && strlen(text) > HISTORY_BYTES_MAX &&
	       json_array_size(all) > 1) {
		free(text);
		json_array_remove(all, json_array_size(all) - 1);
		text = json_dumps(all, JSON_INDENT(1));
	}
	return text;
}

static enum haunt_err file_replace(const char *path, const char *text)
{
	size_t len = strlen(text);
	char *beside = NULL;
	enum haunt_err err = HAUNT_OK;
	int fd, saved;
	ssize_t n;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0)
		return HAUNT_ENOMEM;
	/* Of mode 0600. */
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		free(beside);
		return HAUNT_ESYS;
	}
	n = write(fd, text, len);
	if (n != (ssize_t)len) {
		if (n >= 0)
			errno = ENOSPC;
		err = HAUNT_ESYS;
	}
	if (close(fd) || err || rename(beside, path)) {
		saved = errno;
		unlink(beside);
		errno = saved;
		err = HAUNT_ESYS;
	}
	free(beside);
	return err;
}

enum haunt_err history_add(const char *path, const struct history_note *note)
{
	json_t *entry = entry_new(note), *all = NULL;
	char *text = NULL;
	enum haunt_err err;
	int folder;

	if (!entry)
		return HAUNT_ELENGTH;
	folder = folder_open(path);
	if (folder < 0 || flock(folder, LOCK_EX)) {
		err = HAUNT_ESYS;
		goto out;
	}
	err = history_read(path, &all);
	if (err == HAUNT_ENOENT || err == HAUNT_EFORMAT) {
		all = json_array();
		err = all ? HAUNT_OK : HAUNT_ENOMEM;
	}
	if (err)
		goto out;
	err = entries_put(all, entry);
	entry = NULL;
	text = err ? NULL : entries_text(all);
	if (!err)
		err = text ? file_replace(path, text) : HAUNT_ENOMEM;
out:
	free(text);
	json_decref(all);
	json_decref(entry);
	if (folder >= 0)
		close(folder);
	return err;
}
