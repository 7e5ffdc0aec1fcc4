/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration, and the files and users that it names.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/date.h"
#include "doctor/check.h"

void check_config(const struct snapshot *s, struct findings *out)
{
	const struct snap_files *files = &s->files;
	char word[SHELL_WORD_MAX];
	struct finding *f;

	shell_word(files->path, word);
	if (!files->text) {
		f = finding_add(out, FOUND_CONFIG_UNREADABLE);
		finding_where(f, "%s", files->path);
		finding_text(f, "the configuration cannot be read: %s",
			     files->text_error == EILSEQ
				     ? "there is a NUL in it"
				     : strerror(files->text_error));
		finding_fix(f, "hauntctl doctor -c FILE, with the file that "
			       "hauntd is started with");
		return;
	}
	for (size_t i = 0; i < files->mistakes_len; i++) {
		const struct snap_mistake *m = &files->mistakes[i];

		f = finding_add(out, FOUND_CONFIG_MISTAKE);
		finding_where(f, "%s:%u", files->path, m->line);
		finding_text(f, "%s", m->text);
		finding_fix(f, "correct it, then: hauntd -c %s -n", word);
	}
	if (files->config.error ||
	    (files->config.uid == 0 &&
	     !(files->config.mode & (S_IWGRP | S_IWOTH))))
		return;
	f = finding_add(out, FOUND_CONFIG_WRITABLE);
	finding_where(f, "%s", files->path);
	finding_text(f, "somebody besides root can write the configuration, "
			"and so decide what is opened");
	finding_fix(f, "chown root: %s && chmod go-w %s", word, word);
}

/* ---- keys ---- */

static void key_denied(const struct client *c, const struct snap_key *k,
		       struct findings *out)
{
	bool mode = k->file.mode & (S_IRWXG | S_IRWXO);
	struct finding *f =
		finding_add(out, mode ? FOUND_KEY_READABLE : FOUND_KEY_OWNER);
	char word[SHELL_WORD_MAX];

	finding_where(f, "%s", c->key_path);
	finding_text(f, "the key of client \"%s\" %s, and hauntd refuses it",
		     c->name,
		     mode ? "can be used by others than its owner"
			  : "belongs to another user than root");
	finding_fix(f, "%s %s", mode ? "chmod 0600" : "chown root:",
		    shell_word(c->key_path, word));
}

static void key_broken(const struct client *c, const struct snap_key *k,
		       struct findings *out)
{
	struct finding *f = finding_add(out, FOUND_KEY_UNUSABLE);
	char word[SHELL_WORD_MAX];

	shell_word(c->key_path, word);
	if (k->line)
		finding_where(f, "%s:%u", c->key_path, k->line);
	else
		finding_where(f, "%s", c->key_path);
	if (k->err == HAUNT_OK)
		finding_text(f,
			     "the key of client \"%s\" has no HMAC key, and "
			     "allow-without-hmac is not set",
			     c->name);
	else if (k->err == HAUNT_ESYS)
		finding_text(f, "the key of client \"%s\" cannot be read: %s",
			     c->name, strerror(k->error));
	else
		finding_text(
			f, "this is no key that client \"%s\" could have%s",
			c->name,
			k->line ? ": this line is not one of a key file" : "");
	finding_fix(f, "mv %s %s.bad && haunt keygen %s", word, word, word);
}

static void check_key(const struct client *c, const struct snap_key *k,
		      struct findings *out)
{
	char word[SHELL_WORD_MAX];
	struct finding *f;

	if (k->err == HAUNT_OK && (k->has_hmac || c->allow_without_hmac))
		return;
	if (k->err == HAUNT_EDENIED) {
		key_denied(c, k, out);
		return;
	}
	if (k->err != HAUNT_ESYS || k->error != ENOENT) {
		key_broken(c, k, out);
		return;
	}
	f = finding_add(out, FOUND_KEY_MISSING);
	finding_where(f, "%s", c->key_path);
	finding_text(f, "the key file of client \"%s\" is not there", c->name);
	finding_fix(f, "haunt keygen %s", shell_word(c->key_path, word));
}

/* ---- users and folders ---- */

static void check_users(const struct snapshot *s, struct findings *out)
{
	const char *const names[] = { s->config->user_capture,
				      s->config->user_gate, s->config->user_nat,
				      s->config->user_run,
				      s->config->user_names };
	char word[SHELL_WORD_MAX];
	struct finding *f;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		/* The last is needed only by what has names to ask for. */
		if (s->files.users[i] || (names[i] == s->config->user_names &&
					  !config_has_names(s->config)))
			continue;
		f = finding_add(out, FOUND_USER_MISSING);
		finding_where(f, "user %s", names[i]);
		finding_text(f, "there is no such user, whom one of hauntd's "
				"processes must become");
		finding_fix(f,
			    "useradd --system --user-group --no-create-home "
			    "--home-dir /nonexistent --shell "
			    "/usr/sbin/nologin %s",
			    shell_word(names[i], word));
	}
	if (s->files.group)
		return;
	f = finding_add(out, FOUND_GROUP_MISSING);
	finding_where(f, "group %s", s->config->control_group);
	finding_text(f, "there is no such group, which control-group says may "
			"ask hauntd");
	finding_fix(f, "groupadd --system %s",
		    shell_word(s->config->control_group, word));
}

static void check_state_dir(const struct snapshot *s, struct findings *out)
{
	const struct snap_file *dir = &s->files.state_dir;
	char word[SHELL_WORD_MAX], user[SHELL_WORD_MAX];
	struct finding *f;

	/* What is missing is made; without a user nobody can own it. */
	if (dir->error || !s->files.users[1])
		return;
	shell_word(s->config->state_dir, word);
	if (!S_ISDIR(dir->mode) ||
	    (dir->uid != s->files.gate_uid && !s->files.state_dir_empty)) {
		f = finding_add(out, FOUND_STATE_DIR_OWNER);
		finding_where(f, "%s", s->config->state_dir);
		finding_text(f,
			     "the state-dir is not a folder of user %s, and "
			     "hauntd refuses it",
			     s->config->user_gate);
		finding_fix(f, "chown -R %s: %s",
			    shell_word(s->config->user_gate, user), word);
	} else if (dir->mode & (S_IRWXG | S_IRWXO)) {
		f = finding_add(out, FOUND_STATE_DIR_OPEN);
		finding_where(f, "%s", s->config->state_dir);
		finding_text(f, "others can look into the memory of packets "
				"that were accepted");
		finding_fix(f, "chmod 0700 %s", word);
	}
}

static void check_control(const struct snapshot *s, struct findings *out)
{
	const struct snap_file *control = &s->files.control;
	char word[SHELL_WORD_MAX], group[SHELL_WORD_MAX];
	struct finding *f;

	if (control->error || !S_ISSOCK(control->mode) || !s->files.group)
		return;
	if (!(control->mode & S_IRWXO) && control->uid == 0 &&
	    control->gid == s->files.group_gid)
		return;
	shell_word(s->config->control_socket, word);
	f = finding_add(out, FOUND_CONTROL_SOCKET_OPEN);
	finding_where(f, "%s", s->config->control_socket);
	finding_text(f,
		     "the control socket is open to others than root and "
		     "group %s",
		     s->config->control_group);
	finding_fix(f, "chown root:%s %s && chmod 0660 %s",
		    shell_word(s->config->control_group, group), word, word);
}

static void check_expired(const struct snapshot *s, struct findings *out)
{
	char when[DATE_TEXT_MAX];

	for (size_t i = 0; i < s->config->clients_len; i++) {
		const struct client *c = &s->config->clients[i];
		struct finding *f;

		if (!c->expires_s || s->files.now_s < c->expires_s)
			continue;
		f = finding_add(out, FOUND_CLIENT_EXPIRED);
		finding_where(f, "client \"%s\"", c->name);
		finding_text(f, "it has been refused since %s UTC",
			     date_format(c->expires_s, when));
		finding_fix(f, "hauntctl client remove %s", c->name);
	}
}

void check_files(const struct snapshot *s, struct findings *out)
{
	check_expired(s, out);
	for (size_t i = 0; i < s->config->clients_len; i++)
		check_key(&s->config->clients[i], &s->files.keys[i], out);
	check_users(s, out);
	check_state_dir(s, out);
	check_control(s, out);
}
