/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that messages are looked at where they lie: the socket keeps a place
 * to look from (SO_PEEK_OFF), which moves on with each look and back with each
 * message that is taken away.
 */
#include "core/gate/intake.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum haunt_err intake_init(struct intake *in, int fd)
{
	static const int start;

	struct epoll_event news = { .events = EPOLLIN | EPOLLET };

	*in = (struct intake){ .fd = fd,
			       .more_fd = epoll_create1(EPOLL_CLOEXEC) };
	if (in->more_fd < 0 ||
	    epoll_ctl(in->more_fd, EPOLL_CTL_ADD, fd, &news) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &start, sizeof(start)) < 0)
		return HAUNT_ESYS;
	return HAUNT_OK;
}

static uint32_t *slot(struct intake *in, uint32_t i)
{
	return &in->seqs[(in->head + i) % INTAKE_MAX];
}

enum haunt_err intake_next(struct intake *in, const struct ipc_permit *permits,
			   size_t n, void *arg)
{
	enum haunt_err err;

	if (in->len == INTAKE_MAX)
		return HAUNT_ENOENT;
	/* The handler may hold it. */
	*slot(in, in->len++) = 0;
	err = ipc_look(in->fd, permits, n, arg);
	if (err == HAUNT_OK)
		return HAUNT_OK;
	in->len--;
	in->drained = err == HAUNT_ENOENT;
	return err;
}

void intake_hold(struct intake *in, uint32_t seq)
{
	if (in->len)
		*slot(in, in->len - 1) = seq;
}

void intake_renumber(struct intake *in, uint32_t seq, uint32_t now)
{
	/* Nat's answers come in order: it is among the first. */
	for (uint32_t i = 0; i < in->len; i++) {
		if (*slot(in, i) != seq)
			continue;
		*slot(in, i) = now;
		return;
	}
}

enum haunt_err intake_release(struct intake *in)
{
	char byte;

	while (in->len && !*slot(in, 0)) {
		ssize_t n = recv(in->fd, &byte, 1, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return HAUNT_ESYS;
		in->head = (in->head + 1) % INTAKE_MAX;
		in->len--;
		in->drained = false;
	}
	return HAUNT_OK;
}

bool intake_is_full(const struct intake *in)
{
	return in->len == INTAKE_MAX;
}

bool intake_wants(const struct intake *in)
{
	return in->len < INTAKE_MAX && !(in->drained && in->len);
}

bool intake_waits(const struct intake *in)
{
	return in->drained && in->len;
}

void intake_more(struct intake *in)
{
	struct epoll_event news;

	/* Told once, whatever still lies there. */
	if (epoll_wait(in->more_fd, &news, 1, 0) > 0)
		in->drained = false;
}
