/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides what putting a rule in force means: which elements come, which go,
 * and how a kernel that lacks a feature is brought to the same end.
 */
#include "nat/nft_fw.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "nat/nft_cloak.h"
#include "nat/nft_origin.h"
#include "nat/nft_query.h"

/* How often a transaction is built anew after the kernel's state had moved
 * on while it was built. */
#define RETRY_MAX 3
/* How long a mark stays stopped. Its sessions have got another by then: this
 * is for what was on its way when they were looked for. */
#define REVOKED_MS (15u * 60 * 1000)

enum haunt_err nft_elem_end(struct fw *fw, const struct nft_elem *e)
{
	struct nft_elem found;
	enum haunt_err err;

	if (fw->have.destroy) {
		nft_elem_destroy(fw->batch, e);
		return HAUNT_OK;
	}
	/* Where only what is there can be deleted, look first. */
	err = nft_query_elem(fw->nl, e, &found);
	if (err == HAUNT_OK)
		nft_elem_delete(fw->batch, e);
	return err == HAUNT_ENOENT ? HAUNT_OK : err;
}

void nft_elem_refresh(struct fw *fw, const struct nft_elem *e)
{
	if (fw->have.update) {
		nft_elem_renew(fw->batch, e);
		return;
	}
	/* The first add makes sure that there is something to delete, also
	 * if it ran out meanwhile; where it is there it changes nothing. */
	nft_elem_add(fw->batch, e);
	nft_elem_delete(fw->batch, e);
	nft_elem_add(fw->batch, e);
}

/* A door that a session has shut may be let again, while that session has the
 * rest of its time. */
static bool mark_ends_with_door(const struct nft_elem *e, uint32_t id)
{
	return e->set != NFT_SET_LIVE || !(id & GRANT_ID_ONCE);
}

/* NAT that the grant before had at this door. Without destroy it is left to
 * run out: no element points to its mark any more. */
static void nat_forget(struct fw *fw, const struct rule *r)
{
	struct nft_elem e[NFT_MARK_ELEMS];
	size_t n = nft_elem_of_mark(r->replaces, addr_is_v4(&r->address), e);

	for (size_t i = 0; fw->have.destroy && i < n; i++) {
		if (mark_ends_with_door(&e[i], r->replaces))
			nft_elem_destroy(fw->batch, &e[i]);
	}
}

/* A door has its place in two sets, with a number of connections and without;
 * a service that got one since may still hold the other. */
static enum haunt_err twin_end(struct fw *fw, const struct nft_elem *e,
			       const struct rule *r)
{
	struct nft_elem twin = *e;

	if (!r->replaces || !nft_elem_twin(e->set, &twin.set))
		return HAUNT_OK;
	return nft_elem_end(fw, &twin);
}

/* wary: the kernel's state is not what the gate thinks; trust nothing. */
static enum haunt_err rule_put(struct fw *fw, const struct rule *r, bool wary)
{
	struct nft_elem e[NFT_RULE_ELEMS];
	size_t n = nft_elem_of_rule(r, fw->config, e);
	enum haunt_err err = HAUNT_OK;

	/* What was spent of a number of connections comes back by making the
	 * element anew. */
	if (r->replaces == r->id && !wary && !r->connections) {
		for (size_t i = 0; i < n; i++)
			nft_elem_refresh(fw, &e[i]);
		return HAUNT_OK;
	}
	if (r->replaces && r->replaces != r->id)
		nat_forget(fw, r);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		/* The door may be held by the grant before, or by one that
		 * the gate's clock ended a moment earlier than the kernel's.
		 * A mark is new, so its NAT cannot be. */
		bool door = nft_elem_at_door(&e[i]);

		if (wary || r->replaces == r->id ||
		    (door && (r->replaces || fw->have.destroy)))
			err = nft_elem_end(fw, &e[i]);
		if (err == HAUNT_OK && door)
			err = twin_end(fw, &e[i], r);
		nft_elem_add(fw->batch, &e[i]);
	}
	return err;
}

static enum haunt_err rules_put(struct fw *fw, const struct rule *rules,
				size_t n, bool wary, struct fw_error *why)
{
	enum haunt_err err = HAUNT_OK;

	nft_batch_begin(fw->batch);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		nft_batch_at(fw->batch, i);
		err = rule_put(fw, &rules[i], wary);
	}
	if (err == HAUNT_OK)
		return nft_batch_commit(fw->batch, why);
	*why = (struct fw_error){ .error = errno, .at = FW_AT_NONE };
	return err;
}

/* True for errors that say that an element is, or is not, there. */
static bool moved_on(enum haunt_err err, const struct fw_error *why)
{
	return err == HAUNT_ESYS &&
	       (why->error == EEXIST || why->error == ENOENT);
}

static enum haunt_err nft_apply(struct fw *fw, const struct rule *rules,
				size_t n, struct fw_error *why)
{
	uint64_t since_ms = clock_mono_ms(clock_system());
	enum haunt_err err;
	bool again;
	int tries = 0;

	*why = (struct fw_error){ .at = FW_AT_NONE };
	for (size_t i = 0; i < n; i++) {
		/* 0 would mean for ever. */
		if (rules[i].lifetime_ms == 0) {
			why->at = i;
			return HAUNT_EDENIED;
		}
	}
	do {
		err = rules_put(fw, rules, n, tries > 0, why);
		again = why->unknown || moved_on(err, why);
		if (why->unknown)
			err = nft_doubt_apply(fw, rules, n, since_ms, why);
	} while (err == HAUNT_ESYS && again && tries++ < RETRY_MAX);
	errno = why->error;
	return err;
}

/* Marks an id: whatever carries its mark is stopped both ways, by the same
 * transaction that closes the door. */
static enum haunt_err id_stop(struct fw *fw, uint32_t id)
{
	struct nft_elem e = nft_elem_revoked(id, REVOKED_MS);
	enum haunt_err err = nft_elem_end(fw, &e);

	nft_elem_add(fw->batch, &e);
	if (err != HAUNT_OK || !(id & GRANT_ID_ONCE))
		return err;
	e = nft_elem_revoked(id | GRANT_ID_WON, REVOKED_MS);
	err = nft_elem_end(fw, &e);
	nft_elem_add(fw->batch, &e);
	return err;
}

static enum haunt_err rules_end(struct fw *fw, const struct rule *rules,
				size_t n, bool cut, struct fw_error *why)
{
	enum haunt_err err = HAUNT_OK;

	nft_batch_begin(fw->batch);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		struct nft_elem e[NFT_RULE_ELEMS];
		size_t count = nft_elem_of_rule(&rules[i], fw->config, e);

		nft_batch_at(fw->batch, i);
		for (size_t j = 0; err == HAUNT_OK && j < count; j++)
			err = nft_elem_end(fw, &e[j]);
		if (err == HAUNT_OK && cut)
			err = id_stop(fw, rules[i].id);
	}
	if (err == HAUNT_OK)
		return nft_batch_commit(fw->batch, why);
	*why = (struct fw_error){ .error = errno, .at = FW_AT_NONE };
	return err;
}

static enum haunt_err nft_revoke(struct fw *fw, const struct rule *rules,
				 size_t n, bool cut, struct fw_error *why)
{
	enum haunt_err err;
	bool again;
	int tries = 0;

	do {
		err = rules_end(fw, rules, n, cut, why);
		again = why->unknown || moved_on(err, why);
		if (why->unknown)
			err = nft_doubt_revoke(fw, rules, n, cut, why);
	} while (err == HAUNT_ESYS && again && tries++ < RETRY_MAX);
	errno = why->error;
	return err;
}

static enum haunt_err ids_stop(struct fw *fw, const uint32_t *ids, size_t n,
			       struct fw_error *why)
{
	enum haunt_err err = HAUNT_OK;

	nft_batch_begin(fw->batch);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++)
		err = id_stop(fw, ids[i]);
	if (err == HAUNT_OK)
		return nft_batch_commit(fw->batch, why);
	*why = (struct fw_error){ .error = errno, .at = FW_AT_NONE };
	return err;
}

static enum haunt_err nft_stop(struct fw *fw, const uint32_t *ids, size_t n,
			       struct fw_error *why)
{
	enum haunt_err err;
	bool again;
	int tries = 0;

	do {
		err = ids_stop(fw, ids, n, why);
		again = why->unknown || moved_on(err, why);
		if (why->unknown)
			err = nft_doubt_stop(fw, ids, n, why);
	} while (err == HAUNT_ESYS && again && tries++ < RETRY_MAX);
	errno = why->error;
	return err;
}

enum haunt_err nft_drop(struct fw *fw, const struct nft_elem *e)
{
	struct nft_elem nat[NFT_MARK_ELEMS];
	uint32_t id = nft_elem_id(e);
	struct fw_error why;
	enum haunt_err err;
	size_t n = 0;

	if (id)
		n = nft_elem_of_mark(id, nft_set_is_v4(e->set), nat);
	nft_batch_begin(fw->batch);
	err = nft_elem_end(fw, e);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		if (mark_ends_with_door(&nat[i], id))
			err = nft_elem_end(fw, &nat[i]);
	}
	if (err == HAUNT_OK)
		err = nft_batch_commit(fw->batch, &why);
	return err == HAUNT_ESYS && errno == ENOENT ? HAUNT_OK : err;
}

static enum haunt_err nft_cut_stale(struct fw *fw, const struct rule *rules,
				    size_t n)
{
	return ct_cut_stale(fw->ct, rules, n);
}

static enum haunt_err nft_cut_others(struct fw *fw, const uint32_t *ids,
				     size_t n)
{
	return ct_cut_others(fw->ct, ids, n);
}

static enum haunt_err nft_sessions(struct fw *fw, fw_sight_fn *fn, void *arg)
{
	return ct_sessions(fw->ct, fn, arg);
}

static enum haunt_err nft_session(struct fw *fw, const struct session *s,
				  struct sight *out)
{
	return ct_session(fw->ct, s, out);
}

static bool nft_accounting(struct fw *fw)
{
	(void)fw;
	return ct_accounting();
}

static enum haunt_err nft_events(struct fw *fw, bool on, int *fd)
{
	return ct_events(fw->ct, on, fd);
}

static enum haunt_err nft_hear(struct fw *fw, fw_event_fn *fn, void *arg)
{
	return ct_hear(fw->ct, fn, arg);
}

static bool nft_at_risk(const struct fw *fw)
{
	return fw->at_risk;
}

static enum haunt_err nft_room(struct fw *fw)
{
	return ct_room(fw->ct);
}

const struct fw_ops fw_nft = {
	.open = nft_open,
	.apply = nft_apply,
	.revoke = nft_revoke,
	.stop = nft_stop,
	.scan_begin = nft_scan_begin,
	.scan_next = nft_scan_next,
	.count = nft_count,
	.find = nft_find,
	.seen = nft_cloak_seen,
	.keep = nft_cloak_keep,
	.watch = nft_watch,
	.repair = nft_repair,
	.cut_stale = nft_cut_stale,
	.cut = nft_cut,
	.cut_others = nft_cut_others,
	.leftover = nft_leftover,
	.finish = nft_finish,
	.sessions = nft_sessions,
	.session = nft_session,
	.accounting = nft_accounting,
	.events = nft_events,
	.hear = nft_hear,
	.origin = nft_origin,
	.origins = nft_origins,
	.at_risk = nft_at_risk,
	.room = nft_room,
	.close = nft_close,
};
