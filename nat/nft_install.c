/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how a start finds its past: tables that fit are taken over as they
 * are; others are replaced, in one transaction so that the cloak is never
 * lifted, and their grants go over into the new ones.
 */
#include "nat/nft_fw.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

#include "nat/nft_cloak.h"
#include "nat/nft_query.h"
#include "nat/nft_table.h"

/* How long sessions that ran before conntrack did are let through. */
#define GRACE_MS 120000u

/* What is in the kernel when we come. */
struct past {
	struct nft_table_state table;
	struct nft_table_state anchor;
	struct nft_elem_list grants[NFT_GRANT_SETS];
	struct rule *rules; /* of those that go on */
	size_t rules_len;
	struct nft_elem_list kept[NFT_KEPT_SETS];
	bool grace; /* sessions that conntrack has not seen are to pass */
};

static void past_free(struct past *past)
{
	for (size_t i = 0; i < NFT_GRANT_SETS; i++)
		free(past->grants[i].at);
	for (size_t i = 0; i < NFT_KEPT_SETS; i++)
		free(past->kept[i].at);
	free(past->rules);
}

void nft_log_failure(const struct fw *fw, const char *event, const char *step,
		     enum haunt_err err)
{
	char why[NL_WHY_MAX * 4];
	const char *said = nft_batch_why(fw->batch);
	const char *name = err == HAUNT_ESYS	? nl_errno_name(errno)
			   : err == HAUNT_EBUSY ? "table-full"
						: "no-memory";

	log_text(said, strlen(said), why, sizeof(why));
	log_event(LOG_LEVEL_ERROR, event, "step=%s error=%s%s%s", step, name,
		  why[0] ? " kernel=" : "", why);
}

/* ESTALE: a session has shut this door. */
static enum haunt_err door_look(const struct fw *fw, const struct rule *r)
{
	struct nft_elem e = nft_elem_once(r->id), found;
	enum haunt_err err = nft_query_elem(fw->nl, &e, &found);

	return err == HAUNT_ENOENT ? HAUNT_ESTALE : err;
}

/* Where a grant was led whose target is a name: it stays so, wherever the name
 * leads by now. ENOENT: it has another name, or leads nowhere. */
static enum haunt_err lead_look(const struct fw *fw, struct rule *r)
{
	struct nft_elem e, found;
	enum haunt_err err;

	nft_elem_lead(r, fw->config, &e);
	err = nft_query_elem(fw->nl, &e, &found);
	if (err != HAUNT_OK)
		return err;
	if (strcmp(found.comment, e.comment) != 0)
		return HAUNT_ENOENT;
	r->inner.addr = nft_elem_led_to(&found);
	return HAUNT_OK;
}

enum haunt_err nft_revive(const struct fw *fw, const struct nft_elem *e,
			  struct rule *out)
{
	struct grant g;
	enum haunt_err err = nft_elem_grant(e, fw->config, &g);

	if (err != HAUNT_OK)
		return err;
	if (g.lifetime_ms == 0)
		return HAUNT_ENOENT;
	err = rule_resolve(fw->config, &g, out);
	if (err == HAUNT_OK && fw->config->services[g.service].named)
		err = lead_look(fw, out);
	if (err == HAUNT_OK && rule_once(out))
		err = door_look(fw, out);
	return err;
}

void nft_log_unrevived(const struct nft_elem *e, enum haunt_err err)
{
	char names[NFT_COMMENT_MAX * 4];
	const char *reason = err == HAUNT_ENOENT    ? "gone-from-configuration"
			     : err == HAUNT_EDENIED ? "no-longer-allowed"
						    : "not-a-grant";

	/* It ends by itself while we look, or has been used. */
	if ((e->timeout_ms && !e->remaining_ms) || err == HAUNT_ESTALE)
		return;
	log_text(e->comment, strlen(e->comment), names, sizeof(names));
	log_event(LOG_LEVEL_WARNING, "adopt",
		  "grant=%u was=%s result=ended reason=%s", nft_elem_id(e),
		  names[0] ? names : "unknown", reason);
}

static enum haunt_err past_rules(const struct fw *fw, struct past *past)
{
	size_t n = 0;

	for (size_t i = 0; i < NFT_GRANT_SETS; i++)
		n += past->grants[i].len;
	past->rules = calloc(n + 1, sizeof(past->rules[0]));
	if (!past->rules)
		return HAUNT_ENOMEM;
	for (size_t i = 0; i < NFT_GRANT_SETS; i++) {
		for (size_t j = 0; j < past->grants[i].len; j++) {
			const struct nft_elem *e = &past->grants[i].at[j];
			struct rule *r = &past->rules[past->rules_len];
			enum haunt_err err = nft_revive(fw, e, r);

			if (err == HAUNT_OK)
				past->rules_len++;
			else
				nft_log_unrevived(e, err);
		}
	}
	return HAUNT_OK;
}

/* A set that an older or broken table does not have is empty. */
static enum haunt_err set_read(struct nl *nl, enum nft_set set,
			       struct nft_elem_list *out)
{
	enum haunt_err err = nft_query_set(nl, NFT_TABLE, set, out);

	if (err == HAUNT_ESYS && errno == ENOENT) {
		*out = (struct nft_elem_list){ .len = 0 };
		return HAUNT_OK;
	}
	return err;
}

static enum haunt_err past_read(const struct fw *fw, struct past *past)
{
	enum haunt_err err = HAUNT_OK;

	for (size_t i = 0; err == HAUNT_OK && i < NFT_GRANT_SETS; i++)
		err = set_read(fw->nl, nft_grant_sets[i], &past->grants[i]);
	if (err == HAUNT_OK)
		err = past_rules(fw, past);
	for (size_t i = 0; err == HAUNT_OK && i < NFT_KEPT_SETS; i++)
		err = set_read(fw->nl, nft_kept_sets[i], &past->kept[i]);
	return err;
}

/* The elements of all rules, set by set. */
static void rules_restore(const struct fw *fw, const struct past *past)
{
	for (size_t set = 0; set < NFT_SET_COUNT; set++) {
		struct nft_run run;

		/* Kept as it was: it says which doors are still open. */
		if (set == NFT_SET_ONCE)
			continue;

		nft_run_begin(&run, fw->batch, NFT_MSG_NEWSETELEM,
			      (enum nft_set)set);
		for (size_t i = 0; i < past->rules_len; i++) {
			struct nft_elem e[NFT_RULE_ELEMS];
			size_t n = nft_elem_of_rule(&past->rules[i], fw->config,
						    e);

			for (size_t j = 0; j < n; j++) {
				if (e[j].set == set)
					nft_run_put(&run, &e[j]);
			}
		}
		nft_run_end(&run);
	}
}

static void kept_restore(const struct fw *fw, const struct nft_elem_list *list,
			 enum nft_set set)
{
	struct nft_run run;

	nft_run_begin(&run, fw->batch, NFT_MSG_NEWSETELEM, set);
	for (size_t i = 0; i < list->len; i++) {
		struct nft_elem e = list->at[i];

		/* Without a timeout it would be there for ever. */
		if (!e.remaining_ms)
			continue;
		e.timeout_ms = e.remaining_ms;
		nft_run_put(&run, &e);
	}
	nft_run_end(&run);
}

static enum haunt_err rebuild(struct fw *fw, const struct past *past)
{
	uint32_t size = fw->skeleton->max_grants;
	struct fw_error why;

	/* A smaller table is no reason to end what is in force. */
	if (past->rules_len > size)
		size = (uint32_t)past->rules_len;
	nft_batch_begin(fw->batch);
	if (past->table.present)
		nft_table_delete(fw->batch, NFT_TABLE);
	if (past->anchor.present)
		nft_table_delete(fw->batch, NFT_ANCHOR);
	nft_table_make(fw->batch, fw->skeleton, size);
	for (size_t i = 0; i < NFT_KEPT_SETS; i++)
		kept_restore(fw, &past->kept[i], nft_kept_sets[i]);
	rules_restore(fw, past);
	if (past->grace) {
		struct nft_elem e = nft_elem_grace(IPPROTO_TCP, GRACE_MS);

		nft_elem_add(fw->batch, &e);
	}
	return nft_batch_commit(fw->batch, &why);
}

/* Whether all ports that are to be cloaked are, by their number: it costs
 * nothing, and tells when one was taken out while nobody owned the table. */
static bool cloaked_whole(struct fw *fw)
{
	struct nft_elem_list cloaked;

	if (nft_query_set(fw->nl, NFT_TABLE, NFT_SET_PROTECTED, &cloaked) !=
	    HAUNT_OK)
		return false;
	free(cloaked.at);
	return cloaked.len == fw->skeleton->cloaked_len;
}

/* Why the tables cannot stay as they are; NULL if they can. */
static const char *misfit(struct fw *fw, const struct past *past)
{
	uint32_t flags = fw->have.persist ? NFT_TABLE_OWNED_AND_KEPT : 0;
	char name[SKELETON_NAME_MAX];
	size_t rules;

	if (fw->restored)
		return "put-back-by-another-process";
	if (past->table.present && !skeleton_is_of_now(past->table.comment))
		return "of-an-earlier-boot";
	if (!past->table.present || !past->anchor.present)
		return "incomplete";
	/* The owner flag goes with the owner. */
	if (((past->table.flags | past->anchor.flags) & ~NFT_TABLE_OWNED) !=
	    (flags & ~NFT_TABLE_OWNED))
		return "flags";
	skeleton_name(fw->skeleton, name);
	if (!skeleton_is_named(past->table.comment, name) ||
	    !skeleton_is_named(past->anchor.comment, name))
		return "changed";
	if (nft_query_rules(fw->nl, &rules) != HAUNT_OK)
		return "unreadable";
	return rules == nft_rules_count(fw->skeleton) && cloaked_whole(fw)
		       ? NULL
		       : "damaged";
}

static enum haunt_err adopt(struct fw *fw)
{
	struct fw_error why;

	if (!fw->have.persist)
		return HAUNT_OK;
	nft_batch_begin(fw->batch);
	nft_table_adopt(fw->batch, NFT_TABLE);
	nft_table_adopt(fw->batch, NFT_ANCHOR);
	return nft_batch_commit(fw->batch, &why);
}

static enum haunt_err install_new(struct fw *fw, struct past *past)
{
	enum haunt_err err;

	past->grace = true;
	err = rebuild(fw, past);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "table", "install", err);
		return err;
	}
	log_event(LOG_LEVEL_INFO, "table", "result=installed grace=%us",
		  GRACE_MS / 1000);
	return HAUNT_OK;
}

static enum haunt_err install_over(struct fw *fw, struct past *past)
{
	const char *reason = misfit(fw, past);
	size_t doors = 0, timed = 0;
	enum haunt_err err;

	if (!reason) {
		err = adopt(fw);
		if (err != HAUNT_OK)
			nft_log_failure(fw, "table", "adopt", err);
		else
			log_event(LOG_LEVEL_INFO, "table", "result=adopted");
		return err == HAUNT_OK ? nft_cloak_adopt(fw) : err;
	}
	/* A set of another shape cannot be read: then nothing is said. */
	if (nft_cloak_count(fw, &doors, &timed) != HAUNT_OK)
		doors = 1;
	/* What somebody saved and loaded again is no grant of anybody's. */
	err = HAUNT_OK;
	if (!fw->restored && skeleton_is_of_now(past->table.comment))
		err = past_read(fw, past);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "table", "read", err);
		return err;
	}
	if (!past->table.present)
		past->grace = true;
	err = rebuild(fw, past);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "table", "rebuild", err);
		return err;
	}
	log_event(LOG_LEVEL_INFO, "table",
		  "result=rebuilt reason=%s grants=%zu", reason,
		  past->rules_len);
	if (fw->skeleton->cloaked_len)
		nft_cloak_note(fw, doors, timed);
	return HAUNT_OK;
}

/* The port id of a process that lives and holds a table; 0 if none does. */
static uint32_t stranger(const struct fw *fw, const struct nft_table_state *t)
{
	return t->present && t->owner != nl_portid(fw->nl) ? t->owner : 0;
}

enum haunt_err nft_install(struct fw *fw)
{
	struct past past = { .rules_len = 0 };
	enum haunt_err err;
	uint32_t other;

	nft_cloak_prepare(fw);
	err = nft_query_table(fw->nl, NFT_TABLE, &past.table);
	if (err == HAUNT_OK)
		err = nft_query_table(fw->nl, NFT_ANCHOR, &past.anchor);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "table", "look", err);
		return err;
	}
	other = stranger(fw, &past.table);
	if (!other)
		other = stranger(fw, &past.anchor);
	if (other) {
		log_event(LOG_LEVEL_ERROR, "table",
			  "error=owned-by-another-process port-id=%u", other);
		return HAUNT_EBUSY;
	}
	fw->handle = 0;
	if (past.table.present || past.anchor.present)
		err = install_over(fw, &past);
	else
		err = install_new(fw, &past);
	past_free(&past);
	if (err != HAUNT_OK)
		return err;
	/* If that fails, the next look learns it. */
	if (nft_query_table(fw->nl, NFT_TABLE, &past.table) == HAUNT_OK)
		fw->handle = past.table.handle;
	fw->restored = false;
	return HAUNT_OK;
}
