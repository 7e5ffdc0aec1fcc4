/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the configuration and what it names are read: with the loaders
 * that hauntd itself uses.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/proto/haunt.h"
#include "core/proto/key.h"
#include "doctor/dir.h"
#include "doctor/look.h"

#define TEXT_MAX (16u << 20)

static struct snap_file file_look(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return (struct snap_file){ .error = errno };
	return (struct snap_file){ .mode = st.st_mode,
				   .uid = st.st_uid,
				   .gid = st.st_gid };
}

/* The whole of a file as text; NULL with errno. */
static char *text_read(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t len = 0, cap = 4096;
	char *text = f ? malloc(cap) : NULL;

	while (text) {
		size_t n = fread(text + len, 1, cap - len - 1, f);
		char *more;

		len += n;
		if (n == 0)
			break;
		if (len + 1 < cap)
			continue;
		more = cap < TEXT_MAX ? realloc(text, cap * 2) : NULL;
		if (!more) {
			free(text);
			errno = cap < TEXT_MAX ? ENOMEM : EFBIG;
		}
		text = more;
		cap *= 2;
	}
	if (text && ferror(f)) {
		free(text);
		text = NULL;
	}
	if (text)
		text[len] = '\0';
	/* What follows a NUL would not be read. */
	if (text && strlen(text) != len) {
		free(text);
		text = NULL;
		errno = EILSEQ;
	}
	if (f)
		fclose(f);
	return text;
}

struct collecting {
	struct snap_files *files;
	bool failed;
};

static void mistake_keep(void *arg, const char *name, unsigned int line,
			 const char *text)
{
	struct collecting *c = arg;
	struct snap_files *files = c->files;
	struct snap_mistake *more =
		reallocarray(files->mistakes, files->mistakes_len + 1,
			     sizeof(files->mistakes[0]));
	char *copy = more ? strdup(text) : NULL;

	(void)name;
	if (more)
		files->mistakes = more;
	if (!copy) {
		c->failed = true;
		return;
	}
	more[files->mistakes_len++] = (struct snap_mistake){ line, copy };
}

static void key_look(const struct client *client, struct snap_key *out)
{
	const struct haunt_key_spec spec = {
		.mode = (enum haunt_mode)client->mode,
		.hmac_type = (enum haunt_digest)client->hmac_type,
	};
	struct haunt_key *key = NULL;

	*out = (struct snap_key){ .err = HAUNT_OK };
	if (client->key_path)
		out->file = file_look(client->key_path);
	/* Who signs needs no key for the cipher, nor even a file. */
	if (client->gpg_signers_len)
		out->err = key_mac_load(client->key_path, spec.hmac_type, &key,
					&out->line);
	else
		out->err = haunt_key_load(client->key_path, &spec, &key,
					  &out->line);
	out->error = errno;
	if (out->err == HAUNT_OK)
		out->has_hmac = haunt_key_hmac_type(key) != HAUNT_DIGEST_NONE;
	haunt_key_free(key);
}

static enum haunt_err keys_look(struct snapshot *s)
{
	const struct config *config = s->config;

	s->files.keys =
		calloc(config->clients_len + 1, sizeof(s->files.keys[0]));
	if (!s->files.keys)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < config->clients_len; i++)
		key_look(&config->clients[i], &s->files.keys[i]);
	return HAUNT_OK;
}

static void users_look(struct snapshot *s)
{
	const struct config *config = s->config;
	const char *const names[] = { config->user_capture, config->user_gate,
				      config->user_nat, config->user_run,
				      config->user_names };
	const struct group *gr = getgrnam(config->control_group);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct passwd *pw = getpwnam(names[i]);

		s->files.users[i] = pw;
		if (pw && names[i] == config->user_gate)
			s->files.gate_uid = pw->pw_uid;
	}
	s->files.users[3] = s->files.users[3] || !config_runs(config);
	s->files.group = gr;
	if (gr)
		s->files.group_gid = gr->gr_gid;
}

static bool name_found(void *arg, int dir, const char *name)
{
	bool *empty = arg;

	(void)dir, (void)name;
	*empty = false;
	return false;
}

enum haunt_err look_files(struct snapshot *s, const char *path,
			  const char **what)
{
	struct collecting collecting = { .files = &s->files };
	enum haunt_err err;

	*what = path;
	s->files.path = path;
	s->files.config = file_look(path);
	s->files.text = text_read(path);
	s->files.text_error = errno;
	if (!s->files.text)
		return HAUNT_OK;
	err = config_parse(s->files.text, path, mistake_keep, &collecting,
			   &s->config);
	if (err == HAUNT_EFORMAT)
		return collecting.failed ? HAUNT_ENOMEM : HAUNT_OK;
	if (err == HAUNT_OK)
		err = keys_look(s);
	if (err != HAUNT_OK)
		return err;
	users_look(s);
	s->files.now_s = clock_wall_s(clock_system());
	s->files.state_dir = file_look(s->config->state_dir);
	s->files.state_dir_empty = true;
	dir_each(s->config->state_dir, name_found, &s->files.state_dir_empty);
	s->files.control = file_look(s->config->control_socket);
	return HAUNT_OK;
}
