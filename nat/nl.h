/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink socket towards the kernel, kept open for ever: what is asked is
 * answered before the next question. Messages that are not the kernel's, or
 * not the answer, are dropped.
 */
#ifndef HAUNT_NAT_NL_H
#define HAUNT_NAT_NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

#define NL_REQUEST_MAX 1024 /* bytes of a single request */
#define NL_WHY_MAX     96   /* of the kernel's words on an error, with NUL */

struct nl;

/* How an answer is taken. An error ends the reading and is returned. */
struct nl_sink {
	/* Called before the first message, and again whenever the answer
	 * begins anew. May be NULL. */
	void (*begin)(void *arg);
	enum haunt_err (*item)(void *arg, const struct nlmsghdr *h);
	void *arg;
};

/* bus is NETLINK_NETFILTER or the like; groups is 0, or a mask of multicast
 * groups to listen to, and then the socket is non-blocking. ESYS. */
enum haunt_err nl_open(int bus, unsigned int groups,
		       struct nl **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void nl_close(struct nl *nl);
int nl_fd(const struct nl *nl);
uint32_t nl_portid(const struct nl *nl);

/* The first of n sequence numbers that nobody else uses. */
uint32_t nl_seq(struct nl *nl, uint32_t n);
/* Sends len bytes of messages in one go. */
enum haunt_err nl_send(struct nl *nl, const void *data,
		       size_t len) HAUNT_MUST_CHECK;
/* Receives one datagram of the kernel; *data lives until the next call. ESYS
 * with ENOBUFS: messages were lost; with EAGAIN: none came in time. What comes
 * of this answer later is thrown away by the next nl_send(). */
enum haunt_err nl_recv(struct nl *nl, const struct nlmsghdr **data,
		       size_t *len) HAUNT_MUST_CHECK;
/* What is left of a datagram after its last whole message: ESYS with EBADMSG
 * if that is anything. */
enum haunt_err nl_whole(struct nl *nl, int left) HAUNT_MUST_CHECK;

/*
 * Sends a request and gives each message of the answer to the sink (NULL:
 * none is expected). ESYS with the kernel's errno. The request's flags and
 * sequence number are set here. A request whose answer is lost is made again:
 * it must be one that may be.
 */
enum haunt_err nl_request(struct nl *nl, struct nlmsghdr *request,
			  const struct nl_sink *sink) HAUNT_MUST_CHECK;
/* Redone while others interrupt it; ESYS with EINTR if they always do. */
enum haunt_err nl_dump(struct nl *nl, struct nlmsghdr *request,
		       const struct nl_sink *sink) HAUNT_MUST_CHECK;

/*
 * Where somebody changes the ruleset all the time, no dump of it is ever
 * undisturbed, and who needs one all the same makes sense of several passes.
 */
struct nl_pass {
	bool torn;	    /* the kernel says that there were changes */
	unsigned int parts; /* datagrams: one is of one instant */
};

/* A dump as it comes, to its end. */
enum haunt_err nl_dump_pass(struct nl *nl, struct nlmsghdr *request,
			    const struct nl_sink *sink,
			    struct nl_pass *out) HAUNT_MUST_CHECK;

/*
 * A dump piece by piece: the kernel goes on where it was at each call of
 * nl_dump_more(), which gives one datagram's messages to the sink, also of a
 * dump that was interrupted; *more is false after the last. One dump at a
 * time, and nothing else on its socket.
 */
enum haunt_err nl_dump_begin(struct nl *nl, struct nlmsghdr *request,
			     uint32_t *seq) HAUNT_MUST_CHECK;
enum haunt_err nl_dump_more(struct nl *nl, uint32_t seq,
			    const struct nl_sink *sink,
			    bool *more) HAUNT_MUST_CHECK;

/* Sorts attributes by type into at[0] to at[n - 1]; NULL where there is none.
 * offset skips the message's own header. */
void nl_attrs(const struct nlmsghdr *h, unsigned int offset,
	      const struct nlattr *at[], uint16_t n);
void nl_attrs_nested(const struct nlattr *nest, const struct nlattr *at[],
		     uint16_t n);
/* Network order; 0 for an attribute that is absent or short. */
uint32_t nl_attr_be32(const struct nlattr *a);
uint64_t nl_attr_be64(const struct nlattr *a);

/* The errno in a NLMSG_ERROR or NLMSG_DONE message; 0 for none. */
int nl_error(const struct nlmsghdr *h);
/* Copies the kernel's words on an error, or an empty text. */
void nl_why(const struct nlmsghdr *h, char why[NL_WHY_MAX]);

/* True for an errno that is no answer to the question: it may be answered the
 * next time. */
bool nl_is_passing(int error);
/* An errno's name, for the log. */
const char *nl_errno_name(int error);
/* "ip", "ip6", "inet", ...: nft's word for NFPROTO_*; "?": there is none. */
const char *nl_family_name(uint16_t family);

#endif
