/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cursors: order of bytes, bounds, and that a failure sticks. */
#include "core/base/wire.h"

#include "tests/lib/check.h"

static void test_round_trip(void **state)
{
	uint8_t buf[15];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd r;

	(void)state;
	wr_u8(&w, 0xa1);
	wr_u16(&w, 0xb1b2);
	wr_u32(&w, 0xc1c2c3c4);
	wr_u64(&w, 0xd1d2d3d4d5d6d7d8);
	assert_false(w.failed);
	assert_int_equal(w.len, 15);
	assert_memory_equal(buf, "\xa1\xb1\xb2\xc1\xc2\xc3\xc4\xd1", 8);
	r = rd_of(buf, w.len);
	assert_int_equal(rd_peek(&r), 0xa1);
	assert_int_equal(rd_u8(&r), 0xa1);
	assert_int_equal(rd_u16(&r), 0xb1b2);
	assert_int_equal(rd_u32(&r), 0xc1c2c3c4);
	assert_false(rd_done(&r));
	assert_true(rd_u64(&r) == 0xd1d2d3d4d5d6d7d8);
	assert_true(rd_done(&r));
	assert_int_equal(rd_peek(&r), -1);
}

static void test_read_fails_and_stays_failed(void **state)
{
	const uint8_t bytes[3] = { 1, 2, 3 };
	struct rd r = rd_of(bytes, sizeof(bytes));
	uint8_t out[4] = { 9, 9, 9, 9 };

	(void)state;
	assert_int_equal(rd_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(rd_u8(&r), 0);
	assert_null(rd_bytes(&r, 0));
	rd_copy(&r, out, sizeof(out));
	assert_int_equal(out[0] | out[3], 0);
	assert_false(rd_done(&r));
}

static void test_write_stops_at_the_end(void **state)
{
	uint8_t buf[4] = { 0, 0, 0, 7 };
	struct wr w = wr_of(buf, 3);

	(void)state;
	wr_u16(&w, 0x0102);
	wr_u16(&w, 0x0304);
	assert_true(w.failed);
	assert_int_equal(w.len, 2);
	wr_u8(&w, 5);
	assert_int_equal(w.len, 2);
	assert_int_equal(buf[3], 7);
}

static void test_sub(void **state)
{
	const uint8_t bytes[4] = { 1, 2, 3, 4 };
	struct rd r = rd_of(bytes, sizeof(bytes)), s = rd_sub(&r, 3);

	(void)state;
	assert_int_equal(s.left, 3);
	assert_int_equal(rd_u8(&r), 4);
	s = rd_sub(&r, 1);
	assert_true(s.failed && r.failed);
	assert_int_equal(rd_u8(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_read_fails_and_stays_failed),
		cmocka_unit_test(test_write_stops_at_the_end),
		cmocka_unit_test(test_sub),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
