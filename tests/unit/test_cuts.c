/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ids on their way to nat: each is sent once, and again only after a failure.
 */
#include "core/gate/cuts.h"

#include <errno.h>

#include "tests/lib/check.h"

static struct cuts *c;
static struct grant_survey m;

static int setup(void **state)
{
	(void)state;
	check_ok(cuts_new(&c));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cuts_free(c);
	return 0;
}

static struct nat_result answer(uint32_t seq, enum haunt_err err)
{
	return (struct nat_result){ .seq = seq,
				    .err = (uint8_t)err,
				    .error = err ? ENOMEM : 0,
				    .at = NAT_RESULT_AT_NONE };
}

static void test_nothing(void **state)
{
	struct nat_result r = answer(0, HAUNT_OK);

	(void)state;
	assert_true(cuts_next_ms(c) == UINT64_MAX);
	assert_false(cuts_next(c, 1, 5, &m));
	check_err(cuts_result(c, &r, 5), HAUNT_ENOENT);
}

static void test_many(void **state)
{
	struct nat_result r;

	(void)state;
	for (uint32_t i = 1; i <= GRANT_SURVEY_MAX + 3; i++)
		cuts_add(c, i);
	assert_true(cuts_next(c, 7, 5, &m));
	assert_int_equal(m.seq, 7);
	assert_int_equal(m.len, GRANT_SURVEY_MAX);
	assert_int_equal(m.ids[0], 1);
	/* One at a time. */
	cuts_add(c, 9999);
	assert_false(cuts_next(c, 8, 5, &m));
	r = answer(8, HAUNT_OK);
	check_err(cuts_result(c, &r, 5), HAUNT_ENOENT);
	r = answer(7, HAUNT_OK);
	check_ok(cuts_result(c, &r, 5));
	assert_true(cuts_next(c, 9, 5, &m));
	assert_int_equal(m.len, 4);
	assert_int_equal(m.ids[0], GRANT_SURVEY_MAX + 1);
	assert_int_equal(m.ids[3], 9999);
	r = answer(9, HAUNT_OK);
	check_ok(cuts_result(c, &r, 5));
	assert_true(cuts_next_ms(c) == UINT64_MAX);
}

static void test_again(void **state)
{
	struct nat_result r = answer(7, HAUNT_ESYS);

	(void)state;
	cuts_add(c, 3);
	assert_true(cuts_next(c, 7, 5, &m));
	check_ok(cuts_result(c, &r, 5));
	assert_int_equal(cuts_next_ms(c), 5 + CUTS_AGAIN_MS);
	assert_false(cuts_next(c, 8, 6, &m));
	assert_true(cuts_next(c, 8, 5 + CUTS_AGAIN_MS, &m));
	cuts_unsend(c, 2000);
	assert_true(cuts_next(c, 9, 2000 + CUTS_AGAIN_MS, &m));
	assert_int_equal(m.len, 1);
	assert_int_equal(m.ids[0], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_again, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
