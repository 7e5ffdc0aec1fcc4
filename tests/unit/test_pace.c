/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the next attempt is due, and which server is the right one. */
#include "client/pace.h"

#include "tests/lib/check.h"

static void test_attempts_grow_sparse(void **state)
{
	struct pace p = pace_start(1000);
	uint64_t now = p.next_us, last_gap = 0;
	unsigned int in_first_ms = 0;

	(void)state;
	assert_int_equal(p.next_us, 1000);
	for (unsigned int i = 0; i < 40; i++) {
		uint64_t gap;

		pace_tried(&p, now);
		gap = p.next_us - now;
		assert_true(gap >= last_gap);
		assert_true(gap <= PACE_SLOWEST_US);
		last_gap = gap;
		now = p.next_us;
		in_first_ms += now <= 2000;
	}
	assert_int_equal(last_gap, PACE_SLOWEST_US);
	/* A door that opens within a millisecond is found within two. */
	assert_true(in_first_ms >= 3);
}

static void test_candidates_are_not_flooded(void **state)
{
	struct pace p = pace_start(0);
	uint64_t now = 0, end = 10000000;
	unsigned int tried = 0;

	(void)state;
	pace_tried(&p, now);
	pace_reached(&p, now);
	assert_int_equal(p.next_us, PACE_REACHED_US);
	while (p.next_us < end) {
		now = p.next_us;
		pace_tried(&p, now);
		pace_reached(&p, now);
		tried++;
	}
	assert_in_range(tried, 20, 40);
	assert_int_equal(p.gap_us, PACE_PATIENT_US);
}

static void test_reached_never_hurries(void **state)
{
	struct pace p = pace_start(0);

	(void)state;
	for (unsigned int i = 0; i < 40; i++)
		pace_tried(&p, i);
	assert_int_equal(p.next_us, 39 + PACE_SLOWEST_US);
	pace_reached(&p, 40);
	assert_int_equal(p.next_us, 39 + PACE_SLOWEST_US);
}

static void test_banner(void **state)
{
	(void)state;
	assert_int_equal(banner_judge("SSH-", "", 0), BANNER_MORE);
	assert_int_equal(banner_judge("SSH-", "SSH", 3), BANNER_MORE);
	assert_int_equal(banner_judge("SSH-", "SSH-", 4), BANNER_RIGHT);
	assert_int_equal(banner_judge("SSH-", "SSH-2.0-x", 9), BANNER_RIGHT);
	assert_int_equal(banner_judge("SSH-", "H", 1), BANNER_WRONG);
	assert_int_equal(banner_judge("SSH-", "SSHX", 4), BANNER_WRONG);
	assert_int_equal(banner_judge("SSH-", "HTTP/1.1 400", 12),
			 BANNER_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attempts_grow_sparse),
		cmocka_unit_test(test_candidates_are_not_flooded),
		cmocka_unit_test(test_reached_never_hurries),
		cmocka_unit_test(test_banner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
