/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where the kernel's knobs are.
 */
#include <stdio.h>

#include "doctor/look.h"

/* The nth number (from 0) in a file; -1: there is none. */
static int number_read(const char *path, int nth)
{
	FILE *f = fopen(path, "re");
	int value = -1;

	for (int i = 0; f && i <= nth; i++) {
		if (fscanf(f, "%d", &value) != 1) {
			value = -1;
			break;
		}
	}
	if (f)
		fclose(f);
	return value;
}

static int link_number(const char *link, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/%s", link,
		 name);
	return number_read(path, 0);
}

static int ct_number(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/netfilter/nf_conntrack_%s",
		 name);
	return number_read(path, 0);
}

static void text_read(const char *path, char *out, size_t cap)
{
	FILE *f = fopen(path, "re");

	if (!f || !fgets(out, (int)cap, f))
		out[0] = '\0';
	if (f)
		fclose(f);
}

void look_sysctl(struct snapshot *s)
{
	static const char range[] = "/proc/sys/net/ipv4/ip_local_port_range";
	struct snap_net *net = &s->net;

	net->ip_forward = number_read("/proc/sys/net/ipv4/ip_forward", 0);
	net->ip6_forwarding =
		number_read("/proc/sys/net/ipv6/conf/all/forwarding", 0);
	net->rp_filter_all = link_number("all", "rp_filter");
	net->route_localnet_all = link_number("all", "route_localnet");
	net->port_first = number_read(range, 0);
	net->port_last = number_read(range, 1);
	text_read("/proc/sys/net/ipv4/ip_local_reserved_ports", net->reserved,
		  sizeof(net->reserved));
	net->ct_count = ct_number("count");
	net->ct_max = ct_number("max");
	net->ct_buckets = ct_number("buckets");
	net->ct_acct = ct_number("acct");
	net->ct_timestamp = ct_number("timestamp");
	net->ct_loose = ct_number("tcp_loose");
	net->ct_events = ct_number("events");
	for (size_t i = 0; i < net->links_len; i++) {
		struct snap_link *link = &net->links[i];

		link->forwarding4 = link_number(link->name, "forwarding");
		link->rp_filter = link_number(link->name, "rp_filter");
		link->route_localnet =
			link_number(link->name, "route_localnet");
	}
}
