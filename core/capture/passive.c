/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the socket options of two families.
 */
#include "core/capture/passive.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_BYTES 8192 /* the kernel's, of each connection */

static bool socket_tune(int fd, int family)
{
	static const int on = 1, size = QUEUE_BYTES;
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int freebind = family == AF_INET ? IP_FREEBIND : IPV6_FREEBIND;

	/* As with UDP, the capture that follows is there before this one goes;
	 * and those who have just left are in nobody's way. */
	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) ==
		       0 &&
	       setsockopt(fd, level, freebind, &on, sizeof(on)) == 0 &&
	       (family == AF_INET ||
		setsockopt(fd, level, IPV6_V6ONLY, &on, sizeof(on)) == 0);
}

enum haunt_err passive_open(const struct endpoint *at, int backlog, int *out)
{
	struct sockaddr_storage address;
	socklen_t len = endpoint_to_sockaddr(at, &address);
	int family = address.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int saved;

	if (fd < 0)
		return HAUNT_ESYS;
	if (socket_tune(fd, family) &&
	    bind(fd, (const struct sockaddr *)&address, len) == 0 &&
	    listen(fd, backlog) == 0) {
		*out = fd;
		return HAUNT_OK;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return HAUNT_ESYS;
}
