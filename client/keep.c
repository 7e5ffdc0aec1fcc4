/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that this process waits for a child, for the next knock and for
 * signals at once. A signal from the terminal reaches the child by itself;
 * one that was sent to us is passed on.
 */
#include "client/keep.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client/start.h"
#include "client/tell.h"
#include "conf/client_conf.h"
#include "conf/parse.h"
#include "core/base/clock.h"

#define RETRY_MS 1000u
/* The clock that a wait goes by stands still in suspend; ours does not. */
#define WAIT_MS 2000u

struct keeping {
	const struct keep *keep;
	const struct knocker *knocker;
	pid_t child; /* 0: none */
	uint64_t due_ms;
	uint32_t retry_ms; /* 0: the last knock was sent */
};

static const int asking[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static const int passing[] = { SIGUSR1, SIGUSR2 };

enum haunt_err keep_make(const struct keep_words *words, uint32_t lifetime_s,
			 struct keep *out)
{
	uint32_t every_s = 0;

	if (words->every &&
	    parse_duration(words->every, CLIENT_LIFETIME_MAX_S, &every_s)) {
		tell("--keep: expected %s, found '%s'", CLIENT_LIFETIME_WANTED,
		     words->every);
		return HAUNT_EFORMAT;
	}
	out->every_ms = every_s * 1000u;
	if (!out->every_ms && words->keep)
		out->every_ms =
			lifetime_s ? lifetime_s * 1000u / 3 : KEEP_DEFAULT_MS;
	return HAUNT_OK;
}

static void signals_add(sigset_t *set, const int *signals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sigaction now;

		/* Who starts us without it means it. */
		if (!sigaction(signals[i], NULL, &now) &&
		    now.sa_handler != SIG_IGN)
			sigaddset(set, signals[i]);
	}
}

/* Blocks what is waited for; *before is for the child. */
static void signals_hold(bool child, sigset_t *held, sigset_t *before)
{
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(held);
	sigaddset(held, SIGCHLD);
	signals_add(held, asking, sizeof(asking) / sizeof(asking[0]));
	if (child)
		signals_add(held, passing,
			    sizeof(passing) / sizeof(passing[0]));
	sigprocmask(SIG_BLOCK, held, before);
}

static enum cmd_status child_start(char *const *argv, const sigset_t *before,
				   pid_t *child)
{
	pid_t pid = fork();

	if (pid < 0) {
		tell("%s: %s", argv[0], strerror(errno));
		return CMD_NOT_STARTED;
	}
	if (!pid) {
		sigprocmask(SIG_SETMASK, before, NULL);
		_exit((int)start_become(argv));
	}
	*child = pid;
	return CMD_OK;
}

static void keeping_knock(struct keeping *k)
{
	const struct session *s = k->knocker->session;
	struct session_packet packet;
	char text[ADDR_TEXT_MAX];
	bool failed = session_reroute(k->knocker->session) != CMD_OK ||
		      knock(k->knocker, &packet) != CMD_OK;
	uint32_t next = k->keep->every_ms;

	if (failed) {
		k->retry_ms = k->retry_ms ? k->retry_ms * 2 : RETRY_MS;
		if (k->retry_ms > next)
			k->retry_ms = next;
		next = k->retry_ms;
	} else if (k->retry_ms) {
		k->retry_ms = 0;
		if (!s->plan.quiet)
			tell("sending to %s works again",
			     session_gateway(s, text));
	}
	k->due_ms = clock_mono_ms(clock_system()) + next;
}

/* The next signal, or 0 when it is time to knock. */
static int keeping_wait(const struct keeping *k, const sigset_t *held,
			siginfo_t *info)
{
	for (;;) {
		uint64_t now = clock_mono_ms(clock_system());
		uint64_t wait = now < k->due_ms ? k->due_ms - now : 0;
		struct timespec t = { 0 };
		int signal_number;

		if (wait > WAIT_MS)
			wait = WAIT_MS;
		t.tv_sec = (time_t)(wait / 1000u);
		t.tv_nsec = (long)(wait % 1000u) * 1000000;
		signal_number = sigtimedwait(held, info, &t);
		if (signal_number > 0)
			return signal_number;
		if (clock_mono_ms(clock_system()) >= k->due_ms)
			return 0;
	}
}

/* True if it is over. Where the terminal stopped it, or it stopped itself as
 * ssh does for "~^Z", a shell waits for us to stop, too; it wakes both. */
static bool child_ended(pid_t child, enum cmd_status *status)
{
	int how = 0;

	if (waitpid(child, &how, WNOHANG | WUNTRACED) != child)
		return false;
	if (WIFSTOPPED(how)) {
		if (WSTOPSIG(how) == SIGTSTP || WSTOPSIG(how) == SIGTTIN ||
		    WSTOPSIG(how) == SIGTTOU)
			raise(WSTOPSIG(how));
		return false;
	}
	*status = (enum cmd_status)(WIFSIGNALED(how) ? 128 + WTERMSIG(how)
						     : WEXITSTATUS(how));
	return true;
}

/* True if that was the end. */
static bool keeping_signal(const struct keeping *k, int number,
			   const siginfo_t *info, enum cmd_status *status)
{
	if (number == SIGCHLD)
		return k->child && child_ended(k->child, status);
	if (!k->child)
		return true;
	if (info->si_code != SI_KERNEL)
		kill(k->child, number);
	return false;
}

enum cmd_status keep_run(const struct keep *keep, const struct knocker *knocker,
			 char *const *argv)
{
	struct keeping k = { .keep = keep, .knocker = knocker };
	enum cmd_status status = CMD_OK;
	sigset_t held, before;
	bool over = false;

	signals_hold(argv != NULL, &held, &before);
	if (argv)
		status = child_start(argv, &before, &k.child);
	if (status != CMD_OK)
		return status;
	k.due_ms = clock_mono_ms(clock_system()) + keep->every_ms;
	while (!over) {
		siginfo_t info = { 0 };
		int number = keeping_wait(&k, &held, &info);

		if (number)
			over = keeping_signal(&k, number, &info, &status);
		else
			keeping_knock(&k);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
