/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how iptables-legacy is asked: not by netlink, but by options of an
 * ordinary socket, one table at a time; and that a question about a table that
 * is not there would make it.
 */
#include "nat/host.h"

/* First: <linux/netfilter.h> would bring its own. */
#include <netinet/in.h>

#include <errno.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nat/legacy.h"

#define TABLE	  "filter"
#define TABLE_MAX (64u << 20) /* bytes; more is not read */
#define TRIES_MAX 8	      /* a table may change between two questions */

/* Both families' questions look alike. */
_Static_assert(sizeof(struct ipt_getinfo) == sizeof(struct ip6t_getinfo) &&
		       IPT_SO_GET_INFO == IP6T_SO_GET_INFO &&
		       IPT_SO_GET_ENTRIES == IP6T_SO_GET_ENTRIES &&
		       offsetof(struct ipt_get_entries, entrytable) ==
			       offsetof(struct ip6t_get_entries, entrytable),
	       "ip_tables and ip6_tables differ");

static bool table_there(bool v4)
{
	FILE *f = fopen(v4 ? "/proc/net/ip_tables_names"
			   : "/proc/net/ip6_tables_names",
			"re");
	char name[XT_TABLE_MAXNAMELEN + 1];
	bool there = false;

	if (!f)
		return false;
	while (!there && fgets(name, sizeof(name), f))
		there = strcmp(name, TABLE "\n") == 0;
	fclose(f);
	return there;
}

bool host_has_legacy(void)
{
	static const char *const paths[] = { "/proc/net/ip_tables_names",
					     "/proc/net/ip6_tables_names" };
	bool has = false;

	for (size_t i = 0; !has && i < sizeof(paths) / sizeof(paths[0]); i++) {
		FILE *f = fopen(paths[i], "re");

		has = f && fgetc(f) != EOF;
		if (f)
			fclose(f);
	}
	return has;
}

/* The table's entries, to be freed; NULL with errno if there are none. */
static uint8_t *entries_get(int fd, int level, struct ipt_getinfo *info)
{
	struct ipt_get_entries *get;
	socklen_t len = sizeof(*info);
	uint8_t *entries = NULL;

	memset(info, 0, sizeof(*info));
	strcpy(info->name, TABLE);
	if (getsockopt(fd, level, IPT_SO_GET_INFO, info, &len) < 0)
		return NULL;
	if (info->size > TABLE_MAX) {
		errno = EFBIG;
		return NULL;
	}
	get = calloc(1, sizeof(*get) + info->size);
	if (!get)
		return NULL;
	strcpy(get->name, TABLE);
	get->size = info->size;
	len = (socklen_t)sizeof(*get) + info->size;
	if (getsockopt(fd, level, IPT_SO_GET_ENTRIES, get, &len) == 0) {
		entries = malloc(info->size + 1u);
		if (entries)
			memcpy(entries,
			       (uint8_t *)get + offsetof(struct ipt_get_entries,
							 entrytable),
			       info->size);
	}
	free(get);
	return entries;
}

static bool chains_read(const struct legacy_table *t,
			const struct ipt_getinfo *info, struct host_legacy *out)
{
	static const struct {
		const char *name;
		unsigned int hook;
	} wanted[] = { { "INPUT", NF_INET_LOCAL_IN },
		       { "FORWARD", NF_INET_FORWARD } };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct host_chain c = {
			.family = t->v4 ? NFPROTO_IPV4 : NFPROTO_IPV6,
			.table = TABLE,
			.input = wanted[i].hook == NF_INET_LOCAL_IN,
			.xt = true,
		};

		strcpy(c.chain, wanted[i].name);
		if (!legacy_chain_read(t, info->hook_entry[wanted[i].hook],
				       info->underflow[wanted[i].hook], &c))
			return false;
		out->chains[out->len++] = c;
	}
	return true;
}

static bool table_look(bool v4, struct host_legacy *out)
{
	struct legacy_table t = { .v4 = v4 };
	struct ipt_getinfo info;
	uint8_t *entries = NULL;
	bool good;
	int fd = socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	for (int i = 0; !entries && i < TRIES_MAX; i++) {
		entries =
			entries_get(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, &info);
		if (!entries && errno != EAGAIN)
			break;
	}
	close(fd);
	if (!entries)
		return false;
	t.entries = entries;
	t.len = info.size;
	good = chains_read(&t, &info, out);
	free(entries);
	return good;
}

void host_legacy_look(struct host_legacy *out)
{
	*out = (struct host_legacy){ .len = 0 };
	for (int i = 0; i < 2; i++) {
		if (table_there(i == 0) && !table_look(i == 0, out))
			out->unread = true;
	}
}
