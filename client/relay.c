/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides two flows through two buffers, and that nothing is read that there is
 * no room for, nor polled that nothing can come of. A pipe or a socket is set
 * non-blocking for the time; a terminal is not: its settings are everybody's.
 */
#include "client/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLOW_MAX 65536

struct flow {
	int from;
	int to;
	bool ended; /* nothing more comes from `from` */
	size_t start;
	size_t len;
	char buf[FLOW_MAX];
};

struct pair {
	struct flow up;	  /* in to sock */
	struct flow down; /* sock to out */
	bool up_shut;	  /* sock has been told of the end of in */
};

static bool again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static enum haunt_err flow_read(struct flow *f)
{
	ssize_t n = read(f->from, f->buf, sizeof(f->buf));

	if (n < 0)
		return again() ? HAUNT_OK : HAUNT_ESYS;
	f->ended = n == 0;
	f->start = 0;
	f->len = (size_t)n;
	return HAUNT_OK;
}

static enum haunt_err flow_write(struct flow *f)
{
	ssize_t n = write(f->to, f->buf + f->start, f->len);

	if (n < 0)
		return again() ? HAUNT_OK : HAUNT_ESYS;
	f->start += (size_t)n;
	f->len -= (size_t)n;
	return HAUNT_OK;
}

/* What the flow waits for: to be emptied, or filled. */
static void flow_poll(const struct flow *f, struct pollfd *from,
		      struct pollfd *to)
{
	*from = (struct pollfd){ .fd = -1 };
	*to = (struct pollfd){ .fd = -1 };
	if (f->len)
		*to = (struct pollfd){ .fd = f->to, .events = POLLOUT };
	else if (!f->ended)
		*from = (struct pollfd){ .fd = f->from, .events = POLLIN };
}

static enum haunt_err flow_step(struct flow *f, const struct pollfd *from,
				const struct pollfd *to)
{
	enum haunt_err err = HAUNT_OK;

	if (from->revents)
		err = flow_read(f);
	/* What has just come can mostly go at once. */
	if (!err && f->len && (to->revents || from->revents))
		err = flow_write(f);
	return err;
}

/* Sets it for pipes and sockets; true if it has to be unset. */
static bool nonblock_set(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || (flags & O_NONBLOCK) || fstat(fd, &st) ||
	    !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return false;
	return fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void nonblock_clear(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

/* The end of in, once all of it is through, is the end of our sending. */
static void pass_end(struct pair *p)
{
	if (!p->up.ended || p->up.len || p->up_shut)
		return;
	shutdown(p->up.to, SHUT_WR);
	p->up_shut = true;
}

static enum haunt_err pair_run(struct pair *p)
{
	enum haunt_err err = HAUNT_OK;

	while (!err && !(p->down.ended && !p->down.len)) {
		struct pollfd polled[4];

		flow_poll(&p->up, &polled[0], &polled[1]);
		flow_poll(&p->down, &polled[2], &polled[3]);
		if (poll(polled, 4, -1) < 0) {
			err = errno == EINTR ? HAUNT_OK : HAUNT_ESYS;
			continue;
		}
		/* A server that reads no more may still have much to say. */
		if (flow_step(&p->up, &polled[0], &polled[1])) {
			p->up.ended = true;
			p->up.len = 0;
		}
		pass_end(p);
		err = flow_step(&p->down, &polled[2], &polled[3]);
		if (err && errno == EPIPE)
			return HAUNT_OK;
	}
	return err;
}

enum haunt_err relay_run(const struct relay *relay)
{
	struct pair *pair;
	bool in, out;
	enum haunt_err err;

	if (relay->first_len > RELAY_FIRST_MAX)
		return HAUNT_ELENGTH;
	pair = calloc(1, sizeof(*pair));
	if (!pair)
		return HAUNT_ENOMEM;
	pair->up.from = relay->in;
	pair->up.to = relay->sock;
	pair->down.from = relay->sock;
	pair->down.to = relay->out;
	memcpy(pair->down.buf, relay->first, relay->first_len);
	pair->down.len = relay->first_len;
	in = nonblock_set(relay->in);
	out = nonblock_set(relay->out);
	err = pair_run(pair);
	if (in)
		nonblock_clear(relay->in);
	if (out)
		nonblock_clear(relay->out);
	free(pair);
	return err;
}
