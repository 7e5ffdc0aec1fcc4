/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the handling of key files: who may own one, that nobody else may read
 * it, and that a new one is there whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/secret.h"
#include "core/proto/digest.h"
#include "core/proto/haunt.h"
#include "core/proto/key.h"
#include "core/proto/key_text.h"
#include "core/proto/random.h"

static enum haunt_err owner_check(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return HAUNT_ESYS;
	if (!S_ISREG(st.st_mode))
		return HAUNT_EFORMAT;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return HAUNT_EDENIED;
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return HAUNT_EDENIED;
	return HAUNT_OK;
}

/* Reads to the end; ELENGTH if there is more than cap. */
static enum haunt_err read_all(int fd, char *buf, size_t cap, size_t *len)
{
	size_t have = 0;

	for (;;) {
		ssize_t n = read(fd, buf + have, cap - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return HAUNT_ESYS;
		if (n == 0)
			break;
		have += (size_t)n;
		if (have == cap)
			return HAUNT_ELENGTH;
	}
	*len = have;
	return HAUNT_OK;
}

enum haunt_err key_file_read(const char *path, char *buf, size_t cap,
			     size_t *len)
{
	/* Not blocking: a FIFO is no key file, but must not hang us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum haunt_err err;
	int saved;

	if (fd < 0)
		return HAUNT_ESYS;
	err = owner_check(fd);
	if (err == HAUNT_OK)
		err = read_all(fd, buf, cap, len);
	saved = errno;
	close(fd);
	errno = saved;
	return err;
}

static enum haunt_err pair_use(const struct key_pair *pair,
			       const struct haunt_key_spec *spec,
			       struct haunt_key **out)
{
	const struct haunt_key_spec full = {
		.key = pair->key,
		.key_len = pair->key_len,
		.hmac = pair->hmac_len ? pair->hmac : NULL,
		.hmac_len = pair->hmac_len,
		.mode = spec->mode,
		.hmac_type =
			pair->hmac_len ? spec->hmac_type : HAUNT_DIGEST_NONE,
	};

	return haunt_key_new(&full, out);
}

enum haunt_err key_pair_load(const char *path, struct key_pair *out,
			     unsigned int *line)
{
	char text[KEY_TEXT_MAX + 1];
	size_t len;
	enum haunt_err err = key_file_read(path, text, sizeof(text), &len);

	*line = 0;
	if (err == HAUNT_OK)
		err = key_text_get_any(text, len, out, line);
	secret_wipe(text, sizeof(text));
	return err;
}

/* Wipes text, whatever it is. */
static enum haunt_err text_use(char *text, size_t len,
			       const struct haunt_key_spec *spec,
			       struct haunt_key **out, unsigned int *line)
{
	struct key_pair pair = { .key_len = 0 };
	unsigned int blamed = 0;
	enum haunt_err err = key_text_get(text, len, &pair, &blamed);

	if (err == HAUNT_OK)
		err = pair_use(&pair, spec, out);
	secret_wipe(text, len);
	secret_wipe(&pair, sizeof(pair));
	if (err != HAUNT_OK && line)
		*line = blamed;
	return err;
}

enum haunt_err key_mac_load(const char *path, enum haunt_digest type,
			    struct haunt_key **out, unsigned int *line)
{
	struct key_pair pair = { .key_len = 0 };
	enum haunt_err err = path ? key_pair_load(path, &pair, line) : HAUNT_OK;

	if (err == HAUNT_OK)
		err = key_mac_new(
			pair.hmac_len ? pair.hmac : NULL, pair.hmac_len,
			pair.hmac_len ? type : HAUNT_DIGEST_NONE, out);
	secret_wipe(&pair, sizeof(pair));
	return err;
}

/* What is no text has no line. */
static enum haunt_err no_text(char *text, size_t cap, enum haunt_err err,
			      unsigned int *line)
{
	secret_wipe(text, cap);
	if (line)
		*line = 0;
	return err;
}

enum haunt_err haunt_key_load(const char *path,
			      const struct haunt_key_spec *spec,
			      struct haunt_key **out, unsigned int *line)
{
	char text[KEY_TEXT_MAX + 1];
	size_t len = 0;
	enum haunt_err err = key_file_read(path, text, sizeof(text), &len);

	return err ? no_text(text, sizeof(text), err, line)
		   : text_use(text, len, spec, out, line);
}

enum haunt_err haunt_key_read(int fd, const struct haunt_key_spec *spec,
			      struct haunt_key **out, unsigned int *line)
{
	char text[KEY_TEXT_MAX + 1];
	size_t len = 0;
	enum haunt_err err = read_all(fd, text, sizeof(text), &len);

	return err ? no_text(text, sizeof(text), err, line)
		   : text_use(text, len, spec, out, line);
}

static enum haunt_err write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return HAUNT_ESYS;
		buf += n;
		len -= (size_t)n;
	}
	/* The mode again, since a umask may have taken the owner's bits. */
	return fchmod(fd, S_IRUSR | S_IWUSR) < 0 || fsync(fd) < 0 ? HAUNT_ESYS
								  : HAUNT_OK;
}

static enum haunt_err file_create(const char *path, const char *buf, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		      S_IRUSR | S_IWUSR);
	enum haunt_err err;
	int saved;

	if (fd < 0)
		return errno == EEXIST ? HAUNT_EEXIST : HAUNT_ESYS;
	err = write_all(fd, buf, len);
	saved = errno;
	if (close(fd) < 0 && err == HAUNT_OK) {
		saved = errno;
		err = HAUNT_ESYS;
	}
	if (err != HAUNT_OK)
		unlink(path);
	errno = saved;
	return err;
}

static enum haunt_err pair_draw(enum haunt_digest hmac_type,
				struct key_pair *out)
{
	size_t block = digest_block(hmac_type);
	enum haunt_err err;

	out->key_len = sizeof(out->key);
	out->hmac_len = block < sizeof(out->hmac) ? block : sizeof(out->hmac);
	err = random_bytes(out->key, out->key_len);
	if (err != HAUNT_OK)
		return err;
	return random_bytes(out->hmac, out->hmac_len);
}

enum haunt_err haunt_key_create(const char *path, enum haunt_digest hmac_type)
{
	char text[KEY_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct key_pair pair;
	enum haunt_err err;

	if (hmac_type != HAUNT_DIGEST_NONE && !digest_known(hmac_type))
		return HAUNT_EUNSUPPORTED;
	err = pair_draw(hmac_type, &pair);
	if (err == HAUNT_OK) {
		key_text_put(&w, &pair);
		err = file_create(path, text, w.len);
	}
	secret_wipe(&pair, sizeof(pair));
	secret_wipe(text, sizeof(text));
	return err;
}

enum haunt_err haunt_key_load_as(const char *path, enum haunt_mode mode,
				 enum haunt_digest hmac_type,
				 struct haunt_key **out)
{
	const struct haunt_key_spec spec = { .mode = mode,
					     .hmac_type = hmac_type };

	return haunt_key_load(path, &spec, out, NULL);
}
