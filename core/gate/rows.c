/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides two hash tables with chains through the rows, a binary heap, and a
 * list of free rows. The hash is seeded, since a client that may open doors
 * for others chooses addresses as it likes.
 */
#include "core/gate/rows.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct rows {
	struct row *rows; /* [0] is not used */
	uint32_t *doors;  /* heads of chains */
	uint32_t *ids;	  /* heads of chains */
	uint32_t *heap;	  /* [1] ends first */
	uint32_t mask;	  /* of both hash tables */
	uint32_t heap_len;
	uint32_t free; /* list through next_door */
	uint32_t end;  /* rows from here on were never used */
	uint32_t max;
	uint32_t used;
	uint64_t seed;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static uint32_t *door_head(const struct rows *rows, const struct door *door)
{
	uint64_t half[2];
	uint64_t h;

	memcpy(half, door->address.b, sizeof(half));
	h = mix(mix(rows->seed, half[0]), half[1]);
	h = mix(h, (uint64_t)door->proto << 16 | door->port);
	return &rows->doors[(h >> 7) & rows->mask];
}

static uint32_t *id_head(const struct rows *rows, uint32_t id)
{
	return &rows->ids[id & rows->mask];
}

enum haunt_err rows_new(uint32_t max, struct rows **out)
{
	struct rows *rows = calloc(1, sizeof(*rows));
	size_t buckets = 16;

	if (!rows)
		return HAUNT_ENOMEM;
	while (buckets < max)
		buckets *= 2;
	rows->max = max;
	rows->end = 1;
	rows->mask = (uint32_t)(buckets - 1);
	rows->rows = calloc((size_t)max + 1, sizeof(*rows->rows));
	rows->heap = calloc((size_t)max + 1, sizeof(*rows->heap));
	rows->doors = calloc(buckets, sizeof(*rows->doors));
	rows->ids = calloc(buckets, sizeof(*rows->ids));
	if (!rows->rows || !rows->heap || !rows->doors || !rows->ids) {
		rows_free(rows);
		return HAUNT_ENOMEM;
	}
	if (getrandom(&rows->seed, sizeof(rows->seed), 0) !=
	    (ssize_t)sizeof(rows->seed)) {
		rows_free(rows);
		return HAUNT_ESYS;
	}
	*out = rows;
	return HAUNT_OK;
}

void rows_free(struct rows *rows)
{
	if (!rows)
		return;
	free(rows->rows);
	free(rows->heap);
	free(rows->doors);
	free(rows->ids);
	free(rows);
}

struct row *rows_at(struct rows *rows, uint32_t at)
{
	return &rows->rows[at];
}

uint32_t rows_end(const struct rows *rows)
{
	return rows->end;
}

uint32_t rows_used(const struct rows *rows)
{
	return rows->used;
}

uint32_t rows_left(const struct rows *rows)
{
	return rows->max - rows->used;
}

static bool door_equal(const struct door *a, const struct door *b)
{
	return a->port == b->port && a->proto == b->proto &&
	       addr_equal(&a->address, &b->address);
}

uint32_t rows_find_door(struct rows *rows, const struct door *door)
{
	uint32_t at = *door_head(rows, door);

	while (at && !door_equal(&rows->rows[at].door, door))
		at = rows->rows[at].next_door;
	return at;
}

uint32_t rows_find_id(struct rows *rows, uint32_t id)
{
	uint32_t at = *id_head(rows, id);

	while (at && rows->rows[at].tenant.id != id)
		at = rows->rows[at].next_id;
	return at;
}

uint32_t rows_add(struct rows *rows, const struct door *door)
{
	uint32_t *head = door_head(rows, door);
	uint32_t at = rows->free;

	if (at)
		rows->free = rows->rows[at].next_door;
	else if (rows->end <= rows->max)
		at = rows->end++;
	else
		return 0;
	rows->rows[at] = (struct row){ .door = *door, .next_door = *head };
	*head = at;
	rows->used++;
	return at;
}

static void id_unlink(struct rows *rows, uint32_t at)
{
	uint32_t *link = id_head(rows, rows->rows[at].tenant.id);

	while (*link != at)
		link = &rows->rows[*link].next_id;
	*link = rows->rows[at].next_id;
}

void rows_let(struct rows *rows, uint32_t at, const struct tenant *tenant)
{
	struct row *row = &rows->rows[at];

	if (row->tenant.id)
		id_unlink(rows, at);
	row->tenant = *tenant;
	if (tenant->id) {
		uint32_t *head = id_head(rows, tenant->id);

		row->next_id = *head;
		*head = at;
	}
}

void rows_remove(struct rows *rows, uint32_t at)
{
	struct row *row = &rows->rows[at];
	uint32_t *link = door_head(rows, &row->door);

	rows_timer_clear(rows, at);
	if (row->tenant.id)
		id_unlink(rows, at);
	while (*link != at)
		link = &rows->rows[*link].next_door;
	*link = row->next_door;
	*row = (struct row){ .next_door = rows->free };
	rows->free = at;
	rows->used--;
}

static uint64_t heap_key(const struct rows *rows, uint32_t i)
{
	return rows->rows[rows->heap[i]].tenant.expires_ms;
}

static void heap_set(struct rows *rows, uint32_t i, uint32_t at)
{
	rows->heap[i] = at;
	rows->rows[at].heap_at = i;
}

static void heap_swap(struct rows *rows, uint32_t i, uint32_t j)
{
	uint32_t at = rows->heap[i];

	heap_set(rows, i, rows->heap[j]);
	heap_set(rows, j, at);
}

static void heap_up(struct rows *rows, uint32_t i)
{
	while (i > 1 && heap_key(rows, i) < heap_key(rows, i / 2)) {
		heap_swap(rows, i, i / 2);
		i /= 2;
	}
}

static void heap_down(struct rows *rows, uint32_t i)
{
	for (;;) {
		uint32_t least = i;

		for (uint32_t child = 2 * i; child <= 2 * i + 1; child++) {
			if (child <= rows->heap_len &&
			    heap_key(rows, child) < heap_key(rows, least))
				least = child;
		}
		if (least == i)
			return;
		heap_swap(rows, i, least);
		i = least;
	}
}

void rows_timer_set(struct rows *rows, uint32_t at)
{
	uint32_t i = rows->rows[at].heap_at;

	if (!i) {
		i = ++rows->heap_len;
		heap_set(rows, i, at);
	}
	heap_up(rows, i);
	heap_down(rows, rows->rows[at].heap_at);
}

void rows_timer_clear(struct rows *rows, uint32_t at)
{
	uint32_t i = rows->rows[at].heap_at;
	uint32_t last;

	if (!i)
		return;
	last = rows->heap[rows->heap_len--];
	rows->rows[at].heap_at = 0;
	if (last == at)
		return;
	heap_set(rows, i, last);
	heap_up(rows, i);
	heap_down(rows, rows->rows[last].heap_at);
}

uint32_t rows_timer_first(const struct rows *rows)
{
	return rows->heap_len ? rows->heap[1] : 0;
}
