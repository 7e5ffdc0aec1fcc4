/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the buffer that messages are kept in, and its growing.
 */
#include "explain/bag.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define START_BYTES 65536
#define START_LEN   256

/* Messages and attributes begin at multiples of four. */
static size_t padded(size_t len)
{
	return (len + MNL_ALIGNTO - 1) & ~(size_t)(MNL_ALIGNTO - 1);
}

static enum haunt_err bytes_room(struct bag *bag, size_t n)
{
	size_t cap = bag->cap ? bag->cap : START_BYTES;
	char *more;

	if (bag->cap - bag->used >= n)
		return HAUNT_OK;
	while (cap - bag->used < n)
		cap *= 2;
	more = realloc(bag->bytes, cap);
	if (!more)
		return HAUNT_ENOMEM;
	bag->bytes = more;
	bag->cap = cap;
	return HAUNT_OK;
}

static enum haunt_err at_room(struct bag *bag)
{
	size_t cap = bag->at_cap ? bag->at_cap * 2 : START_LEN;
	size_t *more;

	if (bag->len < bag->at_cap)
		return HAUNT_OK;
	more = reallocarray(bag->at, cap, sizeof(bag->at[0]));
	if (!more)
		return HAUNT_ENOMEM;
	bag->at = more;
	bag->at_cap = cap;
	return HAUNT_OK;
}

static void bytes_append(struct bag *bag, const void *data, size_t len)
{
	size_t whole = padded(len);

	memset(bag->bytes + bag->used, 0, whole);
	memcpy(bag->bytes + bag->used, data, len);
	bag->used += whole;
}

struct copying {
	struct bag *bag;
	uint64_t drop;
};

static int attr_append(const struct nlattr *a, void *arg)
{
	struct copying *c = arg;
	uint16_t type = mnl_attr_get_type(a);

	if (type >= 64 || !(c->drop & BAG_DROP(type)))
		bytes_append(c->bag, a, a->nla_len);
	return MNL_CB_OK;
}

enum haunt_err bag_copy(struct bag *bag, const struct nlmsghdr *h,
			const struct bag_form *form)
{
	struct nlmsghdr new = { .nlmsg_type = form->type,
				.nlmsg_flags = form->flags };
	struct copying c = { .bag = bag, .drop = form->drop };
	size_t start = bag->used;
	enum haunt_err err;

	if (mnl_nlmsg_get_payload_len(h) < form->head)
		return HAUNT_ELENGTH;
	/* What is copied is never longer, but for padding. */
	err = bytes_room(bag, padded(h->nlmsg_len) + sizeof(new));
	if (!err)
		err = at_room(bag);
	if (err)
		return err;
	bytes_append(bag, &new, sizeof(new));
	bytes_append(bag, mnl_nlmsg_get_payload(h), form->head);
	(void)mnl_attr_parse(h, (unsigned int)form->head, attr_append, &c);
	bag->at[bag->len++] = start;
	bag_last(bag)->nlmsg_len = (uint32_t)(bag->used - start);
	return HAUNT_OK;
}

enum haunt_err bag_put(struct bag *bag, uint16_t type, const void *data,
		       size_t len)
{
	struct nlattr a = { .nla_type = type,
			    .nla_len = (uint16_t)(sizeof(a) + len) };
	enum haunt_err err = bytes_room(bag, sizeof(a) + padded(len));

	if (err)
		return err;
	bytes_append(bag, &a, sizeof(a));
	bytes_append(bag, data, len);
	bag_last(bag)->nlmsg_len =
		(uint32_t)(bag->used - bag->at[bag->len - 1]);
	return HAUNT_OK;
}

enum haunt_err bag_put_be32(struct bag *bag, uint16_t type, uint32_t value)
{
	uint32_t be = htonl(value);

	return bag_put(bag, type, &be, sizeof(be));
}

struct nlmsghdr *bag_at(const struct bag *bag, size_t i)
{
	return (struct nlmsghdr *)(void *)(bag->bytes + bag->at[i]);
}

struct nlmsghdr *bag_last(const struct bag *bag)
{
	return bag_at(bag, bag->len - 1);
}

void bag_cut(struct bag *bag, size_t i)
{
	if (i >= bag->len)
		return;
	bag->used = bag->at[i];
	bag->len = i;
}

void bag_free(struct bag *bag)
{
	free(bag->bytes);
	free(bag->at);
	*bag = (struct bag){ .len = 0 };
}
