/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the connections: each has one line of input and one buffer of output,
 * and does one thing at a time: read a command, wait for its answer, write
 * that. What the kernel does not take now is kept until it does.
 */
#include "core/gate/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/gate/control.h"

#define OUT_MAX	   16384
#define GROUPS_MAX 256
#define BACKLOG	   16
#define NO_GROUP   ((gid_t)-1)

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

static enum haunt_err group_find(const char *name, gid_t *out)
{
	const struct group *gr;

	*out = NO_GROUP;
	if (!name)
		return HAUNT_OK;
	gr = getgrnam(name);
	if (!gr)
		return HAUNT_ENOENT;
	*out = gr->gr_gid;
	return HAUNT_OK;
}

static enum haunt_err address_of(const char *path, struct sockaddr_un *out)
{
	size_t len = strlen(path);

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len >= sizeof(out->sun_path)) {
		errno = ENAMETOOLONG;
		return HAUNT_ESYS;
	}
	memcpy(out->sun_path, path, len);
	return HAUNT_OK;
}

static enum haunt_err dir_make(const char *path)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!len)
		return HAUNT_OK;
	memcpy(dir, path, len);
	dir[len] = '\0';
	return mkdir(dir, 0755) == 0 || errno == EEXIST ? HAUNT_OK : HAUNT_ESYS;
}

/* A socket that somebody listens on takes a connection, or has a full queue;
 * one whose owner is dead refuses. */
static enum haunt_err stale_remove(const struct sockaddr_un *sun)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	enum haunt_err err = HAUNT_ESYS;
	int rc;

	if (fd < 0)
		return HAUNT_ESYS;
	rc = connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	if (rc == 0 || errno == EAGAIN)
		err = HAUNT_EEXIST;
	else if (errno == ENOENT)
		err = HAUNT_OK;
	else if (errno == ECONNREFUSED)
		err = unlink(sun->sun_path) == 0 ? HAUNT_OK : HAUNT_ESYS;
	close(fd);
	return err;
}

static bool socket_open_to(const char *path, gid_t group)
{
	if (group == NO_GROUP)
		return true;
	return chown(path, (uid_t)-1, group) == 0 && chmod(path, 0660) == 0;
}

enum haunt_err ctl_listen(const char *path, const char *group, int *out)
{
	struct sockaddr_un sun;
	enum haunt_err err = address_of(path, &sun);
	gid_t gid;
	mode_t mask;
	int fd, rc;

	if (!err)
		err = group_find(group, &gid);
	if (!err)
		err = dir_make(path);
	if (!err)
		err = stale_remove(&sun);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return HAUNT_ESYS;
	/* Nobody but root, until the group is right. */
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	if (rc < 0 || !socket_open_to(path, gid) || listen(fd, BACKLOG) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return HAUNT_ESYS;
	}
	*out = fd;
	return HAUNT_OK;
}

bool ctl_admits(const struct ucred *peer, const gid_t *groups, size_t n,
		gid_t group)
{
	if (peer->uid == 0)
		return true;
	if (group == NO_GROUP)
		return false;
	if (peer->gid == group)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

/* The permissions of the file say it already; this holds where they were
 * changed by hand. */
static bool peer_admitted(int fd, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	struct ucred peer;
	socklen_t len = sizeof(peer);
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		size = 0;
	return ctl_admits(&peer, groups, size / sizeof(groups[0]), group);
}

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
			conn_want(c, EV_WRITE);
			return false;
		}
		if (n < 0) {
			conn_close(c);
			return false;
		}
		c->out_at += (size_t)n;
		ev_timer_again(c->ctl->loop, &c->idle);
	}
	c->out_at = 0;
	c->out_len = 0;
	return true;
}

/* Goes on until it has to wait: for the peer, or for nat. One piece at a time
 * lets the loop see to others in between. */
static void conn_run(struct conn *c)
{
	if (!conn_write(c))
		return;
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
	else
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
	if (!c || !peer_admitted(fd, ctl->group))
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
	err = group_find(group, &ctl->group);
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
