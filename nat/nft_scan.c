/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the kernel is read while it changes. A dump of a set goes on by
 * counting: each part passes over as many elements as were told before, so
 * what goes meanwhile lets others slip through, and what comes makes some
 * appear twice. And each part is made when the one before it is read, so that
 * it may be older than a transaction since.
 */
#include "nat/nft_fw.h"

#include <errno.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "core/base/clock.h"
#include "nat/nft_query.h"

/* One part on its way to who asked. */
struct part {
	struct fw *fw;
	fw_rule_fn *fn;
	void *arg;
	uint64_t age_ms;
	bool any;
	unsigned int ended;
};

/* What was told may have made room for another since: look again. */
static enum haunt_err unrevived_end(struct part *p, const struct nft_elem *e,
				    enum haunt_err reason)
{
	struct nft_elem now;
	enum haunt_err err = nft_query_elem(p->fw->nl, e, &now);

	if (err != HAUNT_OK)
		return err == HAUNT_ENOENT ? HAUNT_OK : err;
	if (nft_elem_id(&now) != nft_elem_id(e))
		return HAUNT_OK;
	nft_log_unrevived(e, reason);
	p->ended++;
	return nft_drop(p->fw, e);
}

static enum haunt_err part_elem(void *arg, const struct nft_elem *told)
{
	struct part *p = arg;
	struct nft_elem e = *told;
	enum haunt_err err;
	struct rule r;

	p->any = true;
	if (e.timeout_ms && e.remaining_ms <= p->age_ms)
		return HAUNT_OK;
	e.remaining_ms -= e.timeout_ms ? p->age_ms : 0;
	err = nft_revive(p->fw, &e, &r);
	if (err != HAUNT_OK)
		return unrevived_end(p, &e, err);
	return p->fn(p->arg, &r);
}

static enum haunt_err part_item(void *arg, const struct nlmsghdr *h)
{
	struct part *p = arg;

	return nft_elem_each(h, nft_grant_sets[p->fw->scan.set], part_elem, p);
}

static enum haunt_err set_begin(struct nft_scan *scan, size_t set)
{
	char buf[NL_REQUEST_MAX];
	struct nlmsghdr *h = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM,
						   NFPROTO_INET, 0, 0);
	enum haunt_err err;

	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(h, NFTA_SET_ELEM_LIST_SET,
			  nft_set_specs[nft_grant_sets[set]].name);
	scan->set = set;
	scan->parts = 0;
	err = nl_dump_begin(scan->nl, h, &scan->seq);
	scan->running = err == HAUNT_OK;
	scan->made_ms = clock_mono_ms(clock_system());
	return err;
}

enum haunt_err nft_scan_begin(struct fw *fw)
{
	struct nft_scan *scan = &fw->scan;
	enum haunt_err err = HAUNT_OK;

	/* What is left of an earlier one may have been lost, and would be
	 * waited for in vain. */
	if (scan->running) {
		nl_close(scan->nl);
		scan->nl = NULL;
		scan->running = false;
		err = nl_open(NETLINK_NETFILTER, 0, &scan->nl);
	}
	return err == HAUNT_OK ? set_begin(scan, 0) : err;
}

enum haunt_err nft_scan_next(struct fw *fw, fw_rule_fn *fn, void *arg,
			     struct fw_scanned *out)
{
	struct nft_scan *scan = &fw->scan;
	uint64_t now = clock_mono_ms(clock_system());
	struct part p = {
		.fw = fw, .fn = fn, .arg = arg, .age_ms = now - scan->made_ms
	};
	struct nl_sink sink = { .item = part_item, .arg = &p };
	enum haunt_err err;

	scan->made_ms = now;
	err = nl_dump_more(scan->nl, scan->seq, &sink, &scan->running);
	if (err == HAUNT_ESYS && errno == ENOENT) {
		scan->running = false;
		return HAUNT_ESTALE;
	}
	if (err != HAUNT_OK)
		return err;
	scan->parts += p.any;
	*out = (struct fw_scanned){ .more = true,
				    .torn = p.any && scan->parts > 1,
				    .ended = p.ended };
	if (scan->running)
		return HAUNT_OK;
	if (scan->set + 1 < NFT_GRANT_SETS)
		return set_begin(scan, scan->set + 1);
	out->more = false;
	return HAUNT_OK;
}

enum haunt_err nft_count(struct fw *fw, size_t *out)
{
	enum haunt_err err = HAUNT_OK;
	size_t sum = 0;

	for (size_t i = 0; err == HAUNT_OK && i < NFT_GRANT_SETS; i++) {
		size_t n = 0;

		err = nft_query_count(fw->nl, nft_grant_sets[i], &n);
		sum += n;
	}
	if (err == HAUNT_OK)
		*out = sum;
	return err;
}

static enum haunt_err find_in(struct fw *fw, const struct nft_elem *at,
			      struct rule *out)
{
	struct nft_elem found;
	enum haunt_err err = nft_query_elem(fw->nl, at, &found);

	if (err != HAUNT_OK)
		return err;
	err = nft_revive(fw, &found, out);
	if (err == HAUNT_OK)
		return err;
	nft_log_unrevived(&found, err);
	err = found.remaining_ms ? nft_drop(fw, &found) : HAUNT_OK;
	return err == HAUNT_OK ? HAUNT_ENOENT : err;
}

enum haunt_err nft_find(struct fw *fw, const struct rule *at, struct rule *out)
{
	struct nft_elem e[NFT_RULE_ELEMS];
	enum haunt_err err;

	(void)nft_elem_of_rule(at, fw->config, e);
	err = find_in(fw, &e[0], out);
	if (err == HAUNT_ENOENT && nft_elem_twin(e[0].set, &e[0].set))
		err = find_in(fw, &e[0], out);
	return err;
}
