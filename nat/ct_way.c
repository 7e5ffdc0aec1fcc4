/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what a way through the gateway leaves in conntrack besides sessions:
 * flows of protocols that have no ports, or that nobody follows. They have no
 * end that could be told, and nobody on this host takes part in them; so
 * deleting their entries is enough, once the way is shut.
 */
#include "nat/ct_own.h"

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>

#include "nat/rule.h"

/* One dump finds at most as many; another look finds the rest. */
#define FLOWS_MAX 4096

struct flows {
	const uint32_t *ids; /* theirs; or NULL: what was cut of the client */
	size_t ids_len;
	const struct ip_addr *client;
	struct nf_conntrack *at[FLOWS_MAX];
	size_t len;
};

static void flows_forget(void *arg)
{
	struct flows *f = arg;

	while (f->len)
		nfct_destroy(f->at[--f->len]);
}

static int id_compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool is_v4(const struct nf_conntrack *ct)
{
	return nfct_attr_is_set(ct, ATTR_ORIG_IPV4_SRC) > 0;
}

/* By its first direction; false for what has no addresses. */
static bool source_read(const struct nf_conntrack *ct, struct ip_addr *out)
{
	if (is_v4(ct))
		*out = addr_from_v4(nfct_get_attr(ct, ATTR_ORIG_IPV4_SRC));
	else if (nfct_attr_is_set(ct, ATTR_ORIG_IPV6_SRC) > 0)
		*out = addr_from_v6(nfct_get_attr(ct, ATTR_ORIG_IPV6_SRC));
	else
		return false;
	return true;
}

static bool flow_wanted(const struct flows *f, const struct nf_conntrack *ct)
{
	uint32_t mark = nfct_attr_is_set(ct, ATTR_MARK) > 0
				? nfct_get_attr_u32(ct, ATTR_MARK)
				: 0;
	uint32_t id = rule_id_of_mark(mark);
	struct ip_addr source;
	uint8_t proto;

	if (nfct_attr_is_set(ct, ATTR_ORIG_L4PROTO) <= 0 ||
	    !source_read(ct, &source))
		return false;
	proto = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO);
	/* A connection begins anew by itself, with another port. */
	if (!f->ids)
		return proto != IPPROTO_TCP &&
		       mark == (RULE_MARK_BASE | GRANT_ID_CUT) &&
		       addr_equal(&source, f->client);
	return proto != IPPROTO_TCP && proto != IPPROTO_UDP && id &&
	       bsearch(&id, f->ids, f->ids_len, sizeof(id), id_compare);
}

static enum haunt_err flow_item(void *arg, const struct nlmsghdr *h)
{
	struct flows *f = arg;
	struct nf_conntrack *ct;

	if (f->len == FLOWS_MAX)
		return HAUNT_OK;
	ct = nfct_new();
	if (!ct)
		return HAUNT_ENOMEM;
	if (nfct_nlmsg_parse(h, ct) < 0 || !flow_wanted(f, ct)) {
		nfct_destroy(ct);
		return HAUNT_OK;
	}
	f->at[f->len++] = ct;
	return HAUNT_OK;
}

static enum haunt_err flows_delete(struct ct *ct, struct flows *f,
				   uint32_t mark, uint32_t mask)
{
	char buf[NL_REQUEST_MAX];
	struct nl_sink sink = { .begin = flows_forget,
				.item = flow_item,
				.arg = f };
	struct nlmsghdr *h = ct_request(buf, IPCTNL_MSG_CT_GET, AF_UNSPEC);
	enum haunt_err err;

	if (ct->filter) {
		mnl_attr_put_u32(h, CTA_MARK, htonl(mark));
		mnl_attr_put_u32(h, CTA_MARK_MASK, htonl(mask));
	}
	err = nl_dump(ct->nl, h, &sink);
	for (size_t i = 0; err == HAUNT_OK && i < f->len; i++)
		err = ct_delete(ct, f->at[i], is_v4(f->at[i]));
	flows_forget(f);
	return err;
}

enum haunt_err ct_cut_others(struct ct *ct, const uint32_t *ids, size_t n)
{
	struct flows *f = calloc(1, sizeof(*f));
	enum haunt_err err;

	if (!f)
		return HAUNT_ENOMEM;
	f->ids = ids;
	f->ids_len = n;
	err = flows_delete(ct, f, RULE_MARK_BASE, RULE_MARK_MASK);
	free(f);
	return err;
}

enum haunt_err ct_way_free(struct ct *ct, const struct ip_addr *client)
{
	struct flows *f = calloc(1, sizeof(*f));
	enum haunt_err err;

	if (!f)
		return HAUNT_ENOMEM;
	f->client = client;
	err = flows_delete(ct, f, RULE_MARK_BASE | GRANT_ID_CUT, UINT32_MAX);
	free(f);
	return err;
}
