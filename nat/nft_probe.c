/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a feature shows itself. The scratch table lives for one
 * transaction, but for the probe of timeouts, which has to look in between.
 */
#include "nat/nft_probe.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

#include "nat/nft_query.h"
#include "nat/nft_table.h"

#define SHORT_MS  60000
#define LONGER_MS 120000
#define PROTO	  6

/* Commits; *has is false if the kernel does not know what it was told. */
static enum haunt_err try_commit(struct nft_batch *b, bool *has)
{
	struct fw_error why;
	enum haunt_err err = nft_batch_commit(b, &why);

	*has = err == HAUNT_OK;
	if (err == HAUNT_ESYS && (why.error == EOPNOTSUPP ||
				  why.error == EINVAL || why.error == ENOENT))
		return HAUNT_OK;
	return err;
}

static enum haunt_err probe_persist(struct nft_batch *b, const char *scratch,
				    bool *has)
{
	nft_batch_begin(b);
	nft_table_add(b, scratch, NFT_TABLE_OWNED_AND_KEPT, NULL);
	nft_table_delete(b, scratch);
	return try_commit(b, has);
}

static void scratch_run(struct nft_batch *b, const char *scratch, uint16_t type,
			uint64_t timeout_ms)
{
	struct nft_elem e = nft_elem_grace(PROTO, timeout_ms);
	struct nft_run run;

	nft_run_begin(&run, b, type, NFT_SET_GRACE);
	run.table = scratch;
	run.renew = timeout_ms == LONGER_MS;
	nft_run_put(&run, &e);
	nft_run_end(&run);
}

static enum haunt_err probe_destroy(struct nft_batch *b, const char *scratch,
				    bool *has)
{
	nft_batch_begin(b);
	nft_table_add(b, scratch, 0, NULL);
	nft_table_set(b, scratch, NFT_SET_GRACE, 0);
	scratch_run(b, scratch, NFT_MSG_DESTROYSETELEM, 0);
	nft_table_delete(b, scratch);
	return try_commit(b, has);
}

/* The timeout of the scratch table's element. */
static enum haunt_err timeout_look(struct nl *nl, const char *scratch,
				   uint64_t *out)
{
	struct nft_elem_list list;
	enum haunt_err err = nft_query_set(nl, scratch, NFT_SET_GRACE, &list);

	if (err != HAUNT_OK)
		return err;
	*out = list.len ? list.at[0].timeout_ms : 0;
	free(list.at);
	return HAUNT_OK;
}

static enum haunt_err probe_update(struct nl *nl, struct nft_batch *b,
				   const char *scratch, bool *has)
{
	uint64_t timeout_ms = 0;
	struct fw_error why;
	enum haunt_err err;

	nft_batch_begin(b);
	nft_table_add(b, scratch, 0, NULL);
	nft_table_set(b, scratch, NFT_SET_GRACE, 0);
	scratch_run(b, scratch, NFT_MSG_NEWSETELEM, SHORT_MS);
	err = nft_batch_commit(b, &why);
	if (err != HAUNT_OK)
		return err;
	nft_batch_begin(b);
	scratch_run(b, scratch, NFT_MSG_NEWSETELEM, LONGER_MS);
	err = try_commit(b, has);
	if (err == HAUNT_OK && *has)
		err = timeout_look(nl, scratch, &timeout_ms);
	*has = timeout_ms == LONGER_MS;
	nft_batch_begin(b);
	nft_table_delete(b, scratch);
	return err != HAUNT_OK ? err : nft_batch_commit(b, &why);
}

/* A table that a probe left that was killed. */
static enum haunt_err scratch_clear(struct nl *nl, struct nft_batch *b,
				    const char *scratch)
{
	struct nft_table_state state;
	struct fw_error why;
	enum haunt_err err = nft_query_table(nl, scratch, &state);

	if (err != HAUNT_OK || !state.present)
		return err;
	nft_batch_begin(b);
	nft_table_delete(b, scratch);
	return nft_batch_commit(b, &why);
}

enum haunt_err nft_features_drop(struct nft_features *f, const char *missing)
{
	struct {
		const char *name;
		bool *has;
	} all[] = { { "persist", &f->persist },
		    { "update", &f->update },
		    { "destroy", &f->destroy },
		    { "ctfilter", &f->ctfilter } };
	const size_t n = sizeof(all) / sizeof(all[0]);

	while (missing && *missing) {
		size_t len = strcspn(missing, ",");
		size_t i = 0;

		while (i < n && (strlen(all[i].name) != len ||
				 strncmp(all[i].name, missing, len) != 0))
			i++;
		if (i == n)
			return HAUNT_EFORMAT;
		*all[i].has = false;
		missing += len + (missing[len] == ',');
	}
	return HAUNT_OK;
}

enum haunt_err nft_probe(struct nl *nl, struct nft_batch *b,
			 const char *scratch, const char *missing,
			 struct nft_features *out)
{
	/* Conntrack's filter needs no probe: what an older kernel does not
	 * filter is filtered again here. */
	struct nft_features f = { .ctfilter = true };
	enum haunt_err err = scratch_clear(nl, b, scratch);

	if (err == HAUNT_OK)
		err = probe_update(nl, b, scratch, &f.update);
	if (err == HAUNT_OK)
		err = probe_persist(b, scratch, &f.persist);
	if (err == HAUNT_OK)
		err = probe_destroy(b, scratch, &f.destroy);
	if (err == HAUNT_OK)
		err = nft_features_drop(&f, missing);
	if (err == HAUNT_OK)
		*out = f;
	return err;
}
