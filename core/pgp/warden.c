/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides a pipe on which the thread is told by a byte how many seconds a job
 * has, or that it is over; and that the signals which it waits for are blocked
 * in this process alone.
 */
#include "core/pgp/warden.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/role.h"
#include "core/pgp/home.h"

static void end(struct warden *w, int status)
{
	pthread_mutex_lock(&w->end);
	pgp_home_clear(w->home);
	_exit(status);
}

static int until(uint64_t then_ms)
{
	uint64_t now = clock_mono_ms(clock_system());

	if (then_ms == UINT64_MAX)
		return -1;
	return then_ms > now ? (int)(then_ms - now) : 0;
}

/* Until when the job may take, by what is told next. */
static uint64_t word_read(const struct warden *w)
{
	uint8_t seconds = 0;

	if (read(w->words[0], &seconds, 1) != 1 || !seconds)
		return UINT64_MAX;
	return clock_mono_ms(clock_system()) + seconds * UINT64_C(1000);
}

static void *warden_watch(void *arg)
{
	struct warden *w = arg;
	uint64_t then_ms = UINT64_MAX;

	for (;;) {
		struct pollfd fds[2] = {
			{ .fd = w->signal_fd, .events = POLLIN },
			{ .fd = w->words[0], .events = POLLIN },
		};
		int n = poll(fds, 2, until(then_ms));

		if (n == 0) {
			log_event(LOG_LEVEL_ERROR, "gpg",
				  "error=ETIMEDOUT note=replaced");
			end(w, ROLE_EXIT_ANEW);
		}
		if (n > 0 && fds[0].revents)
			end(w, EXIT_SUCCESS);
		if (n > 0 && fds[1].revents)
			then_ms = word_read(w);
	}
	return NULL;
}

static void signals_ours(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

static void signals_unblock(void)
{
	sigset_t set;

	signals_ours(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

enum haunt_err warden_start(struct warden *w, const char *home)
{
	pthread_t thread;
	sigset_t set;

	signals_ours(&set);
	w->home = home;
	w->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (w->signal_fd < 0 || pipe2(w->words, O_CLOEXEC) < 0)
		return HAUNT_ESYS;
	errno = pthread_mutex_init(&w->end, NULL);
	if (!errno)
		errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (!errno)
		errno = pthread_atfork(NULL, NULL, signals_unblock);
	if (!errno)
		errno = pthread_create(&thread, NULL, warden_watch, w);
	return errno ? HAUNT_ESYS : HAUNT_OK;
}

static void word_say(const struct warden *w, unsigned int word)
{
	const uint8_t byte = (uint8_t)word;
	/* A pipe that is empty but for such bytes has room. */
	ssize_t n = write(w->words[1], &byte, 1);

	(void)n;
}

void warden_job_begins(const struct warden *w, unsigned int seconds)
{
	word_say(w, seconds);
}

void warden_job_ends(struct warden *w)
{
	pthread_mutex_lock(&w->end);
	pthread_mutex_unlock(&w->end);
	word_say(w, 0);
}
