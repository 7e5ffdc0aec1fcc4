/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the buffer of a transaction, its growing, the numbering of its
 * messages and the order in which the kernel answers.
 */
#include "nat/nft_batch.h"

#include <errno.h>
#include <libnftnl/common.h>
#include <stdlib.h>
#include <string.h>

#define START_BYTES ((size_t)2 * NFT_MESSAGE_MAX)
#define KEEP_BYTES  ((size_t)16 * NFT_MESSAGE_MAX)
#define START_LEN   256
/* Begin and end of the batch are messages, too. */
#define FRAME 2

struct nft_batch {
	struct nl *nl;
	char *buf;
	size_t cap;
	size_t used;	       /* bytes of messages that are complete */
	struct nlmsghdr *open; /* at buf + used; NULL if there is none */
	size_t *at;	       /* which rule each message is for */
	size_t at_cap;
	size_t len; /* messages, with the open one */
	size_t now; /* the rule that messages are for */
	uint32_t id;
	uint32_t first; /* number of the batch's first message */
	enum haunt_err err;
	char why[NL_WHY_MAX];
};

/* Bytes from a message to the next. */
static size_t message_size(const struct nlmsghdr *h)
{
	return ((size_t)h->nlmsg_len + MNL_ALIGNTO - 1) & ~(size_t)3;
}

enum haunt_err nft_batch_new(struct nl *nl, struct nft_batch **out)
{
	struct nft_batch *b = calloc(1, sizeof(*b));

	if (!b)
		return HAUNT_ENOMEM;
	b->nl = nl;
	b->buf = malloc(START_BYTES);
	b->at = calloc(START_LEN, sizeof(b->at[0]));
	if (!b->buf || !b->at) {
		nft_batch_free(b);
		return HAUNT_ENOMEM;
	}
	b->cap = START_BYTES;
	b->at_cap = START_LEN;
	nft_batch_begin(b);
	*out = b;
	return HAUNT_OK;
}

void nft_batch_free(struct nft_batch *b)
{
	if (!b)
		return;
	free(b->buf);
	free(b->at);
	free(b);
}

/* Gives back what one big transaction needed. */
static void buffer_shrink(struct nft_batch *b)
{
	char *less;

	if (b->cap <= KEEP_BYTES)
		return;
	less = realloc(b->buf, START_BYTES);
	if (!less)
		return;
	b->buf = less;
	b->cap = START_BYTES;
}

void nft_batch_begin(struct nft_batch *b)
{
	buffer_shrink(b);
	b->used = message_size(nftnl_batch_begin(b->buf, 0));
	b->open = NULL;
	b->len = 0;
	b->now = FW_AT_NONE;
	b->id = 0;
	b->err = HAUNT_OK;
	b->why[0] = '\0';
}

void nft_batch_at(struct nft_batch *b, size_t at)
{
	b->now = at;
}

static void message_end(struct nft_batch *b)
{
	if (!b->open)
		return;
	b->used += message_size(b->open);
	b->open = NULL;
}

/* Room for one more message, and the batch's end. */
static bool room_make(struct nft_batch *b)
{
	if (b->cap - b->used < START_BYTES) {
		char *more = realloc(b->buf, b->cap * 2);

		if (!more)
			return false;
		b->buf = more;
		b->cap *= 2;
	}
	if (b->len == b->at_cap) {
		size_t *more =
			reallocarray(b->at, b->at_cap * 2, sizeof(b->at[0]));

		if (!more)
			return false;
		b->at = more;
		b->at_cap *= 2;
	}
	return true;
}

struct nlmsghdr *nft_batch_add(struct nft_batch *b, uint16_t type,
			       uint16_t family, uint16_t flags)
{
	message_end(b);
	if (!room_make(b)) {
		/* It will not be sent: write over what is there. */
		nft_batch_fail(b, HAUNT_ENOMEM);
		b->used = 0;
		b->len = 0;
	}
	b->at[b->len++] = b->now;
	b->open =
		nftnl_nlmsg_build_hdr(b->buf + b->used, type, family, flags, 0);
	return b->open;
}

uint32_t nft_batch_id(struct nft_batch *b)
{
	return ++b->id;
}

void nft_batch_fail(struct nft_batch *b, enum haunt_err err)
{
	if (b->err == HAUNT_OK)
		b->err = err;
}

bool nft_batch_failed(const struct nft_batch *b)
{
	return b->err != HAUNT_OK;
}

size_t nft_batch_len(const struct nft_batch *b)
{
	return b->len;
}

const char *nft_batch_why(const struct nft_batch *b)
{
	return b->why;
}

const void *nft_batch_seal(struct nft_batch *b, uint32_t first, size_t *len)
{
	struct nlmsghdr *last = b->open;
	size_t at = 0;

	if (last)
		last->nlmsg_flags |= NLM_F_ACK;
	message_end(b);
	*len = b->used + message_size(nftnl_batch_end(b->buf + b->used, 0));
	b->first = first;
	while (at < *len) {
		struct nlmsghdr *h = (struct nlmsghdr *)(void *)(b->buf + at);

		h->nlmsg_seq = first++;
		at += message_size(h);
	}
	return b->buf;
}

bool nft_batch_answer(struct nft_batch *b, const struct nlmsghdr *h,
		      struct fw_error *why)
{
	/* An answer to an earlier question wraps to a large number. */
	uint32_t i = h->nlmsg_seq - b->first;
	int error;

	if (i > b->len || h->nlmsg_type != NLMSG_ERROR)
		return false;
	error = nl_error(h);
	if (error && !why->error) {
		why->error = error;
		why->at = i ? b->at[i - 1] : FW_AT_NONE;
		nl_why(h, b->why);
	}
	/* Message 0 is the begin: with it the whole batch is refused. */
	return i == 0 || i == b->len;
}

static enum haunt_err refusal(const struct fw_error *why)
{
	errno = why->error;
	return why->error == ENFILE ? HAUNT_EBUSY : HAUNT_ESYS;
}

/* What one message was refused for is told before the end: then none of the
 * batch is in force, whatever became of the rest of the answer. */
static enum haunt_err verdict_lost(struct fw_error *why)
{
	int error = errno;

	if (why->error)
		return refusal(why);
	*why = (struct fw_error){ .error = error,
				  .at = FW_AT_NONE,
				  .unknown = true };
	return HAUNT_ESYS;
}

static enum haunt_err verdict_read(struct nft_batch *b, struct fw_error *why)
{
	const struct nlmsghdr *h = NULL;
	enum haunt_err err;
	bool last = false;
	size_t size;
	int left;

	while (!last) {
		err = nl_recv(b->nl, &h, &size);
		left = err == HAUNT_OK ? (int)size : 0;
		for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
			last = nft_batch_answer(b, h, why) || last;
		if (err == HAUNT_OK && !last)
			err = nl_whole(b->nl, left);
		if (err != HAUNT_OK)
			return verdict_lost(why);
	}
	return why->error ? refusal(why) : HAUNT_OK;
}

enum haunt_err nft_batch_commit(struct nft_batch *b, struct fw_error *why)
{
	enum haunt_err err;
	const void *data;
	size_t len;

	*why = (struct fw_error){ .at = FW_AT_NONE };
	if (b->err != HAUNT_OK || b->len == 0)
		return b->err;
	data = nft_batch_seal(b, nl_seq(b->nl, (uint32_t)b->len + FRAME), &len);
	err = nl_send(b->nl, data, len);
	if (err != HAUNT_OK) {
		why->error = errno;
		return err;
	}
	return verdict_read(b, why);
}
