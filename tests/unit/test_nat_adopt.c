/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling what is in force while it changes: nobody is left out, and there is
 * an end to it. */
#include "nat/adopt.h"

#include <stdlib.h>

#include "core/base/log.h"
#include "tests/lib/clock_fake.h"
#include "tests/lib/fw_fake.h"
#include "tests/lib/nat_kit.h"

#define SEQ 9

struct bench {
	struct config *config;
	struct clock_fake clock;
	struct fw_fake kernel;
	struct nat_port port;
	struct adopt *adopt;
	unsigned int told[FW_FAKE_ELEMENTS]; /* how often, by id */
	struct grant last;
	struct nat_result result;
	bool answered;
};

static enum haunt_err to_gate(void *arg, uint16_t type, const struct wr *body)
{
	struct bench *b = arg;
	struct rd r = rd_of(body->start, body->len);

	if (type == NAT_RESULT) {
		b->answered = true;
		return nat_result_get(&r, &b->result);
	}
	assert_int_equal(type, NAT_RULE);
	check_ok(grant_get(&r, &b->last));
	b->told[b->last.id]++;
	return HAUNT_OK;
}

static struct rule rule_of(const struct bench *b, uint32_t id,
			   uint32_t replaces, uint32_t lifetime_ms)
{
	struct grant g = nat_kit_grant(KIT_SSH, "198.51.100.7", IPPROTO_TCP,
				       (uint16_t)(40000 + id));
	struct rule r;

	g.id = id;
	g.replaces = replaces;
	g.lifetime_ms = lifetime_ms;
	check_ok(rule_resolve(b->config, &g, &r));
	return r;
}

static void put(struct bench *b, uint32_t id, uint32_t lifetime_ms)
{
	struct rule r = rule_of(b, id, 0, lifetime_ms);
	struct fw_error why;

	check_ok(fw_fake.apply(b->port.fw, &r, 1, &why));
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	log_open("test", "nat", LOG_SINK_STDERR, LOG_LEVEL_ERROR);
	b->config = nat_kit_parse(nat_kit_text);
	clock_fake_init(&b->clock, 1700000000, 1000);
	b->kernel.clock = &b->clock.clock;
	b->kernel.max = FW_FAKE_ELEMENTS;
	b->kernel.part = 2;
	fw_fake_use(&b->kernel);
	b->port =
		(struct nat_port){ .ops = &fw_fake, .send = to_gate, .arg = b };
	check_ok(fw_fake.open(b->config, NULL, &b->port.fw));
	check_ok(adopt_new(&b->port, &b->adopt));
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	adopt_free(b->adopt);
	fw_fake.close(b->port.fw);
	config_free(b->config);
	free(b);
	return 0;
}

static void finish(struct bench *b)
{
	while (adopt_busy(b->adopt))
		check_ok(adopt_step(b->adopt));
	assert_true(b->answered);
	assert_int_equal(b->result.seq, SEQ);
	assert_int_equal(b->result.err, HAUNT_OK);
}

static void calm(void **state)
{
	struct bench *b = *state;

	for (uint32_t id = 1; id <= 9; id++)
		put(b, id, 60000);
	check_ok(adopt_begin(b->adopt, SEQ));
	assert_false(b->answered);
	finish(b);
	/* Nothing went: one pass is enough. */
	assert_int_equal(b->kernel.scans, 1);
	for (uint32_t id = 1; id <= 9; id++)
		assert_int_equal(b->told[id], 1);
}

static void some_go(void **state)
{
	struct bench *b = *state;

	for (uint32_t id = 1; id <= 9; id++)
		put(b, id, id <= 2 ? 500 : 60000);
	check_ok(adopt_begin(b->adopt, SEQ));
	check_ok(adopt_step(b->adopt));
	/* 9 and 8 take their places, which have been read. */
	b->clock.mono_ms += 501;
	finish(b);
	assert_int_equal(b->kernel.scans, 2);
	for (uint32_t id = 1; id <= 9; id++)
		assert_int_equal(b->told[id], 1);
}

static void uncounted(void **state)
{
	struct bench *b = *state;

	b->kernel.uncounted = true;
	for (uint32_t id = 1; id <= 9; id++)
		put(b, id, 60000);
	check_ok(adopt_begin(b->adopt, SEQ));
	finish(b);
	/* News, none, none. */
	assert_int_equal(b->kernel.scans, 3);
}

static void one_part(void **state)
{
	struct bench *b = *state;

	b->kernel.uncounted = true;
	b->kernel.part = 0;
	put(b, 1, 60000);
	put(b, 2, 60000);
	check_ok(adopt_begin(b->adopt, SEQ));
	finish(b);
	/* What is read in one go cannot be torn. */
	assert_int_equal(b->kernel.scans, 1);
	assert_int_equal(b->told[1] + b->told[2], 2);
}

static void never_calm(void **state)
{
	struct bench *b = *state;

	/* One goes at each step; those that stay take its place. */
	for (uint32_t id = 1; id <= 60; id++)
		put(b, id, id <= 45 ? id * 100 : 600000);
	check_ok(adopt_begin(b->adopt, SEQ));
	while (adopt_busy(b->adopt)) {
		check_ok(adopt_step(b->adopt));
		b->clock.mono_ms += 100;
	}
	finish(b);
	assert_in_range(b->kernel.scans, 3, 16);
	for (uint32_t id = 46; id <= 60; id++)
		assert_int_equal(b->told[id], 1);
}

static void doors(void **state)
{
	struct bench *b = *state;
	struct rule rules[3];
	size_t at = 99;

	put(b, 1, 60000);
	put(b, 2, 60000);
	check_ok(adopt_begin(b->adopt, SEQ));
	/* Nobody, somebody who is known, somebody who is not. */
	rules[0] = rule_of(b, 3, 0, 1000);
	rules[1] = rule_of(b, 1, 1, 1000);
	rules[2] = rule_of(b, 2, 0, 1000);
	rules[2].id = 4;
	check_err(adopt_check(b->adopt, rules, 3, &at), HAUNT_ESTALE);
	assert_int_equal(at, 2);
	assert_int_equal(b->last.id, 2);
	assert_int_equal(b->last.replaces, 2);
	assert_int_equal(b->told[1] + b->told[3], 0);
	check_ok(adopt_check(b->adopt, rules, 2, &at));
	/* Also when all has been told, until the gate has heard it. */
	finish(b);
	check_err(adopt_check(b->adopt, rules, 3, &at), HAUNT_ESTALE);
	adopt_end(b->adopt);
	check_ok(adopt_check(b->adopt, rules, 3, &at));
}

static void refused(void **state)
{
	struct bench *b = *state;

	b->kernel.fail_list = true;
	check_ok(adopt_begin(b->adopt, SEQ));
	assert_false(adopt_busy(b->adopt));
	assert_true(b->answered);
	assert_int_equal(b->result.err, HAUNT_ESYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calm, setup, teardown),
		cmocka_unit_test_setup_teardown(some_go, setup, teardown),
		cmocka_unit_test_setup_teardown(uncounted, setup, teardown),
		cmocka_unit_test_setup_teardown(one_part, setup, teardown),
		cmocka_unit_test_setup_teardown(never_calm, setup, teardown),
		cmocka_unit_test_setup_teardown(doors, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
