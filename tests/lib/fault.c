/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how calls are intercepted: the linker's --wrap turns f into __wrap_f
 * and leaves the real one as __real_f.
 */
#include "tests/lib/fault.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum kind {
	NONE,
	LOST,
	DEAF,
	LATE,
	SIGNAL,
	CUT,
	SHORT,
	TORN,
	ALLTORN,
	UNSENT,
	REFUSED,
	INNER,
	MEMORY,
};

static const struct {
	const char *name;
	enum kind kind;
	int error;
} kinds[] = {
	{ "lost", LOST, ENOBUFS },
	{ "deaf", DEAF, ENOBUFS },
	{ "late", LATE, EAGAIN },
	{ "signal", SIGNAL, EINTR },
	{ "cut", CUT, 0 },
	{ "short", SHORT, 0 },
	{ "torn", TORN, 0 },
	{ "alltorn", ALLTORN, 0 },
	{ "unsent", UNSENT, ENOBUFS },
	{ "inner", INNER, ENOMEM },
	{ "memory", MEMORY, ENOMEM },
	{ "ENOMEM", REFUSED, ENOMEM },
	{ "EBUSY", REFUSED, EBUSY },
	{ "EINTR", REFUSED, EINTR },
	{ "ENFILE", REFUSED, ENFILE },
	{ "ENOBUFS", REFUSED, ENOBUFS },
	{ "EPERM", REFUSED, EPERM },
	{ "ENOENT", REFUSED, ENOENT },
	{ "EEXIST", REFUSED, EEXIST },
};

/* What is on order, and an answer that stands in for the kernel's. */
static struct {
	enum kind kind;
	int error;
	unsigned long n; /* until it is due */
	bool fired;
	int fd; /* whose answer it is */
	size_t len;
	_Alignas(struct nlmsghdr) char answer[256];
} order;

bool fault_order(const char *kind, unsigned long n)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		memset(&order, 0, sizeof(order));
		order.kind = kinds[i].kind;
		order.error = kinds[i].error;
		order.n = n;
		return true;
	}
	return false;
}

bool fault_end(void)
{
	bool fired = order.fired;

	memset(&order, 0, sizeof(order));
	return fired;
}

/* True if it is the turn of the call at hand. */
static bool due(void)
{
	bool last = order.n == 1;

	if (order.n && --order.n == 0 &&
	    (order.kind == DEAF || order.kind == ALLTORN))
		order.n = 1;
	order.fired = order.fired || last;
	return last;
}

ssize_t __real_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __real_mnl_socket_sendto(const struct mnl_socket *s, const void *data,
				 size_t len);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *s, const void *data,
				 size_t len);

/* The answer that stands in for the kernel's. */
static ssize_t answer_give(struct msghdr *msg)
{
	ssize_t n = (ssize_t)order.len;

	memcpy(msg->msg_iov->iov_base, order.answer, order.len);
	memset(msg->msg_name, 0, msg->msg_namelen);
	msg->msg_flags = 0;
	order.len = 0;
	return n;
}

static void messages_tear(void *data, ssize_t n)
{
	struct nlmsghdr *h = data;
	int left = (int)n;

	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		if (h->nlmsg_flags & NLM_F_MULTI)
			h->nlmsg_flags |= NLM_F_DUMP_INTR;
	}
}

static bool is_dump(const void *data, ssize_t n)
{
	const struct nlmsghdr *h = data;

	return n >= (ssize_t)sizeof(*h) && (h->nlmsg_flags & NLM_F_MULTI);
}

static ssize_t answer_spoil(int fd, struct msghdr *msg, int flags)
{
	ssize_t n;

	if (order.kind == LATE || order.kind == SIGNAL) {
		errno = order.error;
		return -1;
	}
	n = __real_recvmsg(fd, msg, flags | MSG_DONTWAIT);
	if (order.kind == SHORT)
		msg->msg_flags |= MSG_TRUNC;
	if (order.kind == CUT)
		return n < 0 ? n : n / 2;
	if (order.kind == LOST || order.kind == DEAF) {
		errno = order.error;
		return -1;
	}
	return n;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t n;

	if (order.len && fd == order.fd)
		return answer_give(msg);
	if (order.kind >= LOST && order.kind <= SHORT)
		return due() ? answer_spoil(fd, msg, flags)
			     : __real_recvmsg(fd, msg, flags);
	n = __real_recvmsg(fd, msg, flags);
	if ((order.kind == TORN || order.kind == ALLTORN) &&
	    is_dump(msg->msg_iov->iov_base, n) && due())
		messages_tear(msg->msg_iov->iov_base, n);
	return n;
}

static void answer_add(uint32_t seq, int error, const struct nlmsghdr *to)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(order.answer + order.len);
	struct nlmsgerr *e;

	h->nlmsg_type = NLMSG_ERROR;
	h->nlmsg_seq = seq;
	e = mnl_nlmsg_put_extra_header(h, sizeof(*e));
	e->error = -error;
	e->msg = *to;
	order.len += h->nlmsg_len;
}

/* What the kernel says of a question that it does not answer. */
static void refuse(const void *data, size_t len)
{
	const struct nlmsghdr *first = data, *h = data, *last = NULL;
	int left = (int)len;

	if (order.kind == REFUSED) {
		answer_add(first->nlmsg_seq, order.error, first);
		return;
	}
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		if (h->nlmsg_flags & NLM_F_ACK)
			last = h;
	}
	h = mnl_nlmsg_next(first, &left);
	if (!last || last == first) {
		answer_add(first->nlmsg_seq, order.error, first);
		return;
	}
	answer_add(h->nlmsg_seq, order.error, h);
	if (h != last)
		answer_add(last->nlmsg_seq, 0, last);
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *s, const void *data,
				 size_t len)
{
	if (order.kind < UNSENT || order.kind > INNER || !due())
		return __real_mnl_socket_sendto(s, data, len);
	if (order.kind == UNSENT) {
		errno = order.error;
		return -1;
	}
	order.fd = mnl_socket_get_fd(s);
	refuse(data, len);
	return (ssize_t)len;
}

#define FAULT_ALLOCATION(name, params, args)         \
	void *__real_##name params;                  \
	void *__wrap_##name params;                  \
	void *__wrap_##name params                   \
	{                                            \
		if (order.kind == MEMORY && due()) { \
			errno = ENOMEM;              \
			return NULL;                 \
		}                                    \
		return __real_##name args;           \
	}

FAULT_ALLOCATION(malloc, (size_t n), (n))
FAULT_ALLOCATION(calloc, (size_t n, size_t size), (n, size))
FAULT_ALLOCATION(realloc, (void *p, size_t size), (p, size))
FAULT_ALLOCATION(reallocarray, (void *p, size_t n, size_t size), (p, n, size))
FAULT_ALLOCATION(nftnl_rule_alloc, (void), ())
FAULT_ALLOCATION(nftnl_chain_alloc, (void), ())
FAULT_ALLOCATION(nftnl_expr_alloc, (const char *name), (name))
FAULT_ALLOCATION(nftnl_set_alloc, (void), ())
FAULT_ALLOCATION(nftnl_set_elem_alloc, (void), ())
FAULT_ALLOCATION(nftnl_table_alloc, (void), ())
FAULT_ALLOCATION(nftnl_udata_buf_alloc, (uint32_t n), (n))
FAULT_ALLOCATION(nfct_new, (void), ())
