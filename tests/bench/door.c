/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Racing connects: how a client finds out at once that a door has opened,
 * whether closed doors answer (refused in microseconds) or stay silent (a
 * pending try is left alone and others are begun). Hides the pool of tries.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/knock.h"

#define TRIES_MAX 256

struct race {
	struct pollfd tries[TRIES_MAX];
	nfds_t n;
};

/* Closes with a reset: no port stays behind in TIME_WAIT. */
static void try_close(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static int try_begin(uint32_t from, const struct sockaddr_in *to)
{
	struct sockaddr_in source = address_make(from, 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	if (bind(fd, (const struct sockaddr *)&source, sizeof(source)) != 0)
		die("bind");
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0 &&
	    errno != EINPROGRESS && errno != ECONNREFUSED)
		die("connect");
	return fd;
}

/* True if it was accepted. */
static bool try_won(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		die("SO_ERROR");
	return error == 0;
}

/* Drops the tries that were refused; true if one was accepted. */
static bool race_won(struct race *race)
{
	bool won = false;

	for (nfds_t i = 0; i < race->n && !won;) {
		if (race->tries[i].revents == 0) {
			i++;
			continue;
		}
		won = try_won(race->tries[i].fd);
		try_close(race->tries[i].fd);
		race->tries[i] = race->tries[--race->n];
	}
	return won;
}

static void race_end(struct race *race)
{
	while (race->n > 0)
		try_close(race->tries[--race->n].fd);
}

static void race_enter(struct race *race, int fd)
{
	if (race->n == TRIES_MAX) {
		try_close(race->tries[0].fd);
		race->tries[0] = race->tries[--race->n];
	}
	race->tries[race->n++] = (struct pollfd){ .fd = fd, .events = POLLOUT };
}

uint64_t door_race(uint32_t from, const struct sockaddr_in *to,
		   unsigned int gap_us, uint64_t deadline_ns)
{
	const struct timespec gap = { .tv_nsec = (long)gap_us * 1000 };
	struct race race = { .n = 0 };
	uint64_t when = 0;

	while (now_ns() < deadline_ns) {
		race_enter(&race, try_begin(from, to));
		if (ppoll(race.tries, race.n, &gap, NULL) < 0)
			die("poll");
		if (race_won(&race)) {
			when = now_ns();
			break;
		}
		if (race.n == 0)
			nanosleep(&gap, NULL);
	}
	race_end(&race);
	return when;
}

bool door_is_open(uint32_t from, const struct sockaddr_in *to)
{
	struct pollfd try = { .fd = try_begin(from, to), .events = POLLOUT };
	bool open = poll(&try, 1, 1000) == 1 && try_won(try.fd);

	try_close(try.fd);
	return open;
}
