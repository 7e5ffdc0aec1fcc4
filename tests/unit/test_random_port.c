/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random ports: inside their bounds, and none more likely than another. */
#include "client/random_port.h"

#include <string.h>

#include "tests/lib/check.h"

/* Words that are drawn one after the other. */
struct script {
	const uint32_t *words;
	size_t len;
	size_t used;
};

static enum haunt_err draw_script(void *arg, void *buf, size_t len)
{
	struct script *s = arg;

	assert_int_equal(len, sizeof(uint32_t));
	if (s->used == s->len)
		return HAUNT_ESYS;
	memcpy(buf, &s->words[s->used++], len);
	return HAUNT_OK;
}

static void test_bounds(void **state)
{
	const uint32_t words[] = { 0, 1, 20000, 20001, 20002 };
	const uint16_t ports[] = { 40000, 40001, 60000, 40000, 40001 };
	struct script s = { words, 5, 0 };
	uint16_t port = 0;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		check_ok(random_port(40000, 60000, draw_script, &s, &port));
		assert_int_equal(port, ports[i]);
	}
	check_err(random_port(1, 2, draw_script, &s, &port), HAUNT_ESYS);
}

/* 2^32 is no multiple of 3: the last span is incomplete, and is not used. */
static void test_rejection(void **state)
{
	const uint32_t words[] = { UINT32_MAX, UINT32_MAX - 1, 5 };
	struct script s = { words, 3, 0 };
	uint16_t port = 0;

	(void)state;
	check_ok(random_port(10, 12, draw_script, &s, &port));
	assert_int_equal(s.used, 2);
	assert_int_equal(port, 10 + (UINT32_MAX - 1) % 3);
	s = (struct script){ words, 1, 0 };
	check_err(random_port(10, 12, draw_script, &s, &port), HAUNT_ESYS);
}

static void test_single_and_whole(void **state)
{
	const uint32_t words[] = { 0xfffeu, 0xffffu };
	struct script s = { words, 2, 0 };
	uint16_t port = 0;

	(void)state;
	check_ok(random_port(1, 65535, draw_script, &s, &port));
	assert_int_equal(port, 65535);
	check_ok(random_port(1, 65535, draw_script, &s, &port));
	assert_int_equal(port, 1);
	check_ok(random_port(7, 7, random_system, NULL, &port));
	assert_int_equal(port, 7);
}

/*
 * Chi-squared over 16 ports and 160,000 draws: 15 degrees of freedom exceed
 * 60 with a probability of about 3 in 10 million.
 */
static void test_uniform(void **state)
{
	unsigned int seen[16] = { 0 };
	double chi = 0;
	uint16_t port = 0;

	(void)state;
	for (unsigned int i = 0; i < 160000; i++) {
		check_ok(random_port(50000, 50015, random_system, NULL, &port));
		assert_in_range(port, 50000, 50015);
		seen[port - 50000]++;
	}
	for (unsigned int i = 0; i < 16; i++)
		chi += (seen[i] - 10000.0) * (seen[i] - 10000.0) / 10000.0;
	assert_true(chi < 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_rejection),
		cmocka_unit_test(test_single_and_whole),
		cmocka_unit_test(test_uniform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
