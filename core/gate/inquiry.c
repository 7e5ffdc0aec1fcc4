/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides that only the first of the queue is under way. */
#include "core/gate/inquiry.h"

#include <stdlib.h>

_Static_assert(INQUIRY_PART <= SESSIONS_ASK_MAX, "one answer holds a part");

enum haunt_err inquiry_new(struct inquiry **out)
{
	struct inquiry *q = calloc(1, sizeof(*q));

	if (!q)
		return HAUNT_ENOMEM;
	*out = q;
	return HAUNT_OK;
}

void inquiry_free(struct inquiry *q)
{
	free(q);
}

void inquiry_push(struct inquiry_queue *queue, struct inquiry *q)
{
	struct inquiry **link = &queue->head;

	while (*link)
		link = &(*link)->next;
	if (q->len)
		q->after = q->part[q->len - 1].serial;
	q->len = 0;
	q->seq = 0;
	q->next = NULL;
	*link = q;
}

void inquiry_forget(struct inquiry *q)
{
	q->tell = NULL;
}

struct inquiry *inquiry_unsent(const struct inquiry_queue *queue,
			       struct sessions_ask *out)
{
	struct inquiry *q = queue->head;

	if (!q || q->seq)
		return NULL;
	*out = (struct sessions_ask){ .after = q->after, .max = INQUIRY_PART };
	return q;
}

bool inquiry_session(struct inquiry_queue *queue, const struct session *s)
{
	struct inquiry *q = queue->head;

	if (!q || !q->seq || q->len == INQUIRY_PART)
		return false;
	q->part[q->len++] = *s;
	return true;
}

enum haunt_err inquiry_result(struct inquiry_queue *queue,
			      const struct nat_result *result)
{
	struct inquiry *q = queue->head;

	if (!q || !q->seq || q->seq != result->seq)
		return HAUNT_ENOENT;
	queue->head = q->next;
	q->next = NULL;
	q->err = (enum haunt_err)result->err;
	q->error = (int)result->error;
	q->last = q->err || q->len < INQUIRY_PART;
	if (q->tell)
		q->tell(q->arg, q);
	else
		inquiry_free(q);
	return HAUNT_OK;
}

void inquiry_clear(struct inquiry_queue *queue)
{
	while (queue->head) {
		struct inquiry *q = queue->head;

		queue->head = q->next;
		if (!q->tell)
			inquiry_free(q);
	}
}
