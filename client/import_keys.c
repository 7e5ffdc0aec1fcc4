/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides keys on their way from fwknop's files to ours: decoded, checked, and
 * kept in memory until all of the import is known to be well.
 */
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
#include "core/proto/b64.h"
#include "core/proto/haunt.h"
#include "core/proto/key_text.h"

struct kept {
	char *path;
	char text[KEY_TEXT_MAX]; /* secret */
	size_t len;
};

struct import_keys {
	char *dir; /* NULL: keys have no place */
	struct kept *at;
	size_t len;
};

enum haunt_err import_keys_new(const char *dir, struct import_keys **out)
{
	struct import_keys *k = calloc(1, sizeof(*k));
	char *here = dir && dir[0] != '/' ? getcwd(NULL, 0) : NULL;

	if (!k)
		return HAUNT_ENOMEM;
	if (dir && asprintf(&k->dir, "%s%s%s", here ? here : "",
			    here ? "/" : "", dir) < 0)
		k->dir = NULL;
	free(here);
	if (dir && (!k->dir || k->dir[0] != '/' || !fwknop_quotable(k->dir))) {
		tell("--keys: a directory without quotes and backslashes in "
		     "its name is needed");
		import_keys_free(k);
		return HAUNT_EFORMAT;
	}
	*out = k;
	return HAUNT_OK;
}

void import_keys_free(struct import_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->len; i++) {
		secret_wipe(keys->at[i].text, sizeof(keys->at[i].text));
		free(keys->at[i].path);
	}
	free(keys->at);
	free(keys->dir);
	free(keys);
}

/* A place for another file; realloc() would leave secrets behind. */
static struct kept *kept_add(struct import_keys *k, const char *name)
{
	struct kept *grown = calloc(k->len + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	if (k->len) {
		memcpy(grown, k->at, k->len * sizeof(*grown));
		secret_wipe(k->at, k->len * sizeof(*grown));
	}
	free(k->at);
	k->at = grown;
	if (asprintf(&grown[k->len].path, "%s/%s", k->dir, name) < 0)
		return NULL;
	return &grown[k->len++];
}

/* ---- from their text to bytes ---- */

static bool is_b64(const struct fwknop_entry *e)
{
	return strstr(e->name, "BASE64");
}

/* Says what is wrong with a key, or returns true. */
static bool bytes_of(struct fwknop_out *out, const struct fwknop_entry *e,
		     uint8_t *bytes, size_t cap, size_t *len)
{
	struct wr w = wr_of(bytes, cap);
	size_t chars = strlen(e->value);
	enum haunt_err err = HAUNT_OK;

	if (!strcmp(e->value, "__CHANGEME__")) {
		fwknop_say(out, e, FWKNOP_WARNING,
			   "it was never set: __CHANGEME__ is what fwknop's "
			   "own example says");
		return false;
	}
	/* A blank behind base64 is a mistake to fwknop, not to us. */
	while (is_b64(e) && chars && strchr(" \t", e->value[chars - 1]))
		chars--;
	if (is_b64(e))
		err = b64_get_lenient(e->value, chars, &w);
	else
		wr_bytes(&w, e->value, chars);
	if (w.failed || err == HAUNT_ELENGTH)
		fwknop_say(out, e, FWKNOP_WARNING,
			   "it is longer than %zu bytes, and never worked",
			   cap);
	else if (err || !w.len)
		fwknop_say(out, e, FWKNOP_WARNING, "it is no base64 of a key");
	*len = w.len;
	return !w.failed && !err && w.len;
}

/* The line "SERVER: KEY" of a file, as an entry; NULL: said why not. */
static const struct fwknop_entry *file_key(struct fwknop_out *out,
					   const struct fwknop_entry *e,
					   const char *server,
					   struct fwknop_conf *from)
{
	const struct fwknop_entry *found;

	if (import_read(FWKNOP_RC, e->value, from)) {
		fwknop_say(out, e, FWKNOP_WARNING, "it could not be read");
		return NULL;
	}
	found = server && from->len ? fwknop_find(&from->parts[0], server)
				    : NULL;
	if (!found)
		fwknop_say(out, e, FWKNOP_WARNING, "it has no line for %s",
			   server ? server : "it");
	return found;
}

static bool pair_of(struct fwknop_out *out, const struct fwknop_keys *keys,
		    struct key_pair *pair)
{
	struct fwknop_conf from = { .len = 0 };
	const struct fwknop_entry *key = keys->key;
	bool ok;

	if (key && !strcmp(key->name, "KEY_FILE"))
		key = file_key(out, key, keys->server, &from);
	ok = !keys->key || (key && bytes_of(out, key, pair->key,
					    sizeof(pair->key), &pair->key_len));
	fwknop_clear(&from);
	if (ok && keys->hmac)
		ok = bytes_of(out, keys->hmac, pair->hmac, sizeof(pair->hmac),
			      &pair->hmac_len);
	if (ok && keys->hmac && pair->key_len == pair->hmac_len &&
	    secret_memequal(pair->key, pair->hmac, pair->key_len)) {
		fwknop_say(out, keys->hmac, FWKNOP_WARNING,
			   "it is the same as the encryption key, which "
			   "fwknop refuses, too");
		ok = false;
	}
	return ok;
}

/* Who signs needs no key for the cipher. */
static void pair_put(struct wr *w, const struct key_pair *pair)
{
	static const char name[] = "HMAC_KEY_BASE64: ";

	if (pair->key_len) {
		key_text_put(w, pair);
		return;
	}
	wr_bytes(w, name, sizeof(name) - 1);
	b64_put(w, pair->hmac, pair->hmac_len);
	wr_u8(w, '\n');
}

const char *import_keys_keep(void *arg, struct fwknop_out *out,
			     const char *name, const struct fwknop_keys *keys)
{
	struct import_keys *k = arg;
	struct key_pair pair = { .key_len = 0 };
	struct kept *kept = NULL;
	const struct fwknop_entry *at = keys->key ? keys->key : keys->hmac;

	if (!k->dir) {
		fwknop_say(out, at, FWKNOP_WARNING,
			   "without --keys DIRECTORY it is left out, and will "
			   "be asked for");
		return NULL;
	}
	if (pair_of(out, keys, &pair))
		kept = kept_add(k, name);
	if (kept) {
		struct wr w = wr_of(kept->text, sizeof(kept->text));

		pair_put(&w, &pair);
		kept->len = w.len;
	}
	for (size_t i = 0; kept && i + 1 < k->len; i++)
		if (k->at[i].len == kept->len &&
		    secret_memequal(k->at[i].text, kept->text, kept->len))
			fwknop_say(out, at, FWKNOP_WARNING,
				   "it is that of %s, too: hauntd takes the "
				   "first client whose key fits, and asks no "
				   "other",
				   strrchr(k->at[i].path, '/') + 1);
	secret_wipe(&pair, sizeof(pair));
	return kept ? kept->path : NULL;
}

const char *import_keys_keep_text(void *arg, struct fwknop_out *out,
				  const char *name,
				  const struct fwknop_entry *text)
{
	struct import_keys *k = arg;
	struct kept *kept = k->dir ? kept_add(k, name) : NULL;

	if (!kept) {
		fwknop_say(out, text, FWKNOP_WARNING,
			   "without --keys DIRECTORY it has no place");
		return NULL;
	}
	kept->len = (size_t)snprintf(kept->text, sizeof(kept->text), "%s\n",
				     text->value);
	return kept->path;
}

/* ---- files ---- */

static bool kept_write(const struct kept *kept)
{
	int fd = open(kept->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		      S_IRUSR | S_IWUSR);
	size_t done = 0;
	bool ok = fd >= 0;
	int saved;

	while (ok && done < kept->len) {
		ssize_t n = write(fd, kept->text + done, kept->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		ok = n >= 0;
		done += ok ? (size_t)n : 0;
	}
	ok = ok && fchmod(fd, S_IRUSR | S_IWUSR) == 0 && fsync(fd) == 0;
	saved = errno;
	if (fd >= 0 && close(fd) < 0 && ok) {
		ok = false;
		saved = errno;
	}
	errno = saved;
	return ok;
}

void import_keys_remove(const struct import_keys *keys)
{
	for (size_t i = 0; i < keys->len; i++)
		unlink(keys->at[i].path);
	if (keys->dir)
		rmdir(keys->dir);
}

enum haunt_err import_keys_write(const struct import_keys *keys)
{
	if (!keys->len)
		return HAUNT_OK;
	if (mkdir(keys->dir, S_IRWXU) < 0) {
		tell("%s: %s", keys->dir,
		     errno == EEXIST ? "it is there already; keys go into a "
				       "new directory"
				     : strerror(errno));
		return HAUNT_ESYS;
	}
	for (size_t i = 0; i < keys->len; i++) {
		if (kept_write(&keys->at[i]))
			continue;
		tell("%s: %s", keys->at[i].path, strerror(errno));
		import_keys_remove(keys);
		return HAUNT_ESYS;
	}
	return HAUNT_OK;
}
