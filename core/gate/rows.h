/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table behind the grants: one row a door, found by door, by id, and by
 * the time it ends. A door is what a client connects to: address, protocol,
 * outer port. The memory for all rows is set aside at the start and touched
 * only as it is used. Nothing here decides anything.
 */
#ifndef HAUNT_GATE_ROWS_H
#define HAUNT_GATE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"

struct door {
	struct ip_addr address;
	uint8_t proto;
	uint16_t port;
};

/* What stands at a door; id 0: nothing, it is shut. */
struct tenant {
	uint32_t id;
	uint32_t lifetime_ms;
	uint64_t expires_ms; /* monotonic; UINT64_MAX until it is in force */
	int64_t since_s;     /* wall clock */
	uint16_t service;
	uint16_t client;
};

struct row {
	struct door door;
	struct tenant tenant;
	uint32_t pending; /* changes that nat has not answered */
	/* The rest belongs to rows.c. */
	uint32_t next_door;
	uint32_t next_id;
	uint32_t heap_at;
};

/* Rows are numbered from 1; 0 is none. */
struct rows;

enum haunt_err rows_new(uint32_t max, struct rows **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void rows_free(struct rows *rows);

struct row *rows_at(struct rows *rows, uint32_t at);
/* Every row ever used is below this. */
uint32_t rows_end(const struct rows *rows);
uint32_t rows_used(const struct rows *rows);
uint32_t rows_left(const struct rows *rows);

uint32_t rows_find_door(struct rows *rows, const struct door *door);
uint32_t rows_find_id(struct rows *rows, uint32_t id);

/* A new row with nobody at the door; 0 when the table is full. */
uint32_t rows_add(struct rows *rows, const struct door *door);
/* Takes the row out of everything. */
void rows_remove(struct rows *rows, uint32_t at);
/* Who stands at the door from now on; keeps the index of ids right. */
void rows_let(struct rows *rows, uint32_t at, const struct tenant *tenant);

/* Puts the row in the order of ends, or takes it out. */
void rows_timer_set(struct rows *rows, uint32_t at);
void rows_timer_clear(struct rows *rows, uint32_t at);
/* The row that ends first; 0 if no timer is set. */
uint32_t rows_timer_first(const struct rows *rows);

#endif
