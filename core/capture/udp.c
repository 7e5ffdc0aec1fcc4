/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the socket options of two families and the control messages that say
 * where a datagram was sent to and how many were lost before it.
 */
#include "core/capture/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/capture/filter.h"

#define BATCH	    16
#define QUEUE_BYTES (4 * 1024 * 1024)
#define CONTROL_MAX 128
#define PAYLOAD_MAX DATAGRAM_PAYLOAD_MAX

struct socket {
	int fd;
	struct endpoint bound;
	uint32_t lost; /* the kernel counts in 32 bits */
	uint64_t lost_total;
};

/* Where recvmmsg() puts one datagram. */
struct slot {
	struct sockaddr_storage from;
	struct iovec part;
	uint8_t payload[PAYLOAD_MAX];
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_MAX];
};

struct udp {
	struct sink *sink;
	size_t n;
	struct socket sockets[CONFIG_LISTENERS_MAX];
	struct mmsghdr messages[BATCH];
	struct slot slots[BATCH];
	struct datagram datagram; /* the one in hand */
};

static enum haunt_err option_on(int fd, int level, int name)
{
	static const int on = 1;

	return setsockopt(fd, level, name, &on, sizeof(on)) < 0 ? HAUNT_ESYS
								: HAUNT_OK;
}

static enum haunt_err socket_tune(int fd, int family)
{
	static const int size = QUEUE_BYTES;
	enum haunt_err err = option_on(fd, SOL_SOCKET, SO_RXQ_OVFL);

	/* The kernel's time of arrival, as for what is sniffed: by that an
	 * echo is known, however long this process had to wait. */
	if (err == HAUNT_OK)
		err = option_on(fd, SOL_SOCKET, SO_TIMESTAMPNS);
	/* The capture that follows is there before this one goes. Only the
	 * same user may bind the port besides. */
	if (err == HAUNT_OK)
		err = option_on(fd, SOL_SOCKET, SO_REUSEPORT);
	/* Root may pass net.core.rmem_max; others get what they may have. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
	if (err == HAUNT_OK && family == AF_INET) {
		err = option_on(fd, IPPROTO_IP, IP_PKTINFO);
		if (err == HAUNT_OK)
			err = option_on(fd, IPPROTO_IP, IP_FREEBIND);
	} else if (err == HAUNT_OK) {
		err = option_on(fd, IPPROTO_IPV6, IPV6_V6ONLY);
		if (err == HAUNT_OK)
			err = option_on(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
		if (err == HAUNT_OK)
			err = option_on(fd, IPPROTO_IPV6, IPV6_FREEBIND);
	}
	return err;
}

static enum haunt_err socket_open(const struct endpoint *at, int *out)
{
	struct sockaddr_storage address;
	socklen_t len = endpoint_to_sockaddr(at, &address);
	int family = address.ss_family;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int saved;

	if (fd < 0)
		return HAUNT_ESYS;
	if (socket_tune(fd, family) == HAUNT_OK &&
	    bind(fd, (const struct sockaddr *)&address, len) == 0) {
		*out = fd;
		return HAUNT_OK;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return HAUNT_ESYS;
}

static void slots_point(struct udp *udp)
{
	for (size_t i = 0; i < BATCH; i++) {
		struct slot *slot = &udp->slots[i];

		slot->part.iov_base = slot->payload;
		slot->part.iov_len = sizeof(slot->payload);
	}
}

enum haunt_err udp_open(const struct config *config, struct sink *sink,
			struct udp **out)
{
	struct udp *udp = calloc(1, sizeof(*udp));
	char text[ADDR_TEXT_MAX];

	if (!udp)
		return HAUNT_ENOMEM;
	udp->sink = sink;
	slots_point(udp);
	for (size_t i = 0; i < config->listeners_len; i++) {
		const struct listener *l = &config->listeners[i];
		struct socket *s = &udp->sockets[udp->n];

		if (l->kind != LISTENER_UDP || udp->n == CONFIG_LISTENERS_MAX)
			continue;
		if (socket_open(&l->address, &s->fd) != HAUNT_OK) {
			log_event(LOG_LEVEL_ERROR, "listen",
				  "address=%s error=%s",
				  endpoint_format(&l->address, text),
				  strerrorname_np(errno));
			udp_close(udp);
			return HAUNT_ESYS;
		}
		s->bound = l->address;
		udp->n++;
	}
	*out = udp;
	return HAUNT_OK;
}

void udp_close(struct udp *udp)
{
	if (!udp)
		return;
	for (size_t i = 0; i < udp->n; i++)
		close(udp->sockets[i].fd);
	free(udp);
}

size_t udp_count(const struct udp *udp)
{
	return udp->n;
}

int udp_fd(const struct udp *udp, size_t i)
{
	return udp->sockets[i].fd;
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000 + (uint64_t)ts->tv_nsec;
}

/* Takes from one control message what concerns us. */
static void control_take(struct socket *s, struct cmsghdr *c,
			 struct datagram *d)
{
	const int level = c->cmsg_level, type = c->cmsg_type;
	struct in6_pktinfo to6;
	struct in_pktinfo to4;
	struct timespec when;
	uint32_t lost;

	if (level == IPPROTO_IP && type == IP_PKTINFO) {
		memcpy(&to4, CMSG_DATA(c), sizeof(to4));
		d->destination.addr = addr_from_v4(&to4.ipi_addr);
	} else if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
		memcpy(&to6, CMSG_DATA(c), sizeof(to6));
		d->destination.addr = addr_from_v6(&to6.ipi6_addr);
	} else if (level == SOL_SOCKET && type == SCM_TIMESTAMPNS) {
		memcpy(&when, CMSG_DATA(c), sizeof(when));
		d->when_ns = ns_of(&when);
	} else if (level == SOL_SOCKET && type == SO_RXQ_OVFL) {
		memcpy(&lost, CMSG_DATA(c), sizeof(lost));
		s->lost_total += lost - s->lost;
		s->lost = lost;
	}
}

static void message_take(struct udp *udp, struct socket *s,
			 struct mmsghdr *message)
{
	struct msghdr *head = &message->msg_hdr;
	struct datagram *d = &udp->datagram;
	const struct heard how = { .way = -1 - (int64_t)(s - udp->sockets) };

	d->when_ns = 0;
	d->carrier = CARRIER_UDP;
	d->source = endpoint_from_sockaddr(head->msg_name);
	d->destination = s->bound;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c;
	     c = CMSG_NXTHDR(head, c))
		control_take(s, c, d);
	if (head->msg_flags & MSG_TRUNC ||
	    message->msg_len < FILTER_PAYLOAD_MIN || !datagram_head_fits(d)) {
		sink_refuse(udp->sink);
		return;
	}
	d->len = (uint16_t)message->msg_len;
	memcpy(d->payload, head->msg_iov->iov_base, d->len);
	sink_take(udp->sink, &how, d);
}

static void messages_prepare(struct udp *udp)
{
	for (size_t i = 0; i < BATCH; i++) {
		struct slot *slot = &udp->slots[i];

		udp->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &slot->from,
			.msg_namelen = sizeof(slot->from),
			.msg_iov = &slot->part,
			.msg_iovlen = 1,
			.msg_control = slot->control,
			.msg_controllen = sizeof(slot->control),
		};
	}
}

enum haunt_err udp_read(struct udp *udp, size_t i)
{
	struct socket *s = &udp->sockets[i];
	int n;

	messages_prepare(udp);
	n = recvmmsg(s->fd, udp->messages, BATCH, 0, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? HAUNT_OK
							 : HAUNT_ESYS;
	for (int j = 0; j < n; j++)
		message_take(udp, s, &udp->messages[j]);
	return HAUNT_OK;
}

uint64_t udp_lost(const struct udp *udp)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < udp->n; i++)
		lost += udp->sockets[i].lost_total;
	return lost;
}
