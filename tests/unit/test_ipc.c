/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages between roles: only what is permitted is handled. */
#include "core/base/ipc.h"

#include <unistd.h>

#include "tests/lib/check.h"

static enum haunt_err take_number(void *arg, struct rd *body)
{
	*(uint32_t *)arg = rd_u32(body);
	return HAUNT_OK;
}

static const struct ipc_permit permits[] = {
	{ .type = 7, .min = 4, .max = 8, .handle = take_number },
};

static int fds[2];

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

static enum haunt_err send_type(uint16_t type, size_t len)
{
	uint8_t buf[16] = { 0, 0, 1, 2 };
	struct wr w = wr_of(buf, sizeof(buf));

	w.len = len;
	return ipc_send(fds[0], type, &w);
}

static void test_handled(void **state)
{
	uint32_t got = 0;

	(void)state;
	check_ok(send_type(7, 4));
	check_ok(ipc_dispatch(fds[1], permits, 1, &got));
	assert_int_equal(got, 258);
	check_err(ipc_dispatch(fds[1], permits, 1, &got), HAUNT_ENOENT);
}

static void test_refused(void **state)
{
	uint32_t got = 0;

	(void)state;
	check_ok(send_type(8, 4)); /* a type that is not permitted */
	check_ok(send_type(7, 3)); /* too short */
	check_ok(send_type(7, 9)); /* too long */
	check_ok(send_type(7, 5)); /* its handler leaves a byte */
	for (int i = 0; i < 4; i++)
		check_err(ipc_dispatch(fds[1], permits, 1, &got),
			  HAUNT_EFORMAT);
}

static void test_peer_gone(void **state)
{
	uint32_t got;

	(void)state;
	close(fds[0]);
	check_err(ipc_dispatch(fds[1], permits, 1, &got), HAUNT_ECLOSED);
	fds[0] = fds[1];
	check_err(send_type(7, 4), HAUNT_ECLOSED);
	fds[0] = -1;
}

static void test_full(void **state)
{
	enum haunt_err err = HAUNT_OK;
	uint32_t got = 0;
	int sent = 0;

	(void)state;
	while (err == HAUNT_OK && sent < 1000000) {
		err = send_type(7, 4);
		sent += err == HAUNT_OK;
	}
	check_err(err, HAUNT_EBUSY);
	for (int i = 0; i < sent; i++)
		check_ok(ipc_dispatch(fds[1], permits, 1, &got));
	check_err(ipc_dispatch(fds[1], permits, 1, &got), HAUNT_ENOENT);
}

static void test_failed_writer_is_not_sent(void **state)
{
	struct wr w = wr_of(NULL, 0);

	(void)state;
	wr_u8(&w, 1);
	check_err(ipc_send(fds[0], 7, &w), HAUNT_ELENGTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_handled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_peer_gone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failed_writer_is_not_sent,
						setup, teardown),
	};

	return cmocka_run_group_tests_name("ipc", tests, NULL, NULL);
}
