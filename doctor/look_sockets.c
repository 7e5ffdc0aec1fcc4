/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the kernel lists sockets, and how a socket's owner is found: by
 * its inode among the descriptors of all processes.
 */
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor/dir.h"
#include "doctor/look.h"
#include "doctor/words.h"
#include "nat/nl_ask.h"

struct asking {
	struct snap_sockets *to;
	uint8_t proto;
};

static void socket_fill(struct snap_socket *out, const struct inet_diag_msg *m,
			bool v6only)
{
	bool any;

	out->at.port = ntohs(m->id.idiag_sport);
	out->at.addr = m->idiag_family == AF_INET
			       ? addr_from_v4(m->id.idiag_src)
			       : addr_from_v6(m->id.idiag_src);
	any = addr_is_any(&out->at.addr);
	out->v4 = addr_is_v4(&out->at.addr) ||
		  (m->idiag_family == AF_INET6 && any && !v6only);
	out->v6 = m->idiag_family == AF_INET6 && !addr_is_v4(&out->at.addr);
	out->loopback = !any && addr_is_loopback(&out->at.addr);
	out->inode = m->idiag_inode;
}

static enum haunt_err socket_item(void *arg, const struct nlmsghdr *h)
{
	const struct asking *asking = arg;
	struct snap_sockets *to = asking->to;
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *at[INET_DIAG_SKV6ONLY + 1];
	bool v6only;

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return HAUNT_OK;
	if (to->len == to->cap) {
		size_t cap = to->cap ? to->cap * 2 : 32;
		struct snap_socket *more =
			reallocarray(to->at, cap, sizeof(to->at[0]));

		if (!more)
			return HAUNT_ENOMEM;
		to->at = more;
		to->cap = cap;
	}
	nl_attrs(h, sizeof(*m), at, INET_DIAG_SKV6ONLY + 1);
	v6only = at[INET_DIAG_SKV6ONLY] &&
		 mnl_attr_get_payload_len(at[INET_DIAG_SKV6ONLY]) &&
		 mnl_attr_get_u8(at[INET_DIAG_SKV6ONLY]);
	to->at[to->len] = (struct snap_socket){ .proto = asking->proto };
	socket_fill(&to->at[to->len++], m, v6only);
	return HAUNT_OK;
}

static enum haunt_err sockets_ask(struct nl *nl, struct snap_sockets *to,
				  uint8_t family, uint8_t proto)
{
	struct asking asking = { .to = to, .proto = proto };
	struct nl_sink sink = { .item = socket_item, .arg = &asking };

	return nl_waiting_sockets(nl, family, proto, &sink);
}

/* ---- owners ---- */

static void socket_owned(struct snap_sockets *to, uint32_t inode, pid_t pid)
{
	for (size_t i = 0; i < to->len; i++) {
		struct snap_socket *k = &to->at[i];

		if (k->inode == inode && (!k->pid || pid < k->pid))
			k->pid = pid;
	}
}

struct process {
	struct snap_sockets *to;
	pid_t pid;
};

static bool descriptor_look(void *arg, int dir, const char *name)
{
	const struct process *p = arg;
	char link[64];
	unsigned int inode;
	ssize_t n = readlinkat(dir, name, link, sizeof(link) - 1);

	if (n <= 0)
		return true;
	link[n] = '\0';
	if (sscanf(link, "socket:[%u]", &inode) == 1)
		socket_owned(p->to, inode, p->pid);
	return true;
}

static bool process_look(void *arg, int dir, const char *name)
{
	struct process p = { .to = arg, .pid = atoi(name) };
	char path[64];

	(void)dir;
	if (p.pid <= 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)p.pid);
	dir_each(path, descriptor_look, &p);
	return true;
}

static void names_look(struct snap_sockets *to)
{
	for (size_t i = 0; i < to->len; i++) {
		struct snap_socket *k = &to->at[i];
		char path[64];
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/comm", (int)k->pid);
		f = k->pid ? fopen(path, "re") : NULL;
		if (f && fgets(k->name, sizeof(k->name), f))
			k->name[strcspn(k->name, "\n")] = '\0';
		if (f)
			fclose(f);
	}
}

enum haunt_err look_sockets(struct snapshot *s, const char **what)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP };
	struct nl *nl = NULL;
	enum haunt_err err;

	*what = "sockets";
	err = nl_open(NETLINK_SOCK_DIAG, 0, &nl);
	for (size_t i = 0; err == HAUNT_OK && i < 4; i++)
		err = sockets_ask(nl, &s->sockets, families[i / 2],
				  protos[i % 2]);
	nl_close(nl);
	if (err == HAUNT_OK) {
		dir_each("/proc", process_look, &s->sockets);
		names_look(&s->sockets);
	}
	return err;
}
