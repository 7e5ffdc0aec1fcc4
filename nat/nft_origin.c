/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that an origin is an element of a set that no rule looks at: its key
 * is the mark, its comment the rest.
 */
#include "nat/nft_origin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nat/nft_fw.h"
#include "nat/nft_query.h"

struct nft_elem nft_origin_elem(const struct origin *o)
{
	struct nft_elem e = { .set = NFT_SET_ORIGIN,
			      .timeout_ms = NFT_ORIGIN_MS };
	uint32_t mark = RULE_MARK_BASE | o->id;

	memcpy(e.key, &mark, sizeof(mark));
	snprintf(e.comment, sizeof(e.comment), "%s %s %" PRIu64, o->service,
		 o->client, o->since_ms);
	return e;
}

/* The next word of a comment; false if it is no name. */
static bool name_take(const char **at, char out[CONFIG_NAME_MAX + 1])
{
	size_t len = strcspn(*at, " ");

	if ((*at)[len] != ' ' || !origin_name_valid(*at, len))
		return false;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at += len + 1;
	return true;
}

enum haunt_err nft_origin_of(const struct nft_elem *e, struct origin *out)
{
	const char *at = e->comment;
	struct origin o = { .id = 0 };
	uint32_t mark;
	char *end;

	memcpy(&mark, e->key, sizeof(mark));
	o.id = mark & GRANT_ID_MAX;
	if (e->set != NFT_SET_ORIGIN || !o.id ||
	    (mark & RULE_MARK_MASK) != RULE_MARK_BASE ||
	    !name_take(&at, o.service) || !name_take(&at, o.client) ||
	    *at < '0' || *at > '9')
		return HAUNT_EFORMAT;
	o.since_ms = strtoull(at, &end, 10);
	if (*end)
		return HAUNT_EFORMAT;
	*out = o;
	return HAUNT_OK;
}

enum haunt_err nft_origin(struct fw *fw, const struct origin *o)
{
	struct nft_elem e = nft_origin_elem(o);
	enum haunt_err err = HAUNT_OK;
	struct fw_error why;

	nft_batch_begin(fw->batch);
	if (o->over)
		err = nft_elem_end(fw, &e);
	else
		nft_elem_refresh(fw, &e);
	return err == HAUNT_OK ? nft_batch_commit(fw->batch, &why) : err;
}

enum haunt_err nft_origins(struct fw *fw, fw_origin_fn *fn, void *arg)
{
	struct nft_elem_list list;
	enum haunt_err err =
		nft_query_set(fw->nl, NFT_TABLE, NFT_SET_ORIGIN, &list);

	if (err != HAUNT_OK)
		return err;
	for (size_t i = 0; err == HAUNT_OK && i < list.len; i++) {
		struct origin o;

		if (nft_origin_of(&list.at[i], &o) == HAUNT_OK)
			err = fn(arg, &o);
	}
	free(list.at);
	return err;
}
