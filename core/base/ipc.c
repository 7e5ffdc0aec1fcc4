/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides the sockets' record format and the order of checks on a message. */
#include "core/base/ipc.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define HEAD	    2
#define QUEUE_BYTES (4 * 1024 * 1024)

enum haunt_err ipc_pair(int fds[2])
{
	static const int size = QUEUE_BYTES;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, fds) < 0)
		return HAUNT_ESYS;
	/* Root may pass net.core.wmem_max; others get what they may have. */
	for (int i = 0; i < 2; i++) {
		if (setsockopt(fds[i], SOL_SOCKET, SO_SNDBUFFORCE, &size,
			       sizeof(size)) < 0)
			(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size,
					 sizeof(size));
	}
	return HAUNT_OK;
}

enum haunt_err ipc_send(int fd, uint16_t type, const struct wr *body)
{
	uint8_t head[HEAD] = { (uint8_t)(type >> 8), (uint8_t)type };
	struct iovec parts[2] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = body->start, .iov_len = body->len },
	};
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n;

	if (body->failed || body->len > IPC_BODY_MAX)
		return HAUNT_ELENGTH;
	do {
		n = sendmsg(fd, &msg, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n >= 0)
		return HAUNT_OK;
	if (errno == EAGAIN || errno == ENOBUFS)
		return HAUNT_EBUSY;
	return errno == EPIPE || errno == ECONNRESET ? HAUNT_ECLOSED
						     : HAUNT_ESYS;
}

static const struct ipc_permit *permit_find(const struct ipc_permit *permits,
					    size_t n, uint16_t type)
{
	for (size_t i = 0; i < n; i++) {
		if (permits[i].type == type)
			return &permits[i];
	}
	return NULL;
}

static enum haunt_err message_handle(const struct ipc_permit *permits, size_t n,
				     void *arg, struct rd *r)
{
	uint16_t type = rd_u16(r);
	const struct ipc_permit *p = permit_find(permits, n, type);
	enum haunt_err err;

	if (r->failed || !p || r->left < p->min || r->left > p->max)
		return HAUNT_EFORMAT;
	err = p->handle(arg, r);
	if (err != HAUNT_OK)
		return err;
	return rd_done(r) ? HAUNT_OK : HAUNT_EFORMAT;
}

static enum haunt_err dispatch(int fd, int flags,
			       const struct ipc_permit *permits, size_t n,
			       void *arg)
{
	uint8_t buf[HEAD + IPC_BODY_MAX + 1];
	struct rd r;
	ssize_t got;

	do {
		got = recv(fd, buf, sizeof(buf), flags);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return HAUNT_ECLOSED;
	if (got < 0 && errno == EAGAIN)
		return HAUNT_ENOENT;
	if (got < 0)
		return errno == ECONNRESET ? HAUNT_ECLOSED : HAUNT_ESYS;
	r = rd_of(buf, (size_t)got);
	return message_handle(permits, n, arg, &r);
}

enum haunt_err ipc_dispatch(int fd, const struct ipc_permit *permits, size_t n,
			    void *arg)
{
	return dispatch(fd, 0, permits, n, arg);
}

enum haunt_err ipc_look(int fd, const struct ipc_permit *permits, size_t n,
			void *arg)
{
	return dispatch(fd, MSG_PEEK, permits, n, arg);
}
