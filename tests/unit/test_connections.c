/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets a place, and who loses his. */
#include "core/capture/connections.h"

#include <string.h>

#include "tests/lib/check.h"

static struct connections *c;

static int setup(void **state)
{
	(void)state;
	return connections_new(&c) != HAUNT_OK;
}

static int teardown(void **state)
{
	(void)state;
	connections_free(c);
	return 0;
}

enum net { NET_A, NET_B, NET_V6, NET_V6_NEXT };

/* The address i of a network; of the last two all are in one /64. */
static struct endpoint source_of(enum net net, unsigned int i)
{
	static const uint8_t v4[][2] = { { 198, 51 }, { 203, 0 } };
	uint8_t b[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, (uint8_t)net };
	struct endpoint e = { .port = 40000 };

	if (net == NET_A || net == NET_B) {
		memcpy(b, v4[net], 2);
		b[2] = (uint8_t)(i >> 8);
		b[3] = (uint8_t)i;
		e.addr = addr_from_v4(b);
	} else {
		b[8] = (uint8_t)(i + 1);
		b[15] = (uint8_t)i;
		e.addr = addr_from_v6(b);
	}
	return e;
}

static struct connection *add(const struct endpoint *source, int fd)
{
	struct connection *victim = connections_victim(c, &source->addr);

	assert_null(victim);
	return connections_add(c, fd, source, (uint64_t)fd);
}

static void test_order(void **state)
{
	const struct endpoint a = source_of(NET_A, 1);
	struct connection *first, *second, *third;

	(void)state;
	assert_null(connections_oldest(c));
	first = add(&a, 10);
	second = add(&a, 11);
	third = add(&a, 12);
	assert_int_equal(first->until_ms, 10 + CONNECTION_MS);
	assert_ptr_equal(connections_oldest(c), first);
	assert_ptr_equal(connections_next(c, first), second);
	connections_remove(c, second);
	assert_ptr_equal(connections_next(c, first), third);
	connections_remove(c, first);
	assert_ptr_equal(connections_oldest(c), third);
	assert_null(connections_next(c, third));
	/* What somebody said before is not the next one's. */
	third->len = 7;
	third->over = true;
	connections_remove(c, third);
	third = add(&a, 13);
	assert_int_equal(third->len, 0);
	assert_false(third->over);
	assert_int_equal(third->fd, 13);
}

/* Who has his share pays for himself, whoever else is there. */
static void share_of(enum net one, bool many, enum net other)
{
	struct connection *oldest, *mine = NULL;
	struct endpoint a = source_of(one, 0), b = source_of(other, 0);

	assert_null(connections_oldest(c));
	oldest = add(&b, 1);
	for (unsigned int i = 0; i < CONNECTIONS_PER_SOURCE; i++) {
		struct connection *k;

		a = source_of(one, many ? i : 0);
		k = add(&a, (int)i + 2);
		mine = mine ? mine : k;
	}
	assert_ptr_equal(connections_victim(c, &a.addr), mine);
	assert_null(connections_victim(c, &b.addr));
	connections_remove(c, mine);
	assert_null(connections_victim(c, &a.addr));
	assert_ptr_equal(connections_oldest(c), oldest);
	while (connections_oldest(c))
		connections_remove(c, connections_oldest(c));
}

static void test_share(void **state)
{
	(void)state;
	share_of(NET_A, false, NET_B);
	/* One /64 is one source, its neighbour another. */
	share_of(NET_V6, true, NET_V6_NEXT);
	share_of(NET_V6, true, NET_A);
}

static void test_full(void **state)
{
	struct connection *oldest;
	struct endpoint a;

	(void)state;
	for (unsigned int i = 0; i < CONNECTIONS_MAX; i++) {
		a = source_of(NET_A, i);
		add(&a, (int)i);
	}
	oldest = connections_oldest(c);
	assert_int_equal(oldest->fd, 0);
	a = source_of(NET_B, 1);
	/* Everybody, and so each in turn, in the order of age. */
	for (unsigned int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
		struct connection *victim = connections_victim(c, &a.addr);

		assert_int_equal(victim->fd, (int)i);
		connections_remove(c, victim);
		a = source_of(NET_B, i);
		add(&a, (int)(CONNECTIONS_MAX + i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_share, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
