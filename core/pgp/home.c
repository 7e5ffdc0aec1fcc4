/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what must hold of files that GnuPG uses, and how processes that it has
 * left behind are found: by their user, and by the directory that they were
 * told on their command line.
 */
#include "core/pgp/home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/proto/pgp.h"

#define COMMAND_MAX 4096
#define LOOKS	    100 /* 10 ms each; the second half without mercy */

static bool refused(const char *what, const char *path, const char *error)
{
	log_event(LOG_LEVEL_ERROR, "gpg", "%s=%s error=%s", what, path, error);
	return false;
}

bool pgp_home_check(const struct config *config)
{
	const char *path = config->gpg_home;
	const struct passwd *pw = getpwnam(config->user_pgp);
	struct stat st;

	if (!pw)
		return refused("user-pgp", config->user_pgp, "no-such-user");
	if (stat(path, &st) < 0)
		return refused("gpg-home", path, strerrorname_np(errno));
	if (!S_ISDIR(st.st_mode))
		return refused("gpg-home", path, "ENOTDIR");
	if (st.st_uid != pw->pw_uid) {
		log_event(LOG_LEVEL_ERROR, "gpg",
			  "gpg-home=%s error=not-owned-by-%s "
			  "fix=\"chown -R %s: %s\"",
			  path, config->user_pgp, config->user_pgp, path);
		return false;
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		log_event(LOG_LEVEL_ERROR, "gpg",
			  "gpg-home=%s error=others-can-read-it "
			  "fix=\"chmod 0700 %s\"",
			  path, path);
		return false;
	}
	return true;
}

/* ---- the passphrase ---- */

static const char *passphrase_error(enum haunt_err err)
{
	switch ((int)err) {
	case HAUNT_ESYS:
		return strerrorname_np(errno);
	case HAUNT_EDENIED:
		return "others-can-read-it";
	case HAUNT_ELENGTH:
		return "empty-or-too-long";
	case HAUNT_EFORMAT:
		return "more-than-one-line";
	default:
		return haunt_strerror(err);
	}
}

bool pgp_passphrase_read(const struct config *config, struct secret **out)
{
	const char *path = config->gpg_passphrase_path;
	enum haunt_err err =
		path ? pgp_passphrase_load(path, out) : secret_new("", 0, out);

	return err == HAUNT_OK ||
	       refused("gpg-passphrase-file", path ? path : "none",
		       passphrase_error(err));
}

/* ---- processes ---- */

static size_t path_len(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* GnuPG tells its agent a directory without the slashes at its end. */
static bool same_path(const char *a, const char *b)
{
	return path_len(a) == path_len(b) && memcmp(a, b, path_len(a)) == 0;
}

/* True if the words of a command line say --homedir and then this. */
static bool words_name(const char *words, size_t len, const char *home)
{
	const char *end = words + len;
	bool next = false;

	while (words < end) {
		if (next && same_path(words, home))
			return true;
		next = strcmp(words, "--homedir") == 0;
		words += strlen(words) + 1;
	}
	return false;
}

static bool is_of(pid_t pid, const char *home)
{
	char path[64], words[COMMAND_MAX + 1];
	struct stat st;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = fstat(fd, &st) < 0 ? -1 : read(fd, words, sizeof(words) - 1);
	close(fd);
	if (n <= 0 || pid == getpid())
		return false;
	words[n] = '\0';
	return words_name(words, (size_t)n, home);
}

/* Sends it to each; how many there are. Others' processes are not ours to
 * signal: the kernel sees to that. */
static unsigned int each_signal(const char *home, int sig)
{
	DIR *dir = opendir("/proc");
	const struct dirent *entry;
	unsigned int found = 0;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && is_of(pid, home) && kill(pid, sig) == 0)
			found++;
	}
	if (dir)
		closedir(dir);
	return found;
}

void pgp_home_clear(const char *home)
{
	static const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (unsigned int i = 0; i < LOOKS; i++) {
		int sig = i == 0 ? SIGTERM : i < LOOKS / 4 ? 0 : SIGKILL;

		if (!each_signal(home, sig))
			return;
		nanosleep(&pause, NULL);
	}
}
