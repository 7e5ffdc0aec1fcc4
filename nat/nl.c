/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how netlink is spoken: socket options, who may have sent a datagram,
 * which message answers which question, and dumps that the kernel interrupts.
 */
#include "nat/nl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define QUEUE_BYTES (8 * 1024 * 1024)
#define RECV_BYTES  65536
#define WAIT_S	    3
#define REDO_MAX    16
/* How often a question is asked whose answer the socket lost. */
#define ASK_MAX 3
/* Datagrams of an answer that was given up: more than the largest dump has. */
#define REST_MAX 65536

struct nl {
	struct mnl_socket *sock;
	uint32_t seq;
	uint32_t portid;
	uint8_t *buf; /* RECV_BYTES */
	bool rest;    /* of an answer that was given up may still come */
};

/* The reading of one answer. */
struct answer {
	const struct nl_sink *sink;
	enum haunt_err err;
	int error; /* errno, for ESYS */
	struct nl_pass pass;
	bool ended;
};

static enum haunt_err options_set(int fd, unsigned int groups)
{
	static const int on = 1;
	static const int bytes = QUEUE_BYTES;
	static const struct timeval wait = { .tv_sec = WAIT_S };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
	    0)
		return HAUNT_ESYS;
	if (groups)
		return HAUNT_OK;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) <
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
		return HAUNT_ESYS;
	/* Only makes errors speak: older kernels do without. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return HAUNT_OK;
}

enum haunt_err nl_open(int bus, unsigned int groups, struct nl **out)
{
	int flags = SOCK_CLOEXEC | (groups ? SOCK_NONBLOCK : 0);
	struct nl *nl = calloc(1, sizeof(*nl));
	int error;

	if (!nl)
		return HAUNT_ENOMEM;
	nl->buf = malloc(RECV_BYTES);
	nl->sock = nl->buf ? mnl_socket_open2(bus, flags) : NULL;
	if (nl->sock &&
	    mnl_socket_bind(nl->sock, groups, MNL_SOCKET_AUTOPID) == 0 &&
	    options_set(nl_fd(nl), groups) == HAUNT_OK) {
		nl->portid = mnl_socket_get_portid(nl->sock);
		nl->seq = 1;
		*out = nl;
		return HAUNT_OK;
	}
	error = nl->buf ? errno : ENOMEM;
	nl_close(nl);
	errno = error;
	return error == ENOMEM ? HAUNT_ENOMEM : HAUNT_ESYS;
}

void nl_close(struct nl *nl)
{
	if (!nl)
		return;
	if (nl->sock)
		mnl_socket_close(nl->sock);
	free(nl->buf);
	free(nl);
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

uint32_t nl_portid(const struct nl *nl)
{
	return nl->portid;
}

uint32_t nl_seq(struct nl *nl, uint32_t n)
{
	uint32_t first;

	/* A batch's numbers never wrap, and 0 is nobody's. */
	if (nl->seq > UINT32_MAX - n)
		nl->seq = 1;
	first = nl->seq;
	nl->seq += n;
	return first;
}

static ssize_t datagram_read(struct nl *nl, struct sockaddr_nl *from,
			     struct msghdr *msg, int flags)
{
	struct iovec part = { .iov_base = nl->buf, .iov_len = RECV_BYTES };
	ssize_t n;

	*msg = (struct msghdr){ .msg_name = from,
				.msg_namelen = sizeof(*from),
				.msg_iov = &part,
				.msg_iovlen = 1 };
	n = recvmsg(nl_fd(nl), msg, flags);
	msg->msg_iov = NULL;
	return n;
}

/* Throws away what is left of an answer that was given up. A dump that is not
 * read to its end keeps the kernel from beginning the next. */
static void rest_drop(struct nl *nl)
{
	for (int i = 0; nl->rest && i < REST_MAX; i++) {
		struct sockaddr_nl from;
		struct msghdr msg;

		if (datagram_read(nl, &from, &msg, MSG_DONTWAIT) < 0 &&
		    errno == EAGAIN)
			nl->rest = false;
	}
}

enum haunt_err nl_send(struct nl *nl, const void *data, size_t len)
{
	int more = len < INT32_MAX / 4 ? (int)len * 2 : INT32_MAX;
	ssize_t n;

	rest_drop(nl);
	n = mnl_socket_sendto(nl->sock, data, len);
	if (n < 0 && errno == EMSGSIZE &&
	    setsockopt(nl_fd(nl), SOL_SOCKET, SO_SNDBUFFORCE, &more,
		       sizeof(more)) == 0)
		n = mnl_socket_sendto(nl->sock, data, len);
	return n < 0 ? HAUNT_ESYS : HAUNT_OK;
}

enum haunt_err nl_recv(struct nl *nl, const struct nlmsghdr **data, size_t *len)
{
	struct sockaddr_nl from;
	struct msghdr msg;
	ssize_t n;

	do {
		from = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
		n = datagram_read(nl, &from, &msg, 0);
		/* Any process may send to a netlink socket. */
	} while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0));
	if (n >= 0 && (msg.msg_flags & MSG_TRUNC)) {
		errno = ENOBUFS;
		n = -1;
	}
	if (n < 0) {
		nl->rest = true;
		return HAUNT_ESYS;
	}
	*data = (const struct nlmsghdr *)(const void *)nl->buf;
	*len = (size_t)n;
	return HAUNT_OK;
}

enum haunt_err nl_whole(struct nl *nl, int left)
{
	if (left <= 0)
		return HAUNT_OK;
	nl->rest = true;
	errno = EBADMSG;
	return HAUNT_ESYS;
}

int nl_error(const struct nlmsghdr *h)
{
	int32_t error = 0;

	if (mnl_nlmsg_get_payload_len(h) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(h), sizeof(error));
	return error < 0 ? -error : 0;
}

/* One message of an answer. */
static void message_take(struct answer *a, const struct nlmsghdr *h)
{
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		a->pass.torn = true;
	if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
		int error = nl_error(h);

		a->ended = true;
		if (!error || a->err != HAUNT_OK)
			return;
		a->err = HAUNT_ESYS;
		a->error = error;
		return;
	}
	if (h->nlmsg_type < NLMSG_MIN_TYPE || !a->sink || a->err != HAUNT_OK)
		return;
	a->err = a->sink->item(a->sink->arg, h);
	a->error = errno;
}

static enum haunt_err datagram_take(struct nl *nl, uint32_t seq,
				    struct answer *a)
{
	const struct nlmsghdr *h;
	enum haunt_err err;
	size_t size;
	int left;

	err = nl_recv(nl, &h, &size);
	if (err != HAUNT_OK)
		return err;
	left = (int)size;
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		if (h->nlmsg_seq == seq && !a->ended)
			message_take(a, h);
	}
	a->pass.parts++;
	return nl_whole(nl, left);
}

/* Reads to the end also where the sink has had enough: what is left in the
 * socket would stand in the way of the next question. */
static enum haunt_err exchange(struct nl *nl, struct nlmsghdr *request,
			       struct answer *a)
{
	enum haunt_err err;

	a->err = HAUNT_OK;
	a->pass = (struct nl_pass){ .torn = false };
	a->ended = false;
	if (a->sink && a->sink->begin)
		a->sink->begin(a->sink->arg);
	request->nlmsg_seq = nl_seq(nl, 1);
	err = nl_send(nl, request, request->nlmsg_len);
	while (err == HAUNT_OK && !a->ended)
		err = datagram_take(nl, request->nlmsg_seq, a);
	return err;
}

/* Asks again where the answer got lost: a question may be put twice, and who
 * waited in vain for as long as nl_recv() does need not wait again. */
static enum haunt_err ask(struct nl *nl, struct nlmsghdr *request,
			  struct answer *a)
{
	enum haunt_err err = exchange(nl, request, a);

	for (int i = 1;
	     i < ASK_MAX && err == HAUNT_ESYS && nl->rest && errno != EAGAIN;
	     i++)
		err = exchange(nl, request, a);
	if (err != HAUNT_OK)
		return err;
	errno = a->error;
	return a->err;
}

enum haunt_err nl_request(struct nl *nl, struct nlmsghdr *request,
			  const struct nl_sink *sink)
{
	struct answer a = { .sink = sink };

	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	return ask(nl, request, &a);
}

enum haunt_err nl_dump_pass(struct nl *nl, struct nlmsghdr *request,
			    const struct nl_sink *sink, struct nl_pass *out)
{
	struct answer a = { .sink = sink };
	enum haunt_err err;

	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
	for (int i = 0; i < REDO_MAX; i++) {
		err = ask(nl, request, &a);
		if (err == HAUNT_OK)
			*out = a.pass;
		/* The kernel itself could not go on. */
		if (err != HAUNT_ESYS || errno != EINTR)
			break;
	}
	return err;
}

enum haunt_err nl_dump(struct nl *nl, struct nlmsghdr *request,
		       const struct nl_sink *sink)
{
	struct nl_pass pass = { .torn = true };
	enum haunt_err err = HAUNT_OK;

	for (int i = 0; err == HAUNT_OK && pass.torn && i < REDO_MAX; i++)
		err = nl_dump_pass(nl, request, sink, &pass);
	if (err != HAUNT_OK || !pass.torn)
		return err;
	errno = EINTR;
	return HAUNT_ESYS;
}

bool nl_is_passing(int error)
{
	return error == ENOMEM || error == ENOBUFS || error == EAGAIN ||
	       error == EINTR || error == EBUSY || error == ENFILE ||
	       error == EBADMSG;
}

enum haunt_err nl_dump_begin(struct nl *nl, struct nlmsghdr *request,
			     uint32_t *seq)
{
	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = nl_seq(nl, 1);
	*seq = request->nlmsg_seq;
	return nl_send(nl, request, request->nlmsg_len);
}

enum haunt_err nl_dump_more(struct nl *nl, uint32_t seq,
			    const struct nl_sink *sink, bool *more)
{
	struct answer a = { .sink = sink };
	enum haunt_err err = datagram_take(nl, seq, &a);

	if (err != HAUNT_OK)
		return err;
	*more = !a.ended;
	errno = a.error;
	return a.err;
}

const char *nl_errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}
