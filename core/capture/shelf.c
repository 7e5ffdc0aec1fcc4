/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how descriptors lie in a socket's queue, and that none of them is
 * believed to be what it should: who left it may not have been itself.
 */
#include "core/capture/shelf.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A message with its descriptors. */
struct parcel {
	char byte;
	struct iovec part;
	struct msghdr head;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(SHELF_MAX *
							 sizeof(int))];
};

static void parcel_init(struct parcel *p)
{
	memset(p, 0, sizeof(*p));
	p->part = (struct iovec){ &p->byte, 1 };
	p->head = (struct msghdr){ .msg_iov = &p->part,
				   .msg_iovlen = 1,
				   .msg_control = p->control,
				   .msg_controllen = sizeof(p->control) };
}

void shelf_forget(struct shelf *s)
{
	for (size_t i = 0; i < s->len; i++) {
		if (s->fds[i] >= 0)
			close(s->fds[i]);
	}
	s->len = 0;
}

/* True if there is a message; its descriptors are ours then. */
static bool message_read(struct shelf *s, int flags)
{
	struct parcel p;
	struct cmsghdr *c;
	ssize_t n;

	parcel_init(&p);
	do {
		n = recvmsg(s->in, &p.head,
			    flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	s->len = 0;
	if (n <= 0)
		return false;
	c = CMSG_FIRSTHDR(&p.head);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		s->len = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(s->fds, CMSG_DATA(c), s->len * sizeof(int));
	}
	return true;
}

void shelf_look(int in, int out, struct shelf *s)
{
	*s = (struct shelf){ .in = in, .out = out };
	if (in >= 0)
		(void)message_read(s, MSG_PEEK);
}

static bool option_is(int fd, int level, int name, int wanted)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) == 0 &&
	       value == wanted;
}

static bool listens_at(int fd, const struct endpoint *at)
{
	struct sockaddr_storage here = { 0 };
	socklen_t len = sizeof(here);
	bool v4 = addr_is_v4(&at->addr);
	struct endpoint is;

	if (!option_is(fd, SOL_SOCKET, SO_DOMAIN, v4 ? AF_INET : AF_INET6) ||
	    !option_is(fd, SOL_SOCKET, SO_PROTOCOL, IPPROTO_TCP) ||
	    !option_is(fd, SOL_SOCKET, SO_ACCEPTCONN, 1) ||
	    (!v4 && !option_is(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) ||
	    getsockname(fd, (struct sockaddr *)&here, &len) < 0)
		return false;
	is = endpoint_from_sockaddr((const struct sockaddr *)&here);
	return is.port == at->port && addr_equal(&is.addr, &at->addr);
}

int shelf_take(struct shelf *s, const struct endpoint *at)
{
	for (size_t i = 0; i < s->len; i++) {
		int fd = s->fds[i];

		if (fd < 0 || !listens_at(fd, at))
			continue;
		s->fds[i] = -1;
		return fd;
	}
	return -1;
}

enum haunt_err shelf_leave(const struct shelf *s, const int *fds, size_t len)
{
	struct shelf old = { .in = s->in };
	struct cmsghdr *c;
	struct parcel p;

	if (s->in < 0 || s->out < 0)
		return HAUNT_OK;
	while (message_read(&old, 0))
		shelf_forget(&old);
	if (!len)
		return HAUNT_OK;
	if (len > SHELF_MAX)
		len = SHELF_MAX;
	parcel_init(&p);
	p.head.msg_controllen = CMSG_SPACE(len * sizeof(int));
	c = CMSG_FIRSTHDR(&p.head);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(len * sizeof(int));
	memcpy(CMSG_DATA(c), fds, len * sizeof(int));
	return sendmsg(s->out, &p.head, MSG_NOSIGNAL | MSG_DONTWAIT) == 1
		       ? HAUNT_OK
		       : HAUNT_ESYS;
}
