/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what is to be seen of a transaction afterwards: of which element that
 * is there, or is not, one can tell whether all of it is in force.
 */
#include "core/base/clock.h"
#include "nat/nft_fw.h"
#include "nat/nft_query.h"

/* What a timeout may be short of by the kernel's rounding. */
#define TICK_MS 20

static void found_out_log(const char *what, const struct fw_error *why,
			  bool done)
{
	log_event(LOG_LEVEL_WARNING, what,
		  "step=commit error=%s result=answer-lost found=%s",
		  nl_errno_name(why->error), done ? "done" : "not-done");
}

/* Whether the rule is in force as a transaction since then would have left
 * it: with its own mark and, if it was there before, with its new time. */
static enum haunt_err rule_look(struct fw *fw, const struct rule *r,
				uint64_t since_ms, bool *there)
{
	struct nft_elem e[NFT_RULE_ELEMS], found;
	uint64_t past_ms = clock_mono_ms(clock_system()) - since_ms;
	enum haunt_err err;

	*there = false;
	(void)nft_elem_of_rule(r, fw->config, e);
	err = nft_query_elem(fw->nl, &e[0], &found);
	if (err == HAUNT_ENOENT)
		return HAUNT_OK;
	if (err != HAUNT_OK)
		return err;
	*there = nft_elem_id(&found) == r->id &&
		 (r->replaces != r->id ||
		  (found.timeout_ms == r->lifetime_ms &&
		   found.remaining_ms + past_ms + TICK_MS >= r->lifetime_ms));
	return HAUNT_OK;
}

/* After a verdict that was lost. All of a transaction is in force if one of
 * its rules is; one that was not there before tells best. */
enum haunt_err nft_doubt_apply(struct fw *fw, const struct rule *rules,
			       size_t n, uint64_t since_ms,
			       const struct fw_error *why)
{
	enum haunt_err err;
	size_t i = 0;
	bool done;

	while (i < n - 1 && rules[i].replaces == rules[i].id)
		i++;
	err = rule_look(fw, &rules[i], since_ms, &done);
	if (err != HAUNT_OK)
		return HAUNT_ESTALE;
	found_out_log("grant", why, done);
	return done ? HAUNT_OK : HAUNT_ESYS;
}

/* Whether the id's sessions are stopped. */
static enum haunt_err id_look(struct fw *fw, uint32_t id, bool *stopped)
{
	struct nft_elem e = nft_elem_revoked(id, 0), found;
	enum haunt_err err = nft_query_elem(fw->nl, &e, &found);

	*stopped = err == HAUNT_OK;
	return err == HAUNT_ENOENT ? HAUNT_OK : err;
}

/* Ended are all that are not there, whatever else ended them. */
enum haunt_err nft_doubt_revoke(struct fw *fw, const struct rule *rules,
				size_t n, bool cut, const struct fw_error *why)
{
	enum haunt_err err = HAUNT_OK;
	bool there = false, stopped = true;

	for (size_t i = 0; !there && stopped && i < n; i++) {
		struct rule r = rules[i];

		r.replaces = 0;
		err = rule_look(fw, &r, 0, &there);
		if (err == HAUNT_OK && cut)
			err = id_look(fw, r.id, &stopped);
		if (err != HAUNT_OK)
			return HAUNT_ESTALE;
	}
	found_out_log("revoke", why, !there && stopped);
	return there || !stopped ? HAUNT_ESYS : HAUNT_OK;
}

enum haunt_err nft_doubt_stop(struct fw *fw, const uint32_t *ids, size_t n,
			      const struct fw_error *why)
{
	bool stopped = true;

	for (size_t i = 0; stopped && i < n; i++) {
		if (id_look(fw, ids[i], &stopped) != HAUNT_OK)
			return HAUNT_ESTALE;
	}
	found_out_log("cut", why, stopped);
	return stopped ? HAUNT_OK : HAUNT_ESYS;
}
