/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the resolver and sockets. Nothing stays open between two calls.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/proto/haunt.h"
#include "core/proto/sock.h"

static enum haunt_err resolver_err(int code)
{
	switch (code) {
	case EAI_MEMORY:
		return HAUNT_ENOMEM;
	case EAI_SYSTEM:
		return HAUNT_ESYS;
	case EAI_AGAIN:
		errno = EAGAIN;
		return HAUNT_ESYS;
	default:
		return HAUNT_ENOENT;
	}
}

/* A datagram socket that is connected to there. */
static enum haunt_err socket_to(const struct endpoint *there, int *out)
{
	const struct sock_plan plan = { .type = SOCK_DGRAM, .there = *there };
	const char *step;

	return sock_connect(&plan, out, &step);
}

/* Connecting a datagram socket asks for the route and sends nothing. */
static enum haunt_err route_find(const struct endpoint *there,
				 struct haunt_route *out)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct endpoint here;
	int fd;
	enum haunt_err err = socket_to(there, &fd);

	if (err != HAUNT_OK)
		return err;
	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0) {
		err = HAUNT_ESYS;
		goto out;
	}
	here = endpoint_from_sockaddr((struct sockaddr *)&ss);
	memcpy(out->gateway, there->addr.b, sizeof(out->gateway));
	memcpy(out->source, here.addr.b, sizeof(out->source));
	out->port = there->port;
out:
	sock_close(fd);
	return err;
}

/* A route has no room for the zone of a link-local address. */
static int has_zone(const struct sockaddr *sa)
{
	struct sockaddr_in6 in6;

	if (sa->sa_family != AF_INET6)
		return 0;
	memcpy(&in6, sa, sizeof(in6));
	return in6.sin6_scope_id != 0;
}

static enum haunt_err candidate_try(const struct sockaddr *sa, uint16_t port,
				    struct haunt_route *out)
{
	struct endpoint there = endpoint_from_sockaddr(sa);

	there.port = port;
	return has_zone(sa) ? HAUNT_EUNSUPPORTED : route_find(&there, out);
}

enum haunt_err haunt_resolve(const char *host, uint16_t port, int family,
			     struct haunt_route *out)
{
	const struct addrinfo hints = { .ai_family = family,
					.ai_socktype = SOCK_DGRAM };
	struct addrinfo *list;
	enum haunt_err err = HAUNT_ENOENT;
	const int code = getaddrinfo(host, NULL, &hints, &list);

	if (code)
		return resolver_err(code);
	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
		err = candidate_try(ai->ai_addr, port, out);
		if (err == HAUNT_OK)
			break;
	}
	freeaddrinfo(list);
	return err;
}

enum haunt_err haunt_send(const struct haunt_route *route, const void *packet,
			  size_t len)
{
	const struct endpoint there = { .addr = addr_from_v6(route->gateway),
					.port = route->port };
	int fd;
	enum haunt_err err = socket_to(&there, &fd);

	if (err != HAUNT_OK)
		return err;
	err = sock_send(fd, packet, len);
	sock_close(fd);
	return err;
}
