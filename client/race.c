/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the sockets of the race. An attempt is connecting, or it is a
 * candidate: connected, and expected to speak. When all places are taken the
 * oldest goes, connecting ones first.
 */
#include "client/race.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client/pace.h"

#define RACE_PLACES 32

struct attempt {
	bool connected;
	struct race_winner w; /* fd is -1 where the place is free */
	uint64_t order;
};

struct race {
	struct endpoint door;
	const char *expect;
	struct pace pace;
	struct race_stats stats;
	struct attempt attempts[RACE_PLACES];
	struct pollfd polled[RACE_PLACES];
};

uint64_t race_now_us(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

enum haunt_err race_new(const struct endpoint *door, const char *expect,
			struct race **out)
{
	struct race *r = calloc(1, sizeof(*r));

	if (!r)
		return HAUNT_ENOMEM;
	r->door = *door;
	r->expect = expect;
	r->pace = pace_start(race_now_us() + (expect ? 0 : RACE_SETTLE_US));
	for (size_t i = 0; i < RACE_PLACES; i++)
		r->attempts[i].w.fd = -1;
	*out = r;
	return HAUNT_OK;
}

static void attempt_close(struct attempt *a)
{
	if (a->w.fd >= 0)
		close(a->w.fd);
	*a = (struct attempt){ .w = { .fd = -1 } };
}

void race_free(struct race *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < RACE_PLACES; i++)
		attempt_close(&r->attempts[i]);
	free(r);
}

struct race_stats race_stats(const struct race *r)
{
	struct race_stats stats = r->stats;

	for (size_t i = 0; i < RACE_PLACES; i++)
		stats.silent += r->attempts[i].connected;
	return stats;
}

/* A free place, or the one whose attempt is worth the least. */
static struct attempt *race_place(struct race *r)
{
	struct attempt *worst = &r->attempts[0];

	for (size_t i = 0; i < RACE_PLACES; i++) {
		struct attempt *a = &r->attempts[i];

		if (a->w.fd < 0)
			return a;
		if (a->connected == worst->connected ? a->order < worst->order
						     : worst->connected)
			worst = a;
	}
	attempt_close(worst);
	return worst;
}

static void race_failed(struct race *r, struct attempt *a, int error)
{
	if (error == ECONNREFUSED || error == ECONNRESET)
		r->stats.refused++;
	else
		r->stats.error = error;
	attempt_close(a);
}

static void race_try(struct race *r, uint64_t now)
{
	struct attempt *a = race_place(r);
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&r->door, &ss);
	int one = 1;

	pace_tried(&r->pace, now);
	a->order = r->stats.tried++;
	a->w.fd = socket(ss.ss_family,
			 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (a->w.fd < 0) {
		r->stats.error = errno;
		return;
	}
	setsockopt(a->w.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	/* Even a connection that stands at once is left to poll(). */
	if (connect(a->w.fd, (struct sockaddr *)&ss, len) &&
	    errno != EINPROGRESS)
		race_failed(r, a, errno);
}

/* True if the attempt has won. */
static bool race_connected(struct race *r, struct attempt *a)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(a->w.fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (error) {
		race_failed(r, a, error);
		return false;
	}
	a->connected = true;
	pace_reached(&r->pace, race_now_us());
	return !r->expect;
}

static bool race_heard(struct race *r, struct attempt *a)
{
	ssize_t n = recv(a->w.fd, a->w.banner + a->w.len,
			 sizeof(a->w.banner) - a->w.len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		race_failed(r, a, n ? errno : ECONNRESET);
		return false;
	}
	a->w.len += (size_t)n;
	switch (banner_judge(r->expect, a->w.banner, a->w.len)) {
	case BANNER_RIGHT:
		return true;
	case BANNER_WRONG:
		r->stats.wrong++;
		attempt_close(a);
		return false;
	case BANNER_MORE:
		break;
	}
	return false;
}

/* Waits for something to happen, at most until then. */
static void race_poll(struct race *r, uint64_t until)
{
	uint64_t now = race_now_us();
	uint64_t wait = until > now ? until - now : 0;
	struct timespec t = { .tv_sec = (time_t)(wait / 1000000u),
			      .tv_nsec = (long)(wait % 1000000u) * 1000 };

	for (size_t i = 0; i < RACE_PLACES; i++) {
		const struct attempt *a = &r->attempts[i];

		r->polled[i] = (struct pollfd){
			.fd = a->w.fd,
			.events = a->connected ? POLLIN : POLLOUT,
		};
	}
	if (ppoll(r->polled, RACE_PLACES, &t, NULL) >= 0)
		return;
	for (size_t i = 0; i < RACE_PLACES; i++)
		r->polled[i].revents = 0;
}

enum haunt_err race_run(struct race *r, uint64_t until, struct race_winner *out)
{
	for (uint64_t now = race_now_us(); now < until; now = race_now_us()) {
		if (now >= r->pace.next_us)
			race_try(r, now);
		race_poll(r, r->pace.next_us < until ? r->pace.next_us : until);
		for (size_t i = 0; i < RACE_PLACES; i++) {
			struct attempt *a = &r->attempts[i];

			if (!r->polled[i].revents)
				continue;
			if (!(a->connected ? race_heard(r, a)
					   : race_connected(r, a)))
				continue;
			*out = a->w;
			*a = (struct attempt){ .w = { .fd = -1 } };
			return HAUNT_OK;
		}
	}
	return HAUNT_ENOENT;
}
