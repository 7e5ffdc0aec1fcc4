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
#define OUTBOX_MAX 65536
/* How often a transaction is made whose failure may pass. */
#define TRIES_MAX 3

struct outbox {
	pthread_mutex_t lock;
	struct nft_elem *at;
	size_t len;
	size_t cap;
	int fd;
};

enum haunt_err outbox_new(struct outbox **out)
{
	struct outbox *box = calloc(1, sizeof(*box));

	if (!box)
		return HAUNT_ENOMEM;
	pthread_mutex_init(&box->lock, NULL);
	box->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (box->fd < 0) {
		outbox_free(box);
		return HAUNT_ESYS;
	}
	*out = box;
	return HAUNT_OK;
}

void outbox_free(struct outbox *box)
{
	if (!box)
		return;
	if (box->fd >= 0)
		close(box->fd);
	pthread_mutex_destroy(&box->lock);
	free(box->at);
	free(box);
}

static enum haunt_err outbox_grow(struct outbox *box, size_t n)
{
	size_t cap = box->cap ? box->cap : 64;
	struct nft_elem *more;

	while (cap < box->len + n)
		cap *= 2;
	if (cap == box->cap)
		return HAUNT_OK;
	if (cap > OUTBOX_MAX)
		return HAUNT_EBUSY;
	more = reallocarray(box->at, cap, sizeof(box->at[0]));
	if (!more)
		return HAUNT_ENOMEM;
	box->at = more;
	box->cap = cap;
	return HAUNT_OK;
}

static enum haunt_err outbox_add(struct outbox *box,
				 const struct session *sessions, size_t n)
{
	const uint64_t one = 1;
	enum haunt_err err;

	pthread_mutex_lock(&box->lock);
	err = outbox_grow(box, n);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++) {
		const struct session *s = &sessions[i];

		box->at[box->len++] =
			nft_elem_cut(s->proto, &s->inner, &s->back, CUT_MS);
	}
	if (err == HAUNT_OK && write(box->fd, &one, sizeof(one)) != sizeof(one))
		err = HAUNT_ESYS;
	pthread_mutex_unlock(&box->lock);
	return err;
}

enum haunt_err nft_cut(struct fw *fw, const struct session *sessions, size_t n)
{
	enum haunt_err err = outbox_add(fw->outbox, sessions, n);
	enum haunt_err cut = ct_cut(fw->ct, sessions, n);

	return cut != HAUNT_OK ? cut : err;
}

int nft_leftover(const struct fw *fw)
{
	return fw->outbox->fd;
}

/* Takes all that there is; the caller frees it. */
static struct nft_elem *outbox_take(struct outbox *box, size_t *len)
{
	struct nft_elem *at;
	uint64_t n;

	pthread_mutex_lock(&box->lock);
	(void)!read(box->fd, &n, sizeof(n));
	at = box->at;
	*len = box->len;
	box->at = NULL;
	box->len = 0;
	box->cap = 0;
	pthread_mutex_unlock(&box->lock);
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

static enum haunt_err elements_commit(struct fw *fw, const struct nft_elem *at,
				      size_t n, struct fw_error *why)
{
	nft_batch_begin(fw->batch);
	elements_add(fw->batch, NFT_SET_CUT4, at, n);
	elements_add(fw->batch, NFT_SET_CUT6, at, n);
	return nft_batch_commit(fw->batch, why);
}

/* Puts back what was taken and is still to be done, without waking anybody:
 * that waits for the next. */
static enum haunt_err outbox_return(struct outbox *box,
				    const struct nft_elem *at, size_t n)
{
	enum haunt_err err;

	pthread_mutex_lock(&box->lock);
	err = outbox_grow(box, n);
	for (size_t i = 0; err == HAUNT_OK && i < n; i++)
		box->at[box->len++] = at[i];
	pthread_mutex_unlock(&box->lock);
	return err;
}

void nft_finish(struct fw *fw)
{
	struct fw_error why;
	enum haunt_err err;
	size_t n = 0;
	struct nft_elem *at = outbox_take(fw->outbox, &n);

	err = elements_commit(fw, at, n, &why);
	/* What is in force already is as good the second time. */
	for (int i = 1; i < TRIES_MAX && err == HAUNT_ESYS &&
			(why.unknown || nl_is_passing(why.error));
	     i++)
		err = elements_commit(fw, at, n, &why);
	if (err != HAUNT_OK) {
		nft_log_failure(fw, "cut", "keep-out", err);
		/* A set that is full would be full for the others, too. */
		if (err != HAUNT_EBUSY &&
		    outbox_return(fw->outbox, at, n) != HAUNT_OK)
			log_event(LOG_LEVEL_ERROR, "cut",
				  "step=keep-out error=given-up sessions=%zu",
				  n);
	}
	free(at);
}
