/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sees to it that this process ends, and what it has started with it: when
 * it is told to, and when a job takes too long. A thread, since GnuPG's work
 * blocks.
 */
#ifndef HAUNT_PGP_WARDEN_H
#define HAUNT_PGP_WARDEN_H

#include <pthread.h>

#include "core/base/err.h"

/* Lives as long as the process. */
struct warden {
	const char *home;
	int signal_fd;
	int words[2];
	pthread_mutex_t end; /* held from the end's beginning on */
};

/* Starts it; SIGTERM and SIGINT are its business from now on, but not of what
 * this process starts. home is lent. ESYS. */
enum haunt_err warden_start(struct warden *w,
			    const char *home) HAUNT_MUST_CHECK;
/* A job begins, and is given 1 to 255 seconds; or has ended. The latter does
 * not return if all is about to end: what GnuPG says then is no answer. */
void warden_job_begins(const struct warden *w, unsigned int seconds);
void warden_job_ends(struct warden *w);

#endif
