/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the connections: each has one line of input and one buffer of output,
 * and does one thing at a time: read a command, wait for its answer, write
 * that. What the kernel does not take now is kept until it does.
 */
#include "core/gate/ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/gate/control.h"
#include "core/gate/ctl_socket.h"

#define OUT_MAX 16384

struct conn {
	struct ctl *ctl;
	ev_io io;
	ev_timer idle;
	int fd;	   /* -1: free */
	bool last; /* close when the reply is out */
	size_t in_len;
	size_t out_len;
	size_t out_at;
	struct control_reply reply;
	char in[CONTROL_LINE_MAX];
	char out[OUT_MAX];
};

struct ctl {
	struct ev_loop *loop;
	struct gate_core *core;
	gid_t group;
	ev_io listen;
	struct conn conns[CTL_CONNECTIONS_MAX];
};

static void conn_close(struct conn *c)
{
	ev_io_stop(c->ctl->loop, &c->io);
	ev_timer_stop(c->ctl->loop, &c->idle);
	control_drop(&c->reply);
	close(c->fd);
	c->fd = -1;
}

static void conn_want(struct conn *c, int events)
{
	ev_io_stop(c->ctl->loop, &c->io);
	ev_io_set(&c->io, c->fd, events);
	if (events)
		ev_io_start(c->ctl->loop, &c->io);
}

/* Takes the first line out of the input, if there is a whole one. */
static bool conn_command(struct conn *c)
{
	const char *end = memchr(c->in, '\n', c->in_len);
	size_t len;

	if (!end && c->in_len == sizeof(c->in)) {
		c->last = true;
		c->in_len = 0;
		control_error(&c->reply, "the line is too long");
		return true;
	}
	if (!end)
		return false;
	len = (size_t)(end - c->in);
	control_command(c->ctl->core, c->in, len, &c->reply);
	c->in_len -= len + 1;
	memmove(c->in, end + 1, c->in_len);
	return true;
}

/* Writes what there is; false if the kernel takes no more for now, or the
 * connection is gone. */
static bool conn_write(struct conn *c)
{
	while (c->out_at < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_at,
				 c->out_len - c->out_at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			conn_want(c, c->reply.state == CONTROL_WATCH
					     ? EV_READ | EV_WRITE
					     : EV_WRITE);
			return false;
		}
		if (n < 0) {
			conn_close(c);
			return false;
		}
		c->out_at += (size_t)n;
		if (c->reply.state != CONTROL_WATCH)
			ev_timer_again(c->ctl->loop, &c->idle);
	}
	c->out_at = 0;
	c->out_len = 0;
	return true;
}

/* What is watched has no end but the peer's, who may be slow and may be silent:
 * what is read meanwhile is no command. */
static void conn_watch(struct conn *c)
{
	ev_timer_stop(c->ctl->loop, &c->idle);
	c->in_len = 0;
	c->out_len =
		control_fill(c->ctl->core, &c->reply, c->out, sizeof(c->out));
	conn_want(c, c->out_len ? EV_READ | EV_WRITE : EV_READ);
}

/* Goes on until it has to wait: for the peer, or for nat. One piece at a time
 * lets the loop see to others in between. */
static void conn_run(struct conn *c)
{
	if (!conn_write(c))
		return;
	if (c->reply.state == CONTROL_WATCH) {
		conn_watch(c);
		return;
	}
	if (c->reply.state == CONTROL_NONE) {
		if (c->last) {
			conn_close(c);
			return;
		}
		if (!conn_command(c)) {
			conn_want(c, EV_READ);
			return;
		}
	}
	if (c->reply.state == CONTROL_WAITING) {
		/* A peer that goes meanwhile is noticed when it is told. */
		conn_want(c, 0);
		ev_timer_stop(c->ctl->loop, &c->idle);
		return;
	}
	c->out_len =
		control_fill(c->ctl->core, &c->reply, c->out, sizeof(c->out));
	conn_want(c, EV_WRITE);
}

static void conn_wake(void *arg)
{
	struct conn *c = arg;

	if (c->reply.state == CONTROL_WATCH) {
		conn_want(c, EV_READ | EV_WRITE);
		return;
	}
	ev_timer_again(c->ctl->loop, &c->idle);
	conn_want(c, EV_WRITE);
}

static void conn_read(struct conn *c)
{
	ssize_t n =
		recv(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len, 0);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		conn_close(c);
		return;
	}
	if (c->reply.state == CONTROL_WATCH)
		return;
	c->in_len += (size_t)n;
	ev_timer_again(c->ctl->loop, &c->idle);
	conn_run(c);
}

static void on_conn(struct ev_loop *loop, ev_io *w, int events)
{
	struct conn *c = w->data;

	(void)loop;
	if (events & EV_READ)
		conn_read(c);
	/* It may be closed by now. */
	if ((events & EV_WRITE) && c->fd >= 0)
		conn_run(c);
}

static void on_idle(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	conn_close(w->data);
}

static struct conn *conn_free(struct ctl *ctl)
{
	for (size_t i = 0; i < CTL_CONNECTIONS_MAX; i++) {
		if (ctl->conns[i].fd < 0)
			return &ctl->conns[i];
	}
	return NULL;
}

static void conn_begin(struct conn *c, int fd)
{
	c->fd = fd;
	c->last = false;
	c->in_len = 0;
	c->out_len = 0;
	c->out_at = 0;
	c->reply = (struct control_reply){ .wake = conn_wake, .arg = c };
	ev_timer_again(c->ctl->loop, &c->idle);
	conn_want(c, EV_READ);
}

static void on_connect(struct ev_loop *loop, ev_io *w, int events)
{
	struct ctl *ctl = w->data;
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct conn *c = conn_free(ctl);

	(void)loop;
	(void)events;
	if (fd < 0)
		return;
	if (!c || !ctl_peer_admitted(fd, ctl->group))
		close(fd);
	else
		conn_begin(c, fd);
}

enum haunt_err ctl_new(struct ev_loop *loop, int listen_fd, const char *group,
		       struct gate_core *core, struct ctl **out)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));
	enum haunt_err err;

	if (!ctl)
		return HAUNT_ENOMEM;
	err = ctl_group(group, &ctl->group);
	if (err) {
		free(ctl);
		return err;
	}
	ctl->loop = loop;
	ctl->core = core;
	for (size_t i = 0; i < CTL_CONNECTIONS_MAX; i++) {
		struct conn *c = &ctl->conns[i];

		c->fd = -1;
		c->ctl = ctl;
		ev_init(&c->io, on_conn);
		ev_init(&c->idle, on_idle);
		c->idle.repeat = CTL_IDLE_S;
		c->io.data = c;
		c->idle.data = c;
	}
	ev_io_init(&ctl->listen, on_connect, listen_fd, EV_READ);
	ctl->listen.data = ctl;
	ev_io_start(loop, &ctl->listen);
	*out = ctl;
	return HAUNT_OK;
}

void ctl_free(struct ctl *ctl)
{
	if (!ctl)
		return;
	for (size_t i = 0; i < CTL_CONNECTIONS_MAX; i++) {
		if (ctl->conns[i].fd >= 0)
			conn_close(&ctl->conns[i]);
	}
	ev_io_stop(ctl->loop, &ctl->listen);
	close(ctl->listen.fd);
	free(ctl);
}
