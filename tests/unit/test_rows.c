/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of rows against a table that anybody can understand: the same
 * random steps on both, and the same answers.
 */
#include "core/gate/rows.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

#define MAX   50
#define DOORS 120
#define STEPS 200000

/* A door's number is its place here. */
struct plain {
	uint32_t at;   /* 0: no row */
	uint32_t id;   /* 0: nobody */
	uint64_t ends; /* 0: no timer */
};

static struct plain plain[DOORS];
static uint32_t used;

static struct door door_make(uint32_t n)
{
	struct door d = { .proto = n % 2 ? IPPROTO_UDP : IPPROTO_TCP,
			  .port = (uint16_t)(1 + n / 8) };

	d.address = addr_from_v4("\306\063\144\007");
	d.address.b[15] = (uint8_t)(n / 2 % 4);
	return d;
}

static void step_add(struct rows *rows, uint32_t n)
{
	struct door d = door_make(n);
	uint32_t at;

	if (plain[n].at)
		return;
	at = rows_add(rows, &d);
	assert_int_equal(at == 0, used == MAX);
	plain[n].at = at;
	used += at != 0;
}

static void step_remove(struct rows *rows, uint32_t n)
{
	if (!plain[n].at)
		return;
	rows_remove(rows, plain[n].at);
	plain[n] = (struct plain){ .at = 0 };
	used--;
}

/* Timers are cleared before the tenant changes, as changes.c does. */
static void step_let(struct rows *rows, uint32_t n, uint32_t id, uint64_t ends)
{
	const struct tenant t = { .id = id, .expires_ms = ends };

	if (!plain[n].at || (id && rows_find_id(rows, id)))
		return;
	rows_timer_clear(rows, plain[n].at);
	rows_let(rows, plain[n].at, &t);
	plain[n].id = id;
	plain[n].ends = 0;
	if (!id)
		return;
	rows_timer_set(rows, plain[n].at);
	plain[n].ends = ends;
}

static void check_first(struct rows *rows)
{
	uint64_t least = UINT64_MAX;
	uint32_t first = rows_timer_first(rows);

	for (uint32_t n = 0; n < DOORS; n++) {
		if (plain[n].ends && plain[n].ends < least)
			least = plain[n].ends;
	}
	assert_int_equal(first == 0, least == UINT64_MAX);
	if (first)
		assert_int_equal(rows_at(rows, first)->tenant.expires_ms,
				 least);
}

static void check_same(struct rows *rows)
{
	for (uint32_t n = 0; n < DOORS; n++) {
		struct door d = door_make(n);

		assert_int_equal(rows_find_door(rows, &d), plain[n].at);
		if (plain[n].id)
			assert_int_equal(rows_find_id(rows, plain[n].id),
					 plain[n].at);
	}
	assert_int_equal(rows_used(rows), used);
	assert_int_equal(rows_left(rows), MAX - used);
	assert_true(rows_end(rows) <= MAX + 1);
}

static void test_against_a_plain_table(void **state)
{
	struct rows *rows;

	(void)state;
	srandom(20240601);
	check_ok(rows_new(MAX, &rows));
	for (int i = 0; i < STEPS; i++) {
		uint32_t n = (uint32_t)random() % DOORS;
		uint32_t id = 1 + (uint32_t)random() % 500;
		uint64_t ends = 1 + (uint64_t)random() % 1000;

		switch (random() % 5) {
		case 0:
		case 1:
			step_add(rows, n);
			break;
		case 2:
			step_remove(rows, n);
			break;
		case 3:
			step_let(rows, n, id, ends);
			break;
		default:
			step_let(rows, n, 0, 0);
		}
		check_first(rows);
		if (i % 100 == 0)
			check_same(rows);
	}
	check_same(rows);
	rows_free(rows);
}

static void test_unknown(void **state)
{
	struct door d = door_make(3);
	struct rows *rows;

	(void)state;
	check_ok(rows_new(1, &rows));
	assert_int_equal(rows_find_door(rows, &d), 0);
	assert_int_equal(rows_find_id(rows, 17), 0);
	assert_int_equal(rows_timer_first(rows), 0);
	rows_free(rows);
	rows_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_a_plain_table),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
