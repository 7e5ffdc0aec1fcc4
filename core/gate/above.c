/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the channel to the monitor. */
#include "core/gate/above.h"

#include <errno.h>
#include <sys/socket.h>

#include "core/base/ipc.h"

static enum haunt_err on_news(void *arg, struct rd *body)
{
	struct above *a = arg;

	return news_get(body, &a->news);
}

static const struct ipc_permit permits[] = {
	{ NEWS_MESSAGE, NEWS_HEAD, NEWS_MAX, on_news },
};

static void news_take(struct above *a)
{
	enum haunt_err err;

	do {
		err = ipc_dispatch(a->fd, permits, 1, a);
	} while (err == HAUNT_OK);
	if (err != HAUNT_ENOENT)
		a->fail(a->arg, err);
}

static void on_io(struct ev_loop *loop, ev_io *w, int events)
{
	(void)loop, (void)events;
	news_take(w->data);
}

void above_start(struct above *a, struct ev_loop *loop, int fd)
{
	a->fd = fd;
	ev_io_init(&a->io, on_io, fd, EV_READ);
	a->io.data = a;
	/* Before what it explains. */
	ev_set_priority(&a->io, EV_MAXPRI);
	ev_io_start(loop, &a->io);
	news_take(a);
}

void above_stop(struct above *a, struct ev_loop *loop)
{
	if (loop && ev_is_active(&a->io))
		ev_io_stop(loop, &a->io);
}

enum haunt_err above_wish(const struct above *a, enum wish wish)
{
	const char byte = (char)wish;
	ssize_t n;

	do {
		n = send(a->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		return HAUNT_OK;
	if (errno == EAGAIN)
		return HAUNT_EBUSY;
	return errno == EPIPE ? HAUNT_ECLOSED : HAUNT_ESYS;
}
