/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that messages are looked at where they lie: the socket keeps a place
 * to look from (SO_PEEK_OFF), which moves on with each look and back with each
 * message that is taken away.
 */
#include "core/gate/intake.h"

#include <errno.h>
#include <sys/socket.h>

enum haunt_err intake_init(struct intake *in, int fd)
{
	static const int start;

	*in = (struct intake){ .fd = fd };
	return setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &start, sizeof(start)) <
			       0
		       ? HAUNT_ESYS
		       : HAUNT_OK;
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
	/* Answers come in order: it is among the first. */
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

/* What lies there unsettled makes the socket readable all the time: when there
 * is nothing else, the next answer is waited for instead. */
bool intake_wants(const struct intake *in)
{
	return in->len < INTAKE_MAX && !(in->drained && in->len);
}
