/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides how the elements of cloaked ports get another end in one transaction.
 */
#include "nat/nft_cloak.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/tcp.h"
#include "nat/ct.h"
#include "nat/nft_query.h"

static uint64_t now_ms(void)
{
	return clock_mono_ms(clock_system());
}

void nft_cloak_prepare(struct fw *fw)
{
	struct skeleton *s = fw->skeleton;
	uint64_t now = now_ms();

	s->lifted = fw->tried && now >= fw->try_until_ms;
	s->protect_ms = fw->tried && !s->lifted ? fw->try_until_ms - now : 0;
}

/* Every cloaked port's element as the skeleton says, whatever it is now. */
static enum haunt_err elements_put(struct fw *fw)
{
	const struct skeleton *s = fw->skeleton;
	struct fw_error why;

	nft_batch_begin(fw->batch);
	for (size_t i = 0; i < s->cloaked_len; i++) {
		struct nft_elem e = nft_elem_protected(s->cloaked[i].proto,
						       s->cloaked[i].port);

		/* The first makes sure that there is one to delete. */
		nft_elem_add(fw->batch, &e);
		nft_elem_delete(fw->batch, &e);
		e.timeout_ms = s->protect_ms;
		if (!s->lifted)
			nft_elem_add(fw->batch, &e);
	}
	return nft_batch_commit(fw->batch, &why);
}

/* *timed: how many of the elements in force end by themselves. */
enum haunt_err nft_cloak_count(struct fw *fw, size_t *n, size_t *timed)
{
	struct nft_elem_list list;
	enum haunt_err err =
		nft_query_set(fw->nl, NFT_TABLE, NFT_SET_PROTECTED, &list);

	if (err != HAUNT_OK)
		return err;
	*n = list.len;
	*timed = 0;
	for (size_t i = 0; i < list.len; i++)
		*timed += list.at[i].timeout_ms != 0;
	free(list.at);
	return HAUNT_OK;
}

void nft_cloak_note(const struct fw *fw, size_t n, size_t timed)
{
	if (!fw->tried && !timed && n)
		return;
	if (fw->tried)
		log_event(LOG_LEVEL_INFO, "cloak", "was=%s result=%s",
			  timed || !n ? "tried" : "in-force",
			  fw->skeleton->lifted ? "lifted" : "tried");
	else
		log_event(LOG_LEVEL_WARNING, "cloak",
			  "was=%s result=in-force reason=started-without-try",
			  timed ? "tried" : "lifted");
}

enum haunt_err nft_cloak_adopt(struct fw *fw)
{
	size_t n = 0, timed = 0;
	enum haunt_err err = nft_cloak_count(fw, &n, &timed);

	nft_cloak_prepare(fw);
	if (err == HAUNT_OK && !fw->tried && !timed &&
	    n == fw->skeleton->cloaked_len)
		return HAUNT_OK;
	if (err == HAUNT_OK)
		err = elements_put(fw);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "cloak", "adopt", err);
		return err;
	}
	nft_cloak_note(fw, n, timed);
	return HAUNT_OK;
}

enum haunt_err nft_cloak_keep(struct fw *fw)
{
	size_t n = 0, timed = 0;
	enum haunt_err err;

	if (!fw->tried)
		return HAUNT_OK;
	err = nft_cloak_count(fw, &n, &timed);
	if (err != HAUNT_OK)
		return err;
	/* The kernel was faster. */
	if (n < fw->skeleton->cloaked_len || now_ms() >= fw->try_until_ms)
		return HAUNT_ESTALE;
	fw->tried = false;
	nft_cloak_prepare(fw);
	err = elements_put(fw);
	fw->tried = err != HAUNT_OK;
	return err;
}

static bool end_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

struct wanted {
	const struct endpoint *client;
	const struct endpoint *server;
	bool found;
};

static enum haunt_err session_match(void *arg, const struct sight *sight)
{
	const struct session *s = &sight->session;
	struct wanted *w = arg;

	if (s->state == SESSION_LIVES && s->proto == IPPROTO_TCP &&
	    end_equal(&s->client, w->client) &&
	    (end_equal(&s->outer, w->server) ||
	     end_equal(&s->inner, w->server)))
		w->found = true;
	return HAUNT_OK;
}

/* The thread has the other sockets for conntrack. */
static enum haunt_err by_grant(const struct fw *fw, struct wanted *w)
{
	struct ct *ct = NULL;
	enum haunt_err err = ct_open(fw->have.ctfilter, &ct);

	if (err == HAUNT_OK)
		err = ct_sessions(ct, session_match, w);
	ct_close(ct);
	return err;
}

static bool is_friend(const struct config *config, const struct ip_addr *a)
{
	for (size_t i = 0; i < config->never_close_for_len; i++) {
		if (prefix_contains(&config->never_close_for[i], a))
			return true;
	}
	return false;
}

enum haunt_err nft_cloak_seen(struct fw *fw, const struct endpoint *client,
			      const struct endpoint *server)
{
	struct wanted w = { .client = client, .server = server };
	struct tcp_conns conns = { .len = 0 };
	enum haunt_err err = by_grant(fw, &w);
	bool is_there = false;

	if (err != HAUNT_OK || w.found)
		return err;
	err = tcp_established(&conns);
	for (size_t i = 0; err == HAUNT_OK && i < conns.len; i++)
		is_there |= end_equal(&conns.at[i].remote, client) &&
			    end_equal(&conns.at[i].local, server);
	free(conns.at);
	if (err != HAUNT_OK)
		return err;
	if (!is_there)
		return HAUNT_ENOENT;
	return is_friend(fw->config, &client->addr) ? HAUNT_OK : HAUNT_EDENIED;
}
