/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides by what chains and sets haunt's verdicts are known.
 */
#include "explain/ours.h"

#include <inttypes.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <string.h>

#include "nat/host.h"
#include "nat/nft_query.h"
#include "nat/rule.h"

bool ours_is_table(const struct path_step *s)
{
	return s->event->family == NFPROTO_INET &&
	       !strcmp(s->event->table, NFT_TABLE);
}

static bool in_chain(const struct path_step *s, const char *chain)
{
	return ours_is_table(s) && !strcmp(s->event->chain, chain);
}

bool ours_is(const struct path_step *s)
{
	return ours_is_table(s) || !strcmp(s->facts.comment, HOST_TAG);
}

bool ours_is_cloak(const struct path_step *s)
{
	return in_chain(s, "cloaked");
}

bool ours_is_friend(const struct path_step *s)
{
	return in_chain(s, "friends") && path_code(s) == NF_ACCEPT;
}

static bool finds_grant(const struct path_step *s)
{
	if (!in_chain(s, "check") && !in_chain(s, "passed"))
		return false;
	for (size_t i = 0; i < NFT_GRANT_SETS; i++)
		if (!strcmp(s->facts.set,
			    nft_set_specs[nft_grant_sets[i]].name))
			return true;
	return false;
}

bool ours_granted(const struct path *path)
{
	for (size_t i = 0; i < path->len; i++) {
		const struct path_step *s = &path->steps[i];

		if (path_code(s) == NF_ACCEPT &&
		    (finds_grant(s) || in_chain(s, "few")))
			return true;
	}
	return false;
}

bool ours_used_up(const struct path *path)
{
	for (size_t i = 0; i < path->len; i++)
		if (finds_grant(&path->steps[i]))
			return !ours_granted(path);
	return false;
}

enum haunt_err ours_grant_find(struct nl *nl, const struct question *q,
			       struct ours_grant *out)
{
	struct rule rule = { .address = q->client,
			     .proto = q->proto,
			     .outer = q->port };
	struct nft_elem key = nft_elem_door(&rule);
	struct nft_elem found;
	const char *space;
	enum haunt_err err = nft_query_elem(nl, &key, &found);

	if (err == HAUNT_ENOENT && nft_elem_twin(key.set, &key.set))
		err = nft_query_elem(nl, &key, &found);
	if (err == HAUNT_ENOENT) {
		key = nft_elem_way(&q->client);
		err = nft_query_elem(nl, &key, &found);
	}
	if (err == HAUNT_ENOENT)
		return HAUNT_OK;
	if (err)
		return err;
	*out = (struct ours_grant){ .id = nft_elem_id(&found),
				    .remaining_ms = found.remaining_ms };
	space = strchr(found.comment, ' ');
	if (space) {
		memcpy(out->service, found.comment,
		       (size_t)(space - found.comment));
		strcpy(out->client, space + 1);
	}
	return HAUNT_OK;
}

void ours_grant_tell(const struct ours_grant *g, char *text, size_t size)
{
	snprintf(text, size,
		 "haunt's grant %" PRIu32 " (client %s, service %s, %" PRIu64
		 " s left)",
		 g->id, g->client, g->service, (g->remaining_ms + 999) / 1000);
}
