/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides accounts, and who could change a program. */
#include "core/run/programs.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"

#define LINKS_MAX      40   /* as many as the kernel follows */
#define LINK_BYTES_MAX 1024 /* bytes that a link may have */

enum haunt_err program_account(const char *user, const char *group,
			       struct account *out)
{
	const struct passwd *pw = getpwnam(user);
	struct account a;

	if (!pw)
		return HAUNT_ENOENT;
	a = (struct account){ .uid = pw->pw_uid, .gid = pw->pw_gid };
	if (group) {
		const struct group *gr = getgrnam(group);

		if (!gr)
			return HAUNT_ENOENT;
		a.gid = gr->gr_gid;
	}
	*out = a;
	return HAUNT_OK;
}

/* A folder that is sticky lets nobody replace what is another's. */
static const char *writers_fault(const struct stat *st)
{
	bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX);

	if (st->st_uid != 0)
		return "is-not-root's";
	if (sticky)
		return NULL;
	if (st->st_mode & S_IWOTH)
		return "others-can-write";
	return (st->st_mode & S_IWGRP) && st->st_gid != 0 ? "group-can-write"
							  : NULL;
}

static void name_drop(char *where)
{
	char *slash = strrchr(where, '/');

	if (slash)
		*slash = '\0';
}

/* Moves the next name of the rest to where, which is "" for the root. False if
 * there is none, or no room for it. */
static bool name_take(char *where, char *rest)
{
	char *name = rest + strspn(rest, "/");
	size_t len = strcspn(name, "/"), used = strlen(where);

	if (!len || used + 1 + len >= PATH_MAX)
		return false;
	if (len == 2 && !memcmp(name, "..", 2)) {
		name_drop(where);
	} else if (len != 1 || *name != '.') {
		where[used] = '/';
		memcpy(where + used + 1, name, len);
		where[used + 1 + len] = '\0';
	}
	memmove(rest, name + len, strlen(name + len) + 1);
	return true;
}

/* Puts where the link leads in its place. */
static const char *link_follow(char *where, char *rest)
{
	char to[LINK_BYTES_MAX];
	ssize_t n = readlink(where, to, sizeof(to));

	if (n < 0)
		return strerrorname_np(errno);
	if (n == sizeof(to) || (size_t)n + strlen(rest) >= PATH_MAX)
		return "ENAMETOOLONG";
	memmove(rest + n, rest, strlen(rest) + 1);
	memcpy(rest, to, (size_t)n);
	if (*to == '/')
		*where = '\0';
	else
		name_drop(where);
	return NULL;
}

static const char *file_fault(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is-no-file";
	return st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)
		       ? NULL
		       : "is-not-executable";
}

/* Name by name, as the kernel goes: who owns a link, or can write where it
 * lies, leads it elsewhere, however many follow it. */
static const char *walk_fault(char *where, char *rest)
{
	unsigned int links = 0;
	const char *fault;
	struct stat st;

	do {
		if (lstat(*where ? where : "/", &st) < 0)
			return strerrorname_np(errno);
		if (S_ISLNK(st.st_mode) && ++links > LINKS_MAX)
			return "ELOOP";
		if (S_ISLNK(st.st_mode))
			fault = st.st_uid ? "is-not-root's"
					  : link_follow(where, rest);
		else if (*rest && !S_ISDIR(st.st_mode))
			fault = "ENOTDIR";
		else
			fault = writers_fault(&st);
		if (fault)
			return fault;
	} while (name_take(where, rest));
	return file_fault(&st);
}

const char *program_fault(const char *path, char *where)
{
	char rest[PATH_MAX];
	const char *fault = "ENAMETOOLONG";

	*where = '\0';
	if (strlen(path) < sizeof(rest)) {
		memcpy(rest, path, strlen(path) + 1);
		fault = walk_fault(where, rest);
	}
	if (!*where)
		strcpy(where, "/");
	return fault;
}

static bool program_check(const char *what, const char *name,
			  const struct argv *argv)
{
	char where[PATH_MAX], shown[256];
	const char *fault = program_fault(argv->words[0], where);

	if (!fault)
		return true;
	log_event(LOG_LEVEL_ERROR, "program", "%s=%s path=%s error=%s", what,
		  name, log_text(where, strlen(where), shown, sizeof(shown)),
		  fault);
	return false;
}

static bool account_check(const char *what, const char *name, const char *user,
			  const char *group)
{
	struct account a;

	if (program_account(user, group, &a) == HAUNT_OK)
		return true;
	log_event(LOG_LEVEL_ERROR, "program",
		  "%s=%s user=%s group=%s error=no-such-account", what, name,
		  user, group ? group : "-");
	return false;
}

static bool service_check(const struct service *s)
{
	bool ok = true, runs = false;

	for (size_t i = 0; i < HOOK_COUNT; i++) {
		if (!s->hooks[i].len)
			continue;
		runs = true;
		ok = program_check("service", s->name, &s->hooks[i]) && ok;
	}
	if (!runs)
		return true;
	return account_check("service", s->name, s->hook_user, s->hook_group) &&
	       ok;
}

static bool is_used(const struct config *config, size_t command)
{
	for (size_t i = 0; i < config->clients_len; i++) {
		const struct client *c = &config->clients[i];

		for (size_t j = 0; j < c->commands_len; j++) {
			if (c->commands[j] == command)
				return true;
		}
	}
	return false;
}

bool programs_check(const struct config *config)
{
	bool ok = true;

	for (size_t i = 0; i < config->commands_len; i++) {
		const struct run_command *c = &config->commands[i];

		ok = program_check("command", c->name, &c->program.argv) && ok;
		ok = account_check("command", c->name, c->program.user,
				   c->program.group) &&
		     ok;
		if (!is_used(config, i))
			log_event(LOG_LEVEL_WARNING, "program",
				  "command=%s note=no-client-may-use-it",
				  c->name);
	}
	for (size_t i = 0; i < config->services_len; i++)
		ok = service_check(&config->services[i]) && ok;
	return ok;
}
