/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what lies between fork and exec: the order matters, and who cannot
 * become its user becomes nothing.
 */
#include "core/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"

#define ALARM_LATE_S 60

/* Everything as if nobody had been here: the role ignores and blocks some. */
static void signals_reset(void)
{
	struct sigaction dflt = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &dflt, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool account_become(const struct account *a)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (setgroups(0, NULL) < 0 || setresgid(a->gid, a->gid, a->gid) < 0 ||
	    setresuid(a->uid, a->uid, a->uid) < 0 ||
	    getresuid(&ruid, &euid, &suid) < 0 ||
	    getresgid(&rgid, &egid, &sgid) < 0)
		return false;
	errno = EPERM;
	return ruid == a->uid && euid == a->uid && suid == a->uid &&
	       rgid == a->gid && egid == a->gid && sgid == a->gid &&
	       getgroups(0, NULL) == 0;
}

/* The role keeps few descriptors, and lets others have the usual number. */
static bool limits_set(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return false;
	files.rlim_cur = files.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &files) == 0;
}

static void give_up(const char *step, const char *path, int log_fd)
{
	int error = errno;
	char shown[256];

	if (log_fd >= 0)
		dup2(log_fd, STDERR_FILENO);
	log_event(LOG_LEVEL_ERROR, "run", "step=%s program=%s error=%s", step,
		  log_text(path, strlen(path), shown, sizeof(shown)),
		  strerrorname_np(error));
	_exit(CHILD_FAILED);
}

static void child_exec(const struct child_spec *spec, int out)
{
	const char *path = spec->argv->words[0];
	int log_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* execve() wants a NULL at the end. */
	char *argv[CONFIG_ARGV_MAX + 1] = { NULL };

	memcpy(argv, spec->argv->words, spec->argv->len * sizeof(argv[0]));
	signals_reset();
	umask(0077);
	if (setsid() < 0 || chdir("/") < 0 || null < 0 || log_fd < 0 ||
	    !limits_set())
		give_up("prepare", path, log_fd);
	if (!account_become(&spec->account))
		give_up("become", path, log_fd);
	if (dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(out, STDERR_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
		give_up("descriptors", path, log_fd);
	/* Kept across exec: nobody may be there to end it. */
	alarm(spec->timeout_s + ALARM_LATE_S);
	execve(path, argv, spec->facts->at);
	give_up("exec", path, log_fd);
}

enum haunt_err child_start(const struct child_spec *spec, pid_t *pid, int *fd)
{
	int ends[2];
	pid_t made;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return HAUNT_ESYS;
	/* Ours alone: it is another open file than the child's end. */
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		close(ends[0]);
		close(ends[1]);
		return HAUNT_ESYS;
	}
	made = fork();
	if (made == 0)
		child_exec(spec, ends[1]);
	close(ends[1]);
	if (made < 0) {
		close(ends[0]);
		return HAUNT_ESYS;
	}
	*pid = made;
	*fd = ends[0];
	return HAUNT_OK;
}
