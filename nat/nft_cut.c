/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that cutting takes two threads. Conntrack's own finds the sessions and
 * ends them; what keeps a server from going on with one, when conntrack has
 * forgotten it, are elements of our table, which only the thread whose socket
 * owns the table can write.
 */
#include "nat/nft_fw.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A server may be silent for two hours, until it asks whether its client is
 * still there; and again some times. */
#define CUT_MS (24u * 3600 * 1000)
/* What nobody fetched: sessions, not packets. Beyond it the marks alone do. */
#define CUTS_MAX 65536

struct cuts {
	pthread_mutex_t lock;
	struct nft_elem *at;
	size_t len;
	size_t cap;
	int fd;
};

enum haunt_err cuts_new(struct cuts **out)
{
	struct cuts *cuts = calloc(1, sizeof(*cuts));

	if (!cuts)
		return HAUNT_ENOMEM;
	pthread_mutex_init(&cuts->lock, NULL);
	cuts->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (cuts->fd < 0) {
		cuts_free(cuts);
		return HAUNT_ESYS;
	}
	*out = cuts;
	return HAUNT_OK;
}

void cuts_free(struct cuts *cuts)
{
	if (!cuts)
		return;
	if (cuts->fd >= 0)
		close(cuts->fd);
	pthread_mutex_destroy(&cuts->lock);
	free(cuts->at);
	free(cuts);
}

static enum haunt_err cuts_grow(struct cuts *cuts, size_t n)
{
	size_t cap = cuts->cap ? cuts->cap : 64;
	struct nft_elem *more;

	while (cap < cuts->len + n)
		cap *= 2;
	if (cap == cuts->cap)
		return HAUNT_OK;
	if (cap > CUTS_MAX)
		return HAUNT_EBUSY;
	more = reallocarray(cuts->at, cap, sizeof(cuts->at[0]));
	if (!more)
		return HAUNT_ENOMEM;
	cuts->at = more;
	cuts->cap = cap;
	return HAUNT_OK;
}

static enum haunt_err cuts_add(struct cuts *cuts,
			       const struct session *sessions, size_t n)
{
	const uint64_t one = 1;
	enum haunt_err err;

	pthread_mutex_lock(&cuts->lock);
	err = cuts_grow(cuts, n);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		const struct session *s = &sessions[i];

		cuts->at[cuts->len++] =
			nft_elem_cut(s->proto, &s->inner, &s->back, CUT_MS);
	}
	if (err == HAUNT_OK &&
	    write(cuts->fd, &one, sizeof(one)) != sizeof(one))
		err = HAUNT_ESYS;
	pthread_mutex_unlock(&cuts->lock);
	return err;
}

enum haunt_err nft_cut(struct fw *fw, const struct session *sessions, size_t n)
{
	enum haunt_err err = cuts_add(fw->cuts, sessions, n);
	enum haunt_err cut = ct_cut(fw->ct, sessions, n);

	return cut != HAUNT_OK ? cut : err;
}

int nft_leftover(const struct fw *fw)
{
	return fw->cuts->fd;
}

/* Takes all that there is; the caller frees it. */
static struct nft_elem *cuts_take(struct cuts *cuts, size_t *len)
{
	struct nft_elem *at;
	uint64_t n;

	pthread_mutex_lock(&cuts->lock);
	(void)!read(cuts->fd, &n, sizeof(n));
	at = cuts->at;
	*len = cuts->len;
	cuts->at = NULL;
	cuts->len = 0;
	cuts->cap = 0;
	pthread_mutex_unlock(&cuts->lock);
	return at;
}

static void elements_add(struct nft_batch *b, enum nft_set set,
			 const struct nft_elem *at, size_t n)
{
	struct nft_run run;

	nft_run_begin(&run, b, NFT_MSG_NEWSETELEM, set);
	run.renew = true;
	for (size_t i = 0; i < n; i++) {
		if (at[i].set == set)
			nft_run_put(&run, &at[i]);
	}
	nft_run_end(&run);
}

void nft_finish(struct fw *fw)
{
	struct fw_error why;
	enum haunt_err err;
	size_t n = 0;
	struct nft_elem *at = cuts_take(fw->cuts, &n);

	nft_batch_begin(fw->batch);
	elements_add(fw->batch, NFT_SET_CUT4, at, n);
	elements_add(fw->batch, NFT_SET_CUT6, at, n);
	err = nft_batch_commit(fw->batch, &why);
	free(at);
	if (err != HAUNT_OK)
		nft_log_failure(fw, "cut", "keep-out", err);
}
