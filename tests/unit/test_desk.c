/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs are done in order, one at a time, and none is tried for ever. */
#include "core/gate/desk.h"

#include <string.h>

#include "tests/lib/check.h"

static struct desk *desk;
static struct datagram datagram;
static struct signers_message message;

static int setup(void **state)
{
	(void)state;
	check_ok(desk_new(7, &desk));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	desk_free(desk);
	return 0;
}

static enum haunt_err add(uint32_t seq)
{
	datagram.when_ns = seq;
	message.len = (uint16_t)seq;
	return desk_add(desk, &datagram, &message, seq);
}

static void test_order(void **state)
{
	const struct desk_job *job;
	uint64_t id;

	(void)state;
	assert_null(desk_next(desk));
	check_ok(add(5));
	check_ok(add(6));
	job = desk_next(desk);
	assert_int_equal(job->seq, 5);
	assert_int_equal(job->id >> 32, 7);
	id = job->id;
	desk_sent(desk, 100);
	assert_null(desk_next(desk));
	assert_int_equal(desk_next_ms(desk), 100 + DESK_GIVE_UP_MS);
	/* Another's answer, and one to a job whose turn has not come. */
	assert_null(desk_answered(desk, 1));
	assert_null(desk_answered(desk, id + 1));
	job = desk_answered(desk, id);
	assert_int_equal(job->seq, 5);
	assert_int_equal(job->datagram.when_ns, 5);
	assert_int_equal(job->message.len, 5);
	assert_null(desk_answered(desk, id));
	assert_int_equal(desk_next(desk)->seq, 6);
	assert_int_equal(desk_len(desk), 1);
	assert_int_equal(desk_seq(desk, 0), 6);
}

static void test_full(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 1; i <= DESK_MAX; i++)
			check_ok(add(i));
		check_err(add(99), HAUNT_EBUSY);
		for (uint32_t i = 1; i <= DESK_MAX; i++) {
			uint64_t id = desk_next(desk)->id;

			desk_sent(desk, i);
			assert_int_equal(desk_answered(desk, id)->seq, i);
		}
		assert_int_equal(desk_len(desk), 0);
	}
}

static enum haunt_err add_unproven(uint32_t seq)
{
	enum haunt_err err;

	message.client = SIGNERS_NONE;
	err = add(seq);
	message.client = 0;
	return err;
}

static void next_is(uint32_t seq)
{
	const struct desk_job *job = desk_next(desk);

	assert_non_null(job);
	assert_int_equal(job->seq, seq);
	assert_int_equal(job->datagram.when_ns, seq);
	desk_sent(desk, 1);
	assert_int_equal(desk_answered(desk, job->id)->seq, seq);
}

/* What no HMAC proves leaves room for the others, who go first; but what is at
 * work stays so. */
static void test_unproven(void **state)
{
	uint64_t id;

	(void)state;
	check_ok(add_unproven(101));
	id = desk_next(desk)->id;
	desk_sent(desk, 1);
	for (uint32_t i = 2; i <= DESK_UNPROVEN_MAX; i++)
		check_ok(add_unproven(100 + i));
	check_err(add_unproven(199), HAUNT_EBUSY);
	for (uint32_t i = 1; i <= DESK_MAX - DESK_UNPROVEN_MAX; i++)
		check_ok(add(i));
	check_err(add(99), HAUNT_EBUSY);
	assert_int_equal(desk_answered(desk, id)->seq, 101);
	/* There is room for one, and it may be anybody's. */
	check_ok(add_unproven(109));
	for (uint32_t i = 1; i <= DESK_MAX - DESK_UNPROVEN_MAX; i++)
		next_is(i);
	for (uint32_t i = 2; i <= DESK_UNPROVEN_MAX + 1; i++)
		next_is(100 + i);
	assert_null(desk_next(desk));
}

/* A process dies: once more; a second one dies: given up. */
static void test_deaths(void **state)
{
	(void)state;
	desk_hello(desk, 0);
	check_ok(add(1));
	check_ok(add(2));
	desk_sent(desk, 100);
	desk_hello(desk, 200);
	assert_null(desk_lost(desk, 200));
	assert_int_equal(desk_next(desk)->seq, 1);
	desk_sent(desk, 200);
	desk_hello(desk, 300);
	assert_null(desk_next(desk));
	assert_int_equal(desk_next_ms(desk), 0);
	assert_int_equal(desk_lost(desk, 300)->seq, 1);
	assert_null(desk_lost(desk, 300));
	/* The next has its own two. */
	desk_sent(desk, 300);
	desk_hello(desk, 301);
	assert_null(desk_lost(desk, 301));
	assert_int_equal(desk_next(desk)->seq, 2);
}

static void test_slow(void **state)
{
	(void)state;
	check_ok(add(1));
	check_ok(add(2));
	desk_sent(desk, 100);
	desk_hello(desk, 100 + DESK_SLOW_MS);
	assert_int_equal(desk_lost(desk, 100 + DESK_SLOW_MS)->seq, 1);
	/* Nobody answers, and nobody comes. */
	desk_sent(desk, 5000);
	assert_null(desk_lost(desk, 5000 + DESK_GIVE_UP_MS - 1));
	assert_int_equal(desk_lost(desk, 5000 + DESK_GIVE_UP_MS)->seq, 2);
	assert_int_equal(desk_next_ms(desk), UINT64_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),  TEST(test_full), TEST(test_unproven),
		TEST(test_deaths), TEST(test_slow),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
