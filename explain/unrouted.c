/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that the kernel does not tell: it is asked for the same route, with
 * what the packet had become.
 */
#include "explain/unrouted.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "explain/route.h"

#define LOOPBACK_NET 127

static bool is_loopback(const struct ip_addr *a)
{
	return addr_is_v4(a) && addr_v4_bytes(a)[0] == LOOPBACK_NET;
}

static bool forwarding_off(const struct answer *a)
{
	char path[SYSCTL_PATH_MAX];

	if (!addr_is_v4(&a->leads_to.addr))
		return !sysctl_number("ipv6/conf/all/forwarding");
	snprintf(path, sizeof(path), "ipv4/conf/%s/forwarding", a->question.in);
	return !sysctl_number(path);
}

static void say(struct answer *a, const char *text, const char *decided)
{
	snprintf(a->text, sizeof(a->text), "%s", text);
	snprintf(a->decided, sizeof(a->decided), "%s", decided);
}

void unrouted_find(const struct answer_means *with, struct answer *a)
{
	struct route_ask ask = { .to = a->leads_to.addr,
				 .from = a->source,
				 .in = if_nametoindex(a->question.in),
				 .mark = a->path.mark,
				 .proto = a->question.proto,
				 .source_port = a->path.packet.from.port,
				 .port = a->leads_to.port };
	struct route_ask out = { .to = a->leads_to.addr };
	struct route route = { .type = RTN_UNSPEC };
	char to[ADDR_TEXT_MAX], text[ANSWER_TEXT_MAX / 2];
	enum haunt_err err = route_find(with->copy_route, &ask, &route);
	int error = err == HAUNT_ESYS ? errno : 0;
	enum haunt_err away = route_find(with->copy_route, &out, &route);

	a->verdict = ANSWER_UNROUTED;
	a->by = ANSWER_BY_ROUTING;
	(void)addr_format(&a->leads_to.addr, to);
	if (is_loopback(&a->leads_to.addr)) {
		say(a, "dropped: a loopback address is not for others",
		    "the kernel (route_localnet is off)");
	} else if (!away && route.type == RTN_UNICAST && forwarding_off(a)) {
		snprintf(text, sizeof(text), "forwarding is off: not led to %s",
			 to);
		say(a, text, "the kernel (no forwarding)");
	} else if (error == EXDEV || error == EINVAL) {
		snprintf(text, sizeof(text),
			 "dropped: by the routes, the client's address does "
			 "not come in by %s",
			 a->question.in);
		say(a, text, "the kernel (rp_filter, or a martian address)");
	} else {
		snprintf(text, sizeof(text), "no route to %s%s%s", to,
			 error ? ": " : "", error ? nl_errno_name(error) : "");
		say(a, text, "the kernel (routing)");
	}
}
