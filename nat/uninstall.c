/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where our traces are in a kernel: two tables, and tagged rules in
 * chains of others.
 */
#include <errno.h>

#include "nat/integrate.h"
#include "nat/nat.h"
#include "nat/nft_query.h"
#include "nat/nft_table.h"

#define ROUNDS_MAX 64

static enum haunt_err tables_remove(struct nl *nl, struct nft_batch *b)
{
	static const char *const tables[] = { NFT_TABLE, NFT_ANCHOR };
	struct fw_error why;
	enum haunt_err err;

	nft_batch_begin(b);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct nft_table_state state;

		err = nft_query_table(nl, tables[i], &state);
		if (err != HAUNT_OK)
			return err;
		if (state.owner)
			return HAUNT_EBUSY;
		if (state.present)
			nft_table_delete(b, tables[i]);
	}
	return nft_batch_commit(b, &why);
}

/* The most tagged rules that some chain has. */
static size_t tags_most(const struct host *host)
{
	size_t most = 0;

	for (size_t i = 0; i < host->len; i++) {
		if (host->chains[i].tags > most)
			most = host->chains[i].tags;
	}
	return most;
}

static enum haunt_err traces_remove(struct nl *nl, struct nft_batch *b)
{
	enum haunt_err err = tables_remove(nl, b);
	size_t more = 1;

	/* One a chain each time. */
	for (int i = 0; err == HAUNT_OK && more && i < ROUNDS_MAX; i++) {
		struct host host;

		err = host_look(nl, &host);
		if (err != HAUNT_OK)
			return err;
		more = tags_most(&host);
		more = more ? more - 1 : 0;
		err = integrate_undo(b, &host);
		host_forget(&host);
	}
	return err;
}

enum haunt_err nat_uninstall(void)
{
	struct nl *nl = NULL;
	struct nft_batch *b = NULL;
	enum haunt_err err = nl_open(NETLINK_NETFILTER, 0, &nl);

	if (err == HAUNT_OK)
		err = nft_batch_new(nl, &b);
	if (err == HAUNT_OK)
		err = traces_remove(nl, b);
	if (err == HAUNT_OK)
		log_event(LOG_LEVEL_INFO, "uninstall", "result=done");
	else
		log_event(LOG_LEVEL_ERROR, "uninstall", "error=%s",
			  err == HAUNT_EBUSY  ? "hauntd-is-running"
			  : err == HAUNT_ESYS ? nl_errno_name(errno)
					      : "no-memory");
	nft_batch_free(b);
	nl_close(nl);
	return err;
}
