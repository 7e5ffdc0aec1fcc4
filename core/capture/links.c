/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides rtnetlink. A full listing ("dump") begins everything, and again
 * whenever the kernel says that messages were lost; between two of them single
 * messages tell of changes. A name that a whole listing did not contain is
 * missing.
 */
#include "core/capture/links.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/wire.h"

#define READ_MAX	32768
#define ANSWER_LIMIT_MS 5000

struct link {
	const struct listener *listener;
	enum link_state state;
	uint32_t ifindex;
	bool listed; /* by the listing in progress */
};

struct links {
	int fd;
	bool listing; /* a dump is under way */
	bool again;   /* it cannot be relied on */
	int refused;  /* why the kernel refused to list, as errno has it */
	uint32_t sequence;
	size_t n;
	struct link link[CONFIG_LISTENERS_MAX];
	uint8_t buf[READ_MAX];
};

/* What one RTM_NEWLINK or RTM_DELLINK says. */
struct news {
	uint32_t ifindex;
	bool exists;
	bool up;
	const uint8_t *name; /* with its NUL; NULL if not given */
	size_t name_len;
};

static bool is_any(const struct listener *l)
{
	return strcmp(l->interface, "any") == 0;
}

enum haunt_err links_new(const struct config *config, struct links **out)
{
	struct links *links = calloc(1, sizeof(*links));

	if (!links)
		return HAUNT_ENOMEM;
	links->fd = -1;
	for (size_t i = 0;
	     i < config->listeners_len && i < CONFIG_LISTENERS_MAX; i++)
		links->link[links->n++].listener = &config->listeners[i];
	*out = links;
	return HAUNT_OK;
}

void links_free(struct links *links)
{
	if (!links)
		return;
	if (links->fd >= 0)
		close(links->fd);
	free(links);
}

int links_fd(const struct links *links)
{
	return links->fd;
}

static void link_set(struct link *link, enum link_state state, uint32_t ifindex)
{
	static const char *const names[] = {
		[LINK_UNKNOWN] = "unknown",
		[LINK_MISSING] = "missing",
		[LINK_DOWN] = "down",
		[LINK_UP] = "up",
	};

	link->listed = state != LINK_MISSING;
	link->ifindex = ifindex;
	if (link->state == state)
		return;
	link->state = state;
	log_event(state == LINK_UP ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "interface", "name=%s state=%s", link->listener->interface,
		  names[state]);
}

static bool link_watched(const struct link *link)
{
	return link->listener->kind == LISTENER_SNIFF &&
	       !is_any(link->listener);
}

static bool link_named(const struct link *link, const struct news *news)
{
	const char *name = link->listener->interface;

	return news->name && news->name_len == strlen(name) + 1 &&
	       memcmp(news->name, name, news->name_len) == 0;
}

static void news_apply(struct links *links, const struct news *news)
{
	for (size_t i = 0; i < links->n; i++) {
		struct link *link = &links->link[i];

		if (!link_watched(link))
			continue;
		if (news->exists && link_named(link, news))
			link_set(link, news->up ? LINK_UP : LINK_DOWN,
				 news->ifindex);
		else if (link->ifindex == news->ifindex &&
			 (!news->exists || news->name))
			/* Gone, or the name is another's now. */
			link_set(link, LINK_MISSING, 0);
	}
}

/* Cuts one netlink item of len bytes (its own head of head bytes included) off
 * the front, with the padding behind it, and returns what follows the head. */
static struct rd item_take(struct rd *r, size_t len, size_t head)
{
	struct rd body;
	size_t pad = NLMSG_ALIGN(len) - len;

	if (len < head) {
		r->failed = true;
		return *r;
	}
	body = rd_sub(r, len - head);
	/* The last one may come without its padding. */
	rd_bytes(r, pad < r->left ? pad : r->left);
	return body;
}

static void name_find(struct rd *r, struct news *out)
{
	while (!r->failed && r->left) {
		struct rtattr head;
		struct rd body;

		rd_copy(r, &head, sizeof(head));
		body = item_take(r, head.rta_len, sizeof(head));
		if (head.rta_type != IFLA_IFNAME || body.failed)
			continue;
		out->name_len = body.left;
		out->name = rd_bytes(&body, body.left);
	}
}

static void link_message(struct links *links, struct rd *r, bool exists)
{
	struct ifinfomsg info;
	struct news news = { .exists = exists };

	rd_copy(r, &info, sizeof(info));
	/* A bridge tells of its ports under AF_BRIDGE: a port that leaves it is
	 * "deleted" there, and lives on. */
	if (r->failed || info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
		return;
	news.ifindex = (uint32_t)info.ifi_index;
	news.up = (info.ifi_flags & IFF_UP) != 0;
	name_find(r, &news);
	news_apply(links, &news);
}

static void listing_end(struct links *links)
{
	links->listing = false;
	if (links->again)
		return;
	for (size_t i = 0; i < links->n; i++) {
		if (link_watched(&links->link[i]) && !links->link[i].listed)
			link_set(&links->link[i], LINK_MISSING, 0);
	}
}

static int error_of(struct rd *r)
{
	int error;

	rd_copy(r, &error, sizeof(error));
	return error < 0 && error > -4096 ? -error : EPROTO;
}

void links_feed(struct links *links, const void *data, size_t len)
{
	struct rd r = rd_of(data, len);

	while (!r.failed && r.left) {
		struct nlmsghdr head;
		struct rd body;

		rd_copy(&r, &head, sizeof(head));
		body = item_take(&r, head.nlmsg_len, sizeof(head));
		if (body.failed)
			return;
		if (head.nlmsg_flags & NLM_F_DUMP_INTR)
			links->again = true;
		if (head.nlmsg_type == RTM_NEWLINK)
			link_message(links, &body, true);
		else if (head.nlmsg_type == RTM_DELLINK)
			link_message(links, &body, false);
		else if (head.nlmsg_type == NLMSG_DONE)
			listing_end(links);
		else if (head.nlmsg_type == NLMSG_ERROR)
			links->refused = error_of(&body);
	}
}

static enum haunt_err listing_ask(struct links *links)
{
	const struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
		struct rtattr attr;
		uint32_t mask;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask),
			  .nlmsg_type = RTM_GETLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			  .nlmsg_seq = ++links->sequence },
		.attr = { .rta_len = sizeof(ask.attr) + sizeof(ask.mask),
			  .rta_type = IFLA_EXT_MASK },
		.mask = RTEXT_FILTER_SKIP_STATS,
	};

	if (send(links->fd, &ask, sizeof(ask), 0) < 0)
		return HAUNT_ESYS;
	for (size_t i = 0; i < links->n; i++)
		links->link[i].listed = false;
	links->listing = true;
	links->again = false;
	return HAUNT_OK;
}

/* One read. ENOENT: nothing is waiting. */
static enum haunt_err links_receive(struct links *links)
{
	struct sockaddr_nl from = { 0 };
	struct iovec part = { .iov_base = links->buf, .iov_len = READ_MAX };
	struct msghdr msg = { .msg_name = &from,
			      .msg_namelen = sizeof(from),
			      .msg_iov = &part,
			      .msg_iovlen = 1 };
	ssize_t n = recvmsg(links->fd, &msg, MSG_DONTWAIT);

	if (n < 0 && errno == EINTR)
		return HAUNT_OK;
	if (n < 0 && errno == EAGAIN)
		return HAUNT_ENOENT;
	if (n < 0 && errno != ENOBUFS)
		return HAUNT_ESYS;
	if (n < 0 || msg.msg_flags & MSG_TRUNC)
		links->again = true;
	else if (from.nl_pid == 0)
		links_feed(links, links->buf, (size_t)n);
	errno = links->refused;
	return links->refused ? HAUNT_ESYS : HAUNT_OK;
}

enum haunt_err links_read(struct links *links)
{
	enum haunt_err err;

	do {
		err = links_receive(links);
		/* A new listing only into an empty queue: into a full one the
		 * kernel would not even begin. */
		if (err == HAUNT_ENOENT && links->again && !links->listing)
			err = listing_ask(links);
	} while (err == HAUNT_OK);
	return err == HAUNT_ENOENT ? HAUNT_OK : err;
}

enum haunt_err links_open(struct links *links)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK,
					     .nl_groups = RTMGRP_LINK };
	struct pollfd wait = { .events = POLLIN };
	enum haunt_err err;

	links->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (links->fd < 0 || bind(links->fd, (const struct sockaddr *)&address,
				  sizeof(address)) < 0)
		return HAUNT_ESYS;
	err = listing_ask(links);
	wait.fd = links->fd;
	while (err == HAUNT_OK && links->listing) {
		if (poll(&wait, 1, ANSWER_LIMIT_MS) == 0) {
			errno = ETIMEDOUT;
			return HAUNT_ESYS;
		}
		err = links_read(links);
	}
	return err;
}

static bool listener_wants(const struct listener *l, enum carrier carrier,
			   uint16_t port)
{
	if (carrier == CARRIER_ICMP)
		return l->icmp;
	return port_list_has(carrier == CARRIER_UDP ? &l->udp : &l->tcp, port);
}

static bool link_hears(const struct link *link, uint32_t ifindex)
{
	if (link->listener->kind != LISTENER_SNIFF)
		return false;
	return is_any(link->listener) ||
	       (ifindex != 0 && link->ifindex == ifindex);
}

bool links_hear(const struct links *links, uint32_t ifindex)
{
	for (size_t i = 0; i < links->n; i++) {
		if (link_hears(&links->link[i], ifindex))
			return true;
	}
	return false;
}

bool links_want(const struct links *links, uint32_t ifindex,
		enum carrier carrier, uint16_t port)
{
	for (size_t i = 0; i < links->n; i++) {
		const struct link *link = &links->link[i];

		if (link_hears(link, ifindex) &&
		    listener_wants(link->listener, carrier, port))
			return true;
	}
	return false;
}

enum link_state links_state(const struct links *links, size_t i,
			    uint32_t *ifindex)
{
	*ifindex = links->link[i].ifindex;
	return links->link[i].state;
}
