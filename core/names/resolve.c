/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides getaddrinfo(). */
#include "core/names/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static bool addr_read(const struct addrinfo *ai, struct ip_addr *out)
{
	const struct sockaddr_in *v4 = (const void *)ai->ai_addr;
	const struct sockaddr_in6 *v6 = (const void *)ai->ai_addr;

	if (ai->ai_family == AF_INET && ai->ai_addrlen >= sizeof(*v4))
		*out = addr_from_v4((const uint8_t *)&v4->sin_addr);
	else if (ai->ai_family == AF_INET6 && ai->ai_addrlen >= sizeof(*v6) &&
		 !IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		*out = addr_from_v6(v6->sin6_addr.s6_addr);
	else
		return false;
	return true;
}

void resolve(const char *host, struct lookup *out)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int rc = getaddrinfo(host, NULL, &hints, &list);

	out->len = 0;
	for (struct addrinfo *ai = rc ? NULL : list;
	     ai && out->len < LOOKUP_ADDRESSES_MAX; ai = ai->ai_next)
		out->len += addr_read(ai, &out->addresses[out->len]);
	if (!rc)
		freeaddrinfo(list);
	if (out->len)
		out->result = LOOKUP_OK;
	else if (!rc || rc == EAI_NONAME || rc == EAI_NODATA)
		out->result = LOOKUP_NO_ADDRESS;
	else
		out->result = LOOKUP_NO_ANSWER;
}
