/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what ending a session takes. Deleting its entry would end nothing: the
 * next packet of either end makes it anew. So it stays, under a mark that says
 * that it is cut; and who waits at a socket of this host is told.
 */
#include "nat/ct_own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>

static void endpoints_put(struct nlmsghdr *h, const struct session *s)
{
	bool v4 = addr_is_v4(&s->client.addr);
	uint32_t size = v4 ? 4 : 16;
	struct nlattr *nest = mnl_attr_nest_start(h, CTA_TUPLE_IP);

	mnl_attr_put(h, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, size,
		     v4 ? addr_v4_bytes(&s->client.addr) : s->client.addr.b);
	mnl_attr_put(h, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, size,
		     v4 ? addr_v4_bytes(&s->outer.addr) : s->outer.addr.b);
	mnl_attr_nest_end(h, nest);
	nest = mnl_attr_nest_start(h, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(h, CTA_PROTO_NUM, s->proto);
	mnl_attr_put_u16(h, CTA_PROTO_SRC_PORT, htons(s->client.port));
	mnl_attr_put_u16(h, CTA_PROTO_DST_PORT, htons(s->outer.port));
	mnl_attr_nest_end(h, nest);
}

static enum haunt_err entry_mark(struct ct *ct, const struct session *s)
{
	char buf[NL_REQUEST_MAX];
	uint8_t family = addr_is_v4(&s->client.addr) ? AF_INET : AF_INET6;
	/* Neither NLM_F_CREATE nor NLM_F_EXCL: what is there is changed. */
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_NEW, family);
	struct nlattr *tuple = mnl_attr_nest_start(h, CTA_TUPLE_ORIG);
	enum haunt_err err;

	endpoints_put(h, s);
	mnl_attr_nest_end(h, tuple);
	mnl_attr_put_u32(h, CTA_MARK, htonl(RULE_MARK_BASE | GRANT_ID_CUT));
	err = nl_request(ct->nl, h, NULL);
	return err == HAUNT_ESYS && errno == ENOENT ? HAUNT_OK : err;
}

static void addr_fill(__be32 to[4], const struct ip_addr *a)
{
	if (addr_is_v4(a))
		memcpy(to, addr_v4_bytes(a), 4);
	else
		memcpy(to, a->b, 16);
}

static struct nlmsghdr *socket_request(char buf[NL_REQUEST_MAX], uint16_t type,
				       const struct session *s,
				       const uint32_t cookie[2])
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *req;

	h->nlmsg_type = type;
	req = mnl_nlmsg_put_extra_header(h, sizeof(*req));
	req->sdiag_family = addr_is_v4(&s->inner.addr) ? AF_INET : AF_INET6;
	req->sdiag_protocol = s->proto;
	req->idiag_states = ~0u;
	req->id.idiag_sport = htons(s->inner.port);
	req->id.idiag_dport = htons(s->back.port);
	addr_fill(req->id.idiag_src, &s->inner.addr);
	addr_fill(req->id.idiag_dst, &s->back.addr);
	req->id.idiag_cookie[0] = cookie[0];
	req->id.idiag_cookie[1] = cookie[1];
	return h;
}

/* A socket that the kernel has found. */
struct found {
	bool connected;
	uint32_t cookie[2];
};

static enum haunt_err socket_item(void *arg, const struct nlmsghdr *h)
{
	const struct inet_diag_msg *msg = mnl_nlmsg_get_payload(h);
	struct found *found = arg;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*msg))
		return HAUNT_OK;
	found->connected =
		msg->idiag_state != TCP_LISTEN && msg->id.idiag_dport != 0;
	found->cookie[0] = msg->id.idiag_cookie[0];
	found->cookie[1] = msg->id.idiag_cookie[1];
	return HAUNT_OK;
}

/* True for a socket that has gone, and for a kernel that cannot reset any: the
 * firewall's own resets are left. */
static bool socket_none(enum haunt_err err)
{
	return err == HAUNT_ESYS &&
	       (errno == ENOENT || errno == ESTALE || errno == EOPNOTSUPP);
}

/*
 * Asked for a connection that has just ended, the kernel finds the socket that
 * listens there. That one is everybody's: so it is looked at first, and then
 * meant by its cookie alone.
 */
static enum haunt_err socket_reset(struct ct *ct, const struct session *s)
{
	static const uint32_t any[2] = { INET_DIAG_NOCOOKIE,
					 INET_DIAG_NOCOOKIE };
	char buf[NL_REQUEST_MAX];
	struct found found = { .connected = false };
	struct nl_sink sink = { .item = socket_item, .arg = &found };
	enum haunt_err err;

	err = nl_request(ct->sockets,
			 socket_request(buf, SOCK_DIAG_BY_FAMILY, s, any),
			 &sink);
	if (err == HAUNT_OK && found.connected)
		err = nl_request(
			ct->sockets,
			socket_request(buf, SOCK_DESTROY, s, found.cookie),
			NULL);
	return socket_none(err) ? HAUNT_OK : err;
}

enum haunt_err ct_cut(struct ct *ct, const struct session *sessions, size_t n)
{
	enum haunt_err first = HAUNT_OK;
	int error = 0;

	/* One that fails is no reason to spare the others. */
	for (size_t i = 0; i < n; i++) {
		const struct session *s = &sessions[i];
		enum haunt_err err = HAUNT_OK;

		/* A UDP server's socket is everybody's. The mark comes second:
		 * under it a server would be reset for what it says. */
		if (s->proto == IPPROTO_TCP)
			err = socket_reset(ct, s);
		if (err == HAUNT_OK)
			err = entry_mark(ct, s);
		if (err != HAUNT_OK && first == HAUNT_OK) {
			first = err;
			error = errno;
		}
	}
	errno = error;
	return first;
}
