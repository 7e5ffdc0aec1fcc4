/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages stay until they are settled, and are found again by the next. */
#include "core/gate/intake.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/check.h"

static int fds[2];
static uint8_t last;

static enum haunt_err take(void *arg, struct rd *body)
{
	(void)arg;
	last = rd_u8(body);
	return last == 99 ? HAUNT_EDENIED : HAUNT_OK;
}

static const struct ipc_permit permits[] = { { 1, 1, 1, take } };

static int setup(void **state)
{
	(void)state;
	check_ok(ipc_pair(fds));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(fds[0]);
	close(fds[1]);
	return 0;
}

static void say(uint8_t n)
{
	struct wr w = wr_of(&n, 1);

	w.len = 1;
	check_ok(ipc_send(fds[0], 1, &w));
}

static enum haunt_err next(struct intake *in)
{
	return intake_next(in, permits, 1, NULL);
}

static void test_settled(void **state)
{
	static struct intake in;

	(void)state;
	check_ok(intake_init(&in, fds[1]));
	check_err(next(&in), HAUNT_ENOENT);
	assert_true(intake_wants(&in));
	say(1);
	say(2);
	check_ok(next(&in));
	assert_int_equal(last, 1);
	check_ok(next(&in));
	assert_int_equal(last, 2);
	check_err(next(&in), HAUNT_ENOENT);
	check_ok(intake_release(&in));
	assert_true(intake_wants(&in));
	/* Nothing is left for another. */
	check_ok(intake_init(&in, fds[1]));
	check_err(next(&in), HAUNT_ENOENT);
}

static void test_held(void **state)
{
	static struct intake in;

	(void)state;
	check_ok(intake_init(&in, fds[1]));
	for (uint8_t i = 1; i <= 3; i++)
		say(i);
	check_ok(next(&in));
	intake_hold(&in, 101);
	check_ok(next(&in));
	check_ok(next(&in));
	intake_hold(&in, 103);
	check_ok(intake_release(&in));
	check_err(next(&in), HAUNT_ENOENT);
	/* What is there is held: the next answer is waited for. */
	assert_false(intake_wants(&in));
	intake_renumber(&in, 102, 0);
	intake_renumber(&in, 101, 0);
	check_ok(intake_release(&in));
	assert_true(intake_wants(&in));
	say(4);
	check_ok(next(&in));
	assert_int_equal(last, 4);
	/* The next begins with the oldest that is not settled. */
	check_ok(intake_init(&in, fds[1]));
	check_ok(next(&in));
	assert_int_equal(last, 3);
	check_ok(next(&in));
	assert_int_equal(last, 4);
	check_ok(intake_release(&in));
	check_err(next(&in), HAUNT_ENOENT);
}

static void test_refused(void **state)
{
	static struct intake in;

	(void)state;
	check_ok(intake_init(&in, fds[1]));
	say(99);
	check_err(next(&in), HAUNT_EDENIED);
	check_ok(intake_release(&in));
	check_ok(intake_init(&in, fds[1]));
	check_err(next(&in), HAUNT_EDENIED);
}

static void test_full(void **state)
{
	static struct intake in;

	(void)state;
	check_ok(intake_init(&in, fds[1]));
	for (uint32_t i = 0; i < INTAKE_MAX; i++) {
		say((uint8_t)(i % 90));
		check_ok(next(&in));
		intake_hold(&in, i + 1);
	}
	say(7);
	assert_false(intake_wants(&in));
	check_err(next(&in), HAUNT_ENOENT);
	intake_renumber(&in, 1, 0);
	check_ok(intake_release(&in));
	assert_true(intake_wants(&in));
	check_ok(next(&in));
	assert_int_equal(last, 7);
}

/* Whatever lies there unsettled, another is told of. */
static void test_more(void **state)
{
	struct pollfd p = { .events = POLLIN };
	static struct intake in;

	(void)state;
	check_ok(intake_init(&in, fds[1]));
	p.fd = in.more_fd;
	say(1);
	check_ok(next(&in));
	intake_hold(&in, 7);
	assert_false(intake_waits(&in));
	check_err(next(&in), HAUNT_ENOENT);
	assert_false(intake_wants(&in));
	assert_true(intake_waits(&in));
	intake_more(&in); /* of the one that is held */
	check_err(next(&in), HAUNT_ENOENT);
	assert_int_equal(poll(&p, 1, 0), 0);
	say(2);
	assert_int_equal(poll(&p, 1, 0), 1);
	intake_more(&in);
	assert_true(intake_wants(&in));
	check_ok(next(&in));
	assert_int_equal(last, 2);
	check_err(next(&in), HAUNT_ENOENT);
	assert_int_equal(poll(&p, 1, 0), 0);
	/* Let go of, the first is the next gate's no more. */
	intake_renumber(&in, 7, 0);
	check_ok(intake_release(&in));
	assert_int_equal(in.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_settled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_held, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_more, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
