/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides how a connection is begun and an answer waited for within a time. */
#include "core/proto/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"

void sock_close(int fd)
{
	const int saved = errno;

	close(fd);
	errno = saved;
}

/* False: the time is over, or poll failed; errno says which. */
static bool wait_for(int fd, short events, uint64_t until_ms)
{
	for (;;) {
		const uint64_t now = clock_mono_ms(clock_system());
		struct pollfd p = { .fd = fd, .events = events };
		int n = poll(&p, 1, now < until_ms ? (int)(until_ms - now) : 0);

		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (n == 0 && now >= until_ms) {
			errno = ETIMEDOUT;
			return false;
		}
	}
}

static uint64_t until(uint32_t timeout_ms)
{
	return clock_mono_ms(clock_system()) + timeout_ms;
}

/* What came of a connection that was begun; errno. */
static bool connect_ended(int fd, uint32_t timeout_ms)
{
	socklen_t len = sizeof(int);
	int failed = 0;

	if (!wait_for(fd, POLLOUT, until(timeout_ms)) ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &len) < 0)
		return false;
	errno = failed;
	return !failed;
}

/* A port of our own; of any address. */
static bool port_bind(int fd, const struct sock_plan *plan)
{
	struct endpoint here = { .addr = addr_is_v4(&plan->there.addr)
						 ? addr_from_v4("\0\0\0")
						 : (struct ip_addr){ { 0 } },
				 .port = plan->source_port };
	struct sockaddr_storage ss;
	const socklen_t len = endpoint_to_sockaddr(&here, &ss);
	const int on = 1;

	/* The last connection from here may not be quite over. */
	if (plan->type == SOCK_STREAM &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return false;
	return bind(fd, (struct sockaddr *)&ss, len) == 0;
}

static bool begin(int fd, const struct sock_plan *plan, const char **step)
{
	struct sockaddr_storage ss;
	const socklen_t len = endpoint_to_sockaddr(&plan->there, &ss);

	*step = "source port";
	if (plan->source_port && !port_bind(fd, plan))
		return false;
	*step = "connecting";
	return connect(fd, (struct sockaddr *)&ss, len) == 0 ||
	       (errno == EINPROGRESS && connect_ended(fd, plan->timeout_ms));
}

enum haunt_err sock_connect(const struct sock_plan *plan, int *out,
			    const char **step)
{
	const int family = addr_is_v4(&plan->there.addr) ? AF_INET : AF_INET6;
	const int fd =
		socket(family, plan->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*step = "socket";
	if (fd < 0)
		return HAUNT_ESYS;
	if (!begin(fd, plan, step)) {
		sock_close(fd);
		return HAUNT_ESYS;
	}
	*out = fd;
	return HAUNT_OK;
}

enum haunt_err sock_send(int fd, const void *data, size_t len)
{
	const ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

	if (n >= 0 && (size_t)n < len)
		errno = EMSGSIZE;
	return n >= 0 && (size_t)n == len ? HAUNT_OK : HAUNT_ESYS;
}

size_t sock_read(int fd, void *buf, size_t cap, uint32_t timeout_ms)
{
	const uint64_t end = until(timeout_ms);
	uint8_t *at = buf;
	size_t have = 0;

	while (have < cap && wait_for(fd, POLLIN, end)) {
		const ssize_t n = recv(fd, at + have, cap - have, 0);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}
