/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own tables: that they are there, are what the configuration calls for,
 * and cloak what is to be cloaked; and our rules in the chains of others.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/words.h"
#include "nat/nft_fw.h"
#include "nat/nft_table.h"
#include "nat/nl.h"

#define FLAG_PERSIST 0x4u
#define FLAG_DORMANT 0x1u

static struct finding *table_add(struct findings *out, enum finding_id id)
{
	struct finding *f = finding_add(out, id);

	finding_where(f, "table inet " NFT_TABLE);
	return f;
}

/* What the tables would be called, and how many rules they would have. */
static enum haunt_err expect(const struct snapshot *s,
			     const struct cloak_look looks[2],
			     char name[SKELETON_NAME_MAX], size_t *rules)
{
	bool persist = s->fw.table.flags & FLAG_PERSIST;
	struct skeleton *skeleton = NULL;
	enum haunt_err err = skeleton_new(s->config, &looks[1], &looks[0],
					  persist, &skeleton);

	if (err != HAUNT_OK)
		return err;
	skeleton_name(skeleton, name);
	*rules = nft_rules_count(skeleton);
	skeleton_free(skeleton);
	return HAUNT_OK;
}

/* Whether the tables are right but for how closed ports look now: the looks
 * that a host can have in one bit each. */
static bool looks_once(const struct snapshot *s, size_t *rules)
{
	for (unsigned int i = 0; i < 9; i++) {
		const enum cloak cloaks[] = { CLOAK_REJECT, CLOAK_DROP,
					      CLOAK_HOST };
		struct cloak_look looks[2] = {
			nft_look_for(&s->fw.host, false),
			nft_look_for(&s->fw.host, true),
		};
		char name[SKELETON_NAME_MAX];

		for (unsigned int v4 = 0; v4 < 2; v4++) {
			enum cloak c = cloaks[v4 ? i / 3 : i % 3];

			if (c != CLOAK_HOST)
				looks[v4] = (struct cloak_look){ .cloak = c };
		}
		if (expect(s, looks, name, rules) == HAUNT_OK &&
		    skeleton_is_named(s->fw.table.comment, name))
			return true;
	}
	return false;
}

static bool is_in_kernel(const struct snapshot *s, const struct nft_elem *e)
{
	for (size_t i = 0; i < s->fw.cloaked.len; i++) {
		if (memcmp(s->fw.cloaked.at[i].key, e->key,
			   nft_set_specs[e->set].key_len) == 0)
			return true;
	}
	return false;
}

/* The first of the target's ports that is not cloaked; false if all are. */
static bool first_open(const struct snapshot *s, const struct service *service,
		       uint16_t *out)
{
	for (unsigned int port = service->target.port;
	     port <= service->target_last; port++) {
		struct nft_elem e =
			nft_elem_protected(service->proto, (uint16_t)port);

		if (is_in_kernel(s, &e))
			continue;
		*out = (uint16_t)port;
		return true;
	}
	return false;
}

static void check_cloaked(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->config->services_len; i++) {
		const struct service *service = &s->config->services[i];
		uint16_t port = 0;
		struct finding *f;

		if (!service->local || !service->cloak ||
		    !first_open(s, service, &port))
			continue;
		f = finding_add(out, FOUND_NOT_CLOAKED);
		finding_where(f, "%s", service_words(service).text);
		finding_text(f,
			     "%s/%u is to be cloaked, and is not among the "
			     "cloaked ports in the kernel",
			     service_proto(service), port);
		fix_restart(s, f);
	}
}

static void check_present(const struct snapshot *s, struct findings *out)
{
	const struct cloak_look looks[2] = {
		nft_look_for(&s->fw.host, false),
		nft_look_for(&s->fw.host, true),
	};
	const struct snap_firewall *fw = &s->fw;
	char name[SKELETON_NAME_MAX] = "";
	struct finding *f = NULL;
	size_t rules = 0;
	int version = 0;

	if (sscanf(fw->table.comment, "haunt %d ", &version) != 1 ||
	    version != SKELETON_VERSION) {
		f = table_add(out, FOUND_TABLE_OTHER_VERSION);
		finding_text(f, "it was made by another version of haunt");
	} else if (expect(s, looks, name, &rules) != HAUNT_OK ||
		   !skeleton_is_named(fw->table.comment, name)) {
		bool once = looks_once(s, &rules);

		f = table_add(out, once ? FOUND_CLOAK_STALE
					: FOUND_TABLE_OTHER_CONFIG);
		finding_text(f, once ? "the host's firewall ends what it does "
				       "not know in another way than when "
				       "hauntd started: cloaked ports stand out"
				     : "it was made for another configuration");
		if (!once)
			rules = fw->table_rules;
	} else {
		check_cloaked(s, out);
	}
	if (f)
		fix_restart(s, f);
	if (version != SKELETON_VERSION ||
	    (rules == fw->table_rules && !(fw->table.flags & FLAG_DORMANT)))
		return;
	f = table_add(out, FOUND_TABLE_DAMAGED);
	finding_text(f,
		     fw->table.flags & FLAG_DORMANT
			     ? "it is dormant: none of its rules is in force"
			     : "it has %zu rules instead of %zu",
		     fw->table_rules, rules);
	fix_restart(s, f);
}

static void check_tags(const struct snapshot *s, struct findings *out)
{
	for (size_t i = 0; i < s->fw.host.len; i++) {
		const struct host_chain *c = &s->fw.host.chains[i];
		struct finding *f;

		if (c->end == HOST_END_ACCEPT || c->tagged)
			continue;
		f = finding_add(out, FOUND_TAG_MISSING);
		finding_where(f, "chain %s %s %s", nl_family_name(c->family),
			      c->table, c->chain);
		finding_text(f,
			     "haunt's rule is not in it, though it ends in "
			     "a %s: it stops what is granted",
			     c->end == HOST_END_DROP ? "drop" : "reject");
		fix_accept_mark(f, c->family, c->table, c->chain, c->xt, true);
	}
}

void check_table(const struct snapshot *s, struct findings *out)
{
	if (s->fw.table.present && s->fw.anchor.present) {
		check_present(s, out);
	} else {
		struct finding *f = table_add(out, FOUND_TABLE_MISSING);

		finding_text(f, "haunt's tables are not in the kernel: nothing "
				"is cloaked and nothing can be opened");
		fix_restart(s, f);
	}
	if (s->config->integration == INTEGRATION_AUTO)
		check_tags(s, out);
}
