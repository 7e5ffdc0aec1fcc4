/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides a ring of jobs, who goes first, and how often and for how long one is
 * tried. */
#include "core/gate/desk.h"

#include <stdlib.h>

struct desk {
	uint32_t birth;
	uint32_t count; /* of all jobs so far */
	size_t head;
	size_t len;
	/* of the first */
	bool at_work;
	bool tried; /* by a process that has ended */
	bool lost;
	uint64_t sent_ms;
	struct desk_job jobs[DESK_MAX];
	struct desk_job out;
};

enum haunt_err desk_new(uint32_t birth, struct desk **out)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!desk)
		return HAUNT_ENOMEM;
	desk->birth = birth;
	*out = desk;
	return HAUNT_OK;
}

void desk_free(struct desk *desk)
{
	free(desk);
}

static struct desk_job *slot(struct desk *desk, size_t i)
{
	return &desk->jobs[(desk->head + i) % DESK_MAX];
}

static bool is_proven(const struct signers_message *message)
{
	return message->client != SIGNERS_NONE;
}

static bool has_room(struct desk *desk, bool proven)
{
	size_t unproven = 0;

	for (size_t i = 0; i < desk->len; i++)
		unproven += is_proven(&slot(desk, i)->message) ? 0 : 1;
	return desk->len < DESK_MAX && (proven || unproven < DESK_UNPROVEN_MAX);
}

/* A place at the end, or before those that no HMAC proves. The first keeps its
 * own: it is at work, or has been tried. */
static struct desk_job *place_make(struct desk *desk, bool proven)
{
	size_t at = desk->len;

	for (; proven && at > 1 && !is_proven(&slot(desk, at - 1)->message);
	     at--)
		*slot(desk, at) = *slot(desk, at - 1);
	return slot(desk, at);
}

enum haunt_err desk_add(struct desk *desk, const struct datagram *d,
			const struct signers_message *message, uint32_t seq)
{
	const bool proven = is_proven(message);
	struct desk_job *job;

	if (!has_room(desk, proven))
		return HAUNT_EBUSY;
	job = place_make(desk, proven);
	job->id = (uint64_t)desk->birth << 32 | ++desk->count;
	job->seq = seq;
	job->datagram = *d;
	job->message = *message;
	desk->len++;
	return HAUNT_OK;
}

size_t desk_len(const struct desk *desk)
{
	return desk->len;
}

uint32_t desk_seq(const struct desk *desk, size_t i)
{
	return desk->jobs[(desk->head + i) % DESK_MAX].seq;
}

const struct desk_job *desk_next(const struct desk *desk)
{
	if (!desk->len || desk->at_work || desk->lost)
		return NULL;
	return &desk->jobs[desk->head];
}

void desk_sent(struct desk *desk, uint64_t now_ms)
{
	desk->at_work = true;
	desk->sent_ms = now_ms;
}

void desk_hello(struct desk *desk, uint64_t now_ms)
{
	if (!desk->at_work)
		return;
	/* Once more, unless it was likely the death of the last one. */
	desk->lost = desk->tried || now_ms - desk->sent_ms >= DESK_SLOW_MS;
	desk->at_work = false;
	desk->tried = true;
}

static const struct desk_job *first_take(struct desk *desk)
{
	desk->out = *slot(desk, 0);
	desk->head = (desk->head + 1) % DESK_MAX;
	desk->len--;
	desk->at_work = false;
	desk->tried = false;
	desk->lost = false;
	return &desk->out;
}

const struct desk_job *desk_answered(struct desk *desk, uint64_t id)
{
	if (!desk->len || slot(desk, 0)->id != id)
		return NULL;
	return first_take(desk);
}

const struct desk_job *desk_lost(struct desk *desk, uint64_t now_ms)
{
	if (desk->at_work && now_ms - desk->sent_ms >= DESK_GIVE_UP_MS)
		desk->lost = true;
	return desk->lost ? first_take(desk) : NULL;
}

uint64_t desk_next_ms(const struct desk *desk)
{
	if (desk->lost)
		return 0;
	return desk->at_work ? desk->sent_ms + DESK_GIVE_UP_MS : UINT64_MAX;
}
