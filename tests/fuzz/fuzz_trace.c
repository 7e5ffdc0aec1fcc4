/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of nf_tables: the first byte is the family, the second chooses a
 * trace event or a rule; attributes follow. A copy reads as the original. */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "explain/bag.h"
#include "explain/expr.h"
#include "explain/trace.h"

#define BODY_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void event_check(const struct nlmsghdr *h)
{
	struct trace_event e;

	if (trace_read(h, &e))
		return;
	if (!memchr(e.table, '\0', sizeof(e.table)) ||
	    !memchr(e.chain, '\0', sizeof(e.chain)) ||
	    !memchr(e.target, '\0', sizeof(e.target)))
		abort();
}

static void rule_check(const struct nlmsghdr *h)
{
	static const struct bag_form form = { .type = NFT_MSG_NEWRULE,
					      .head = sizeof(struct nfgenmsg) };
	struct bag bag = { .len = 0 };
	struct expr_facts a = { .xt = false }, b = { .xt = false };

	expr_read(h, &a);
	if (bag_copy(&bag, h, &form))
		abort();
	expr_read(bag_last(&bag), &b);
	if (a.xt != b.xt || a.rejects != b.rejects || a.counts != b.counts ||
	    a.proto_known != b.proto_known || a.proto != b.proto ||
	    strcmp(a.set, b.set) != 0 || strcmp(a.comment, b.comment) != 0)
		abort();
	bag_free(&bag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nlmsghdr *h;
	struct nfgenmsg *head;
	char *buf;

	if (len < 2 || len > BODY_MAX)
		return 0;
	/* As long as the message, so that what reads on is seen; padded, as
	 * the kernel's are. */
	buf = calloc(1, sizeof(*h) + sizeof(*head) + ((len + 1) & ~(size_t)3));
	if (!buf)
		return 0;
	h = mnl_nlmsg_put_header(buf);
	head = mnl_nlmsg_put_extra_header(h, sizeof(*head));
	head->nfgen_family = data[0];
	memcpy(head + 1, data + 2, len - 2);
	h->nlmsg_len += (uint32_t)(len - 2);
	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 |
				   (data[1] ? NFT_MSG_NEWRULE : NFT_MSG_TRACE));
	if (data[1])
		rule_check(h);
	else
		event_check(h);
	free(buf);
	return 0;
}
