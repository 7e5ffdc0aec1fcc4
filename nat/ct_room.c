/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how full the table of connections is. In one that is full the kernel
 * drops whatever is new, also from who has just got a grant, and nobody would
 * look for the reason here.
 */
#include <errno.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>

#include "core/base/log.h"
#include "nat/ct_own.h"

/* Percent. In between it stays what it was called. */
#define FULL_FROM 95
#define ROOM_TO	  80

struct fill {
	uint32_t entries;
	uint32_t max; /* 0: not told, or no bound */
};

static enum haunt_err fill_item(void *arg, const struct nlmsghdr *h)
{
	const struct nlattr *at[CTA_STATS_GLOBAL_MAX + 1];
	struct fill *fill = arg;

	nl_attrs(h, sizeof(struct nfgenmsg), at, CTA_STATS_GLOBAL_MAX + 1);
	fill->entries = nl_attr_be32(at[CTA_STATS_GLOBAL_ENTRIES]);
	fill->max = nl_attr_be32(at[CTA_STATS_GLOBAL_MAX_ENTRIES]);
	return HAUNT_OK;
}

enum haunt_err ct_room(struct ct *ct)
{
	char buf[NL_REQUEST_MAX];
	struct fill fill = { .max = 0 };
	struct nl_sink sink = { .item = fill_item, .arg = &fill };
	struct nlmsghdr *h =
		ct_request(buf, IPCTNL_MSG_CT_GET_STATS, AF_UNSPEC);
	enum haunt_err err = nl_request(ct->nl, h, &sink);
	uint64_t percent;

	if (err != HAUNT_OK || !fill.max)
		return err;
	percent = (uint64_t)fill.entries * 100 / fill.max;
	if (!ct->full && percent >= FULL_FROM) {
		ct->full = true;
		log_event(LOG_LEVEL_WARNING, "conntrack",
			  "entries=%u max=%u result=full "
			  "hint=sysctl-net.netfilter.nf_conntrack_max",
			  fill.entries, fill.max);
	} else if (ct->full && percent < ROOM_TO) {
		ct->full = false;
		log_event(LOG_LEVEL_INFO, "conntrack",
			  "entries=%u max=%u result=room", fill.entries,
			  fill.max);
	}
	return HAUNT_OK;
}
