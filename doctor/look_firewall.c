/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the netfilter side: our tables, everybody else's, and what the kernel
 * can do.
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>

#include "doctor/look.h"

#define PROBE_TRIES 8

/* A set that is not there is told by the table's rules. */
static enum haunt_err cloaked_look(struct snap_firewall *fw, struct nl *nl)
{
	enum haunt_err err =
		nft_query_set(nl, NFT_TABLE, NFT_SET_PROTECTED, &fw->cloaked);

	fw->cloaked_read = err == HAUNT_OK;
	return err == HAUNT_ESYS && errno == ENOENT ? HAUNT_OK : err;
}

static enum haunt_err tables_look(struct snap_firewall *fw, struct nl *nl)
{
	enum haunt_err err = nft_query_table(nl, NFT_TABLE, &fw->table);

	if (err == HAUNT_OK)
		err = nft_query_table(nl, NFT_ANCHOR, &fw->anchor);
	if (err == HAUNT_OK && fw->table.present)
		err = nft_query_rules(nl, &fw->table_rules);
	if (err == HAUNT_OK && fw->table.present)
		err = cloaked_look(fw, nl);
	return err;
}

static enum haunt_err features_look(struct snap_firewall *fw, struct nl *nl)
{
	struct nft_batch *b = NULL;
	enum haunt_err err = nft_batch_new(nl, &b);
	int tries = PROBE_TRIES;

	if (err != HAUNT_OK)
		return err;
	/* Another examination may take the scratch table away meanwhile. */
	do {
		err = nft_probe(nl, b, NFT_SCRATCH_DOCTOR, NULL, &fw->have);
	} while (err == HAUNT_ESYS && errno != EPERM && --tries);
	nft_batch_free(b);
	return err;
}

static bool flush_service(void)
{
	glob_t found = { .gl_pathc = 0 };
	bool enabled;

	(void)glob("/etc/systemd/system/*.wants/nftables.service", 0, NULL,
		   &found);
	enabled = found.gl_pathc > 0;
	globfree(&found);
	return enabled;
}

enum haunt_err look_firewall(struct snapshot *s, const char **what)
{
	struct snap_firewall *fw = &s->fw;
	struct nl *nl = NULL;
	enum haunt_err err;

	*what = "nf_tables";
	err = nl_open(NETLINK_NETFILTER, 0, &nl);
	if (err == HAUNT_OK)
		err = tables_look(fw, nl);
	if (err == HAUNT_OK)
		err = host_look(nl, &fw->host);
	if (err == HAUNT_OK)
		err = ruleset_look(nl, &fw->rules);
	if (err == HAUNT_OK) {
		*what = "nf_tables' features";
		err = features_look(fw, nl);
	}
	nl_close(nl);
	if (err == HAUNT_OK)
		host_legacy_look(&fw->host.legacy);
	fw->flush_service = flush_service();
	return err;
}
