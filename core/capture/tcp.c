/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides sockets, one epoll for all of them, and when the bytes of a connection
 * are a packet.
 *
 * TCP_DEFER_ACCEPT is not used: those who connect and say nothing would then
 * fill the kernel's queue, where nobody can tell whose place to give away.
 */
#include "core/capture/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/capture/connections.h"
#include "core/capture/http.h"
#include "core/capture/passive.h"
#include "core/capture/text.h"

#define BACKLOG	  1024
#define BATCH	  64
#define HEAD_END  "\r\n\r\n"
#define WAYS_FROM (-1 - CONFIG_LISTENERS_MAX) /* UDP has those before */

_Static_assert(CONNECTION_BYTES >= HTTP_HEAD_MAX, "a head fits");

struct socket {
	int fd;
	bool http;
};

struct tcp {
	struct sink *sink;
	struct http_proxies proxies;
	int epoll; /* -1 if nobody listens */
	size_t n;
	struct socket sockets[CONFIG_LISTENERS_MAX];
	struct connections *connections;
	struct datagram datagram; /* the one in hand */
};

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

/* ---- opening ---- */

/* What an event is about: a socket's number, or a connection. */
static bool watch(struct tcp *tcp, int fd, void *what)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = what };

	return epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static enum haunt_err listener_open(struct tcp *tcp, const struct listener *l,
				    struct shelf *shelf)
{
	struct socket *s = &tcp->sockets[tcp->n];
	char text[ADDR_TEXT_MAX];
	enum haunt_err err;

	if (tcp->epoll < 0)
		tcp->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->fd = shelf_take(shelf, &l->address);
	err = tcp->epoll < 0 ? HAUNT_ESYS
	      : s->fd >= 0   ? HAUNT_OK
			     : passive_open(&l->address, BACKLOG, &s->fd);
	if (err == HAUNT_OK) {
		s->http = l->kind == LISTENER_HTTP;
		tcp->n++;
		if (watch(tcp, s->fd, s))
			return HAUNT_OK;
		err = HAUNT_ESYS;
	}
	log_event(LOG_LEVEL_ERROR, "listen", "address=%s error=%s",
		  endpoint_format(&l->address, text), strerrorname_np(errno));
	return err;
}

enum haunt_err tcp_open(const struct config *config, struct sink *sink,
			struct shelf *shelf, struct tcp **out)
{
	struct tcp *tcp = calloc(1, sizeof(*tcp));
	enum haunt_err err;

	if (!tcp)
		return HAUNT_ENOMEM;
	tcp->sink = sink;
	tcp->proxies = (struct http_proxies){ config->trusted_proxies,
					      config->trusted_proxies_len };
	tcp->epoll = -1;
	err = connections_new(&tcp->connections);
	for (size_t i = 0; err == HAUNT_OK && i < config->listeners_len; i++) {
		const struct listener *l = &config->listeners[i];

		if ((l->kind == LISTENER_TCP || l->kind == LISTENER_HTTP) &&
		    tcp->n < CONFIG_LISTENERS_MAX)
			err = listener_open(tcp, l, shelf);
	}
	if (err == HAUNT_OK)
		*out = tcp;
	else
		tcp_close(tcp);
	return err;
}

enum haunt_err tcp_leave(const struct tcp *tcp, const struct shelf *shelf)
{
	int fds[CONFIG_LISTENERS_MAX];

	for (size_t i = 0; i < tcp->n; i++)
		fds[i] = tcp->sockets[i].fd;
	return shelf_leave(shelf, fds, tcp->n);
}

/* One that others have as well is watched until we say that it is not. */
static void sockets_close(struct tcp *tcp)
{
	for (size_t i = 0; i < tcp->n; i++) {
		epoll_ctl(tcp->epoll, EPOLL_CTL_DEL, tcp->sockets[i].fd, NULL);
		close(tcp->sockets[i].fd);
	}
	tcp->n = 0;
}

void tcp_close(struct tcp *tcp)
{
	struct connection *c;

	if (!tcp)
		return;
	sockets_close(tcp);
	while (tcp->connections && (c = connections_oldest(tcp->connections))) {
		close(c->fd);
		connections_remove(tcp->connections, c);
	}
	connections_free(tcp->connections);
	if (tcp->epoll >= 0)
		close(tcp->epoll);
	free(tcp);
}

int tcp_fd(const struct tcp *tcp)
{
	return tcp->epoll;
}

/* ---- one connection ---- */

static void hand_on(struct tcp *tcp, struct connection *c)
{
	struct datagram *d = &tcp->datagram;
	const struct heard how = { .way = WAYS_FROM - c->listener,
				   .segment = SINK_CONNECTION };
	struct timespec now;

	c->over = true;
	clock_gettime(CLOCK_REALTIME, &now);
	d->when_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	d->source = c->source;
	d->destination = c->destination;
	if (datagram_head_fits(d))
		sink_take(tcp->sink, &how, d);
	else
		sink_refuse(tcp->sink);
}

/* A head may have become complete by the last n bytes. */
static void request_look(struct tcp *tcp, struct connection *c, size_t n)
{
	size_t end = strlen(HEAD_END);
	size_t back = n + end - 1 < c->len ? n + end - 1 : c->len;

	if (!tcp->sockets[c->listener].http ||
	    !memmem(c->bytes + c->len - back, back, HEAD_END, end))
		return;
	if (http_unwrap(c->bytes, c->len, &tcp->proxies, &tcp->datagram) ==
	    HAUNT_OK)
		hand_on(tcp, c);
	else
		sink_refuse(tcp->sink);
	c->over = true;
}

/* The end, whoever makes it; a packet without a request is whole now. */
static void connection_end(struct tcp *tcp, struct connection *c)
{
	struct datagram *d = &tcp->datagram;

	if (!c->over && text_is_packet(c->bytes, c->len)) {
		d->carrier = CARRIER_TCP;
		d->forwarding = FORWARDING_NONE;
		memset(&d->forwarded, 0, sizeof(d->forwarded));
		d->len = (uint16_t)c->len;
		memcpy(d->payload, c->bytes, c->len);
		hand_on(tcp, c);
	} else if (!c->over && c->len) {
		sink_refuse(tcp->sink);
	}
	close(c->fd);
	connections_remove(tcp->connections, c);
}

/* What comes beyond the bound is read all the same: left unread, it would end
 * the connection in another way. */
static void connection_read(struct tcp *tcp, struct connection *c)
{
	uint8_t spill[CONNECTION_BYTES];
	bool keep = !c->over && c->len < sizeof(c->bytes);
	ssize_t n = keep ? recv(c->fd, c->bytes + c->len,
				sizeof(c->bytes) - c->len, 0)
			 : recv(c->fd, spill, sizeof(spill), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		connection_end(tcp, c);
	} else if (keep) {
		c->len += (size_t)n;
		request_look(tcp, c, (size_t)n);
	}
}

/* ---- all of them ---- */

static void victim_end(struct tcp *tcp, const struct ip_addr *source)
{
	struct connection *c = connections_victim(tcp->connections, source);

	if (c)
		connection_end(tcp, c);
}

static void connection_begin(struct tcp *tcp, const struct socket *s, int fd,
			     const struct sockaddr_storage *from)
{
	const struct endpoint source =
		endpoint_from_sockaddr((const struct sockaddr *)from);
	struct sockaddr_storage to = { 0 };
	socklen_t len = sizeof(to);
	struct connection *c;

	victim_end(tcp, &source.addr);
	c = connections_add(tcp->connections, fd, &source, now_ms());
	c->listener = (uint8_t)(s - tcp->sockets);
	if (getsockname(fd, (struct sockaddr *)&to, &len) == 0)
		c->destination =
			endpoint_from_sockaddr((const struct sockaddr *)&to);
	if (watch(tcp, fd, c))
		connection_read(tcp, c);
	else
		connection_end(tcp, c);
}

/* True if what failed is the one that was to come, or nobody is there. */
static bool is_transient(int error)
{
	switch (error) {
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
	case EFAULT:
	case EOPNOTSUPP:
		return false;
	default:
		return true;
	}
}

/* OK: one has come. ENOENT: none waits. */
static enum haunt_err accept_one(struct tcp *tcp, const struct socket *s)
{
	struct sockaddr_storage from = { 0 };
	socklen_t len = sizeof(from);
	struct connection *c;
	int fd = accept4(s->fd, (struct sockaddr *)&from, &len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0) {
		connection_begin(tcp, s, fd, &from);
		return HAUNT_OK;
	}
	if (errno == EAGAIN)
		return HAUNT_ENOENT;
	if (errno == EMFILE || errno == ENFILE) {
		/* A limit below ours: they share what there is. */
		c = connections_oldest(tcp->connections);
		if (!c)
			return HAUNT_ESYS;
		connection_end(tcp, c);
		return HAUNT_OK;
	}
	return is_transient(errno) ? HAUNT_OK : HAUNT_ESYS;
}

static enum haunt_err accept_some(struct tcp *tcp, const struct socket *s,
				  int max)
{
	enum haunt_err err = HAUNT_OK;

	for (int i = 0; err == HAUNT_OK && i < max; i++)
		err = accept_one(tcp, s);
	return err == HAUNT_ENOENT ? HAUNT_OK : err;
}

static void expire(struct tcp *tcp)
{
	uint64_t now = now_ms();
	struct connection *c;

	while ((c = connections_oldest(tcp->connections)) && c->until_ms <= now)
		connection_end(tcp, c);
}

uint64_t tcp_due(struct tcp *tcp)
{
	const struct connection *c = connections_oldest(tcp->connections);
	uint64_t now = now_ms();

	if (!c)
		return UINT64_MAX;
	return c->until_ms > now ? c->until_ms - now : 0;
}

static bool is_socket(const struct tcp *tcp, const void *what)
{
	const char *from = (const char *)tcp->sockets;
	const char *at = what;

	return at >= from && at < from + sizeof(tcp->sockets);
}

enum haunt_err tcp_read(struct tcp *tcp)
{
	struct epoll_event events[BATCH];
	enum haunt_err err = HAUNT_OK;
	int n = 0;

	if (tcp->epoll >= 0)
		n = epoll_wait(tcp->epoll, events, BATCH, 0);
	if (n < 0)
		return errno == EINTR ? HAUNT_OK : HAUNT_ESYS;
	/* First those who are there: whoever comes may take their places. */
	for (int i = 0; i < n; i++)
		if (!is_socket(tcp, events[i].data.ptr))
			connection_read(tcp, events[i].data.ptr);
	for (int i = 0; err == HAUNT_OK && i < n; i++)
		if (is_socket(tcp, events[i].data.ptr))
			err = accept_some(tcp, events[i].data.ptr, BATCH);
	expire(tcp);
	return err;
}

enum haunt_err tcp_shut(struct tcp *tcp)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < tcp->n; i++)
		err = accept_some(tcp, &tcp->sockets[i], BACKLOG);
	sockets_close(tcp);
	return err;
}

void tcp_finish(struct tcp *tcp)
{
	while (connections_oldest(tcp->connections))
		connection_end(tcp, connections_oldest(tcp->connections));
}
