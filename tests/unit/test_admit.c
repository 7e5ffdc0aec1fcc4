/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The path of a packet: each of the four steps can end it, each end is
 * counted, and each authentic packet leaves one line. What nat says to it is
 * the scenarios' matter.
 */
#include "core/gate/admit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "tests/lib/check.h"
#include "tests/lib/gate_kit.h"

static const char text[] =
	"listen \"eth0\" { ports = {62201} }\n"
	"service \"ssh\" { target = \"tcp/22\" at = {\"tcp/1-65535\"} }\n"
	"client \"alice\" { key = \"@/alice\" services = {\"ssh\"} }\n"
	"max-grants = 1\n";

static const char here[] = "198.51.100.7";
static struct kit kit;
static struct admit a;
static struct grants *grants;
static const struct grant_batch *batch;
static const char *logged;
static bool ids_fail;

static enum haunt_err take(void *arg, uint32_t n, uint32_t *first)
{
	(void)arg;
	if (ids_fail)
		return HAUNT_ESYS;
	return replay_take_ids(kit.replay, n, first);
}

static int setup(void **state)
{
	static const struct grants_ids ids = { .take = take };

	(void)state;
	ids_fail = false;
	kit_open(&kit, text);
	check_ok(grants_new(kit.config->max_grants, &ids, &grants));
	a = (struct admit){ .config = kit.config,
			    .clock = &kit.clock.clock,
			    .clients = kit.clients,
			    .replay = kit.replay,
			    .grants = grants };
	log_open("hauntd", "gate", LOG_SINK_STDERR, LOG_LEVEL_INFO);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	grants_free(grants);
	kit_close(&kit);
	return 0;
}

static enum haunt_err admit_it(const struct datagram *d)
{
	enum haunt_err err;

	kit_log_begin();
	err = admit_packet(&a, d, 42, &batch);
	logged = kit_log_end();
	return err;
}

static struct datagram knock(const char *ports)
{
	struct haunt_request r = kit_request(&kit, here, ports);

	return kit_packet(&kit, "alice", &r, here);
}

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void check_line(const char *end)
{
	assert_int_equal(lines(logged), 1);
	assert_non_null(strstr(logged, "hauntd[gate]: admit client=alice "));
	assert_non_null(strstr(logged, "address=198.51.100.7"));
	assert_non_null(strstr(logged, end));
}

static void test_all_the_way(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	check_ok(admit_it(&d));
	assert_int_equal(batch->seq, 42);
	assert_int_equal(batch->len, 1);
	assert_true(batch->grants[0].id > 0);
	assert_int_equal(batch->grants[0].replaces, 0);
	/* Its line is written when nat has answered. */
	assert_string_equal(logged, "");
	assert_int_equal(a.counts.seen, 1);
	assert_int_equal(a.counts.authentic, 1);
	assert_int_equal(grants_pending(grants), 1);
}

static void test_noise(void **state)
{
	struct datagram d = { .len = 200 };

	(void)state;
	memset(d.payload, '!', d.len);
	check_err(admit_it(&d), HAUNT_EAUTH);
	assert_string_equal(logged, "");
	assert_int_equal(a.counts.malformed, 1);
	assert_int_equal(a.counts.strangers, 1);
	d.len = 3;
	check_err(admit_it(&d), HAUNT_ELENGTH);
	assert_int_equal(a.counts.malformed, 2);
}

static void test_stranger(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	d.payload[60] = d.payload[60] == 'A' ? 'B' : 'A';
	check_err(admit_it(&d), HAUNT_EAUTH);
	assert_string_equal(logged, "");
	assert_int_equal(a.counts.strangers, 1);
	assert_int_equal(a.counts.authentic, 0);
	assert_int_equal(replay_count(kit.replay), 0);
	assert_true(admit_has_strangers(&a));
	kit_log_begin();
	admit_tell_strangers(&a);
	logged = kit_log_end();
	assert_string_equal(logged, "hauntd[gate]: strangers packets=1 "
				    "malformed=0 last=198.51.100.7\n");
	assert_false(admit_has_strangers(&a));
	kit_log_begin();
	admit_tell_strangers(&a);
	assert_string_equal(kit_log_end(), "");
}

static void test_replayed(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	check_ok(admit_it(&d));
	check_err(admit_it(&d), HAUNT_EREPLAY);
	check_line("asked=tcp/22 result=replay reason=seen-before\n");
	assert_int_equal(a.counts.verdicts[VERDICT_REPLAY], 1);
	assert_int_equal(grants_pending(grants), 1);
}

#define HEARD_NS (UINT64_C(1800000000) * 1000000000)

/* What a gate that died had in hand is no replay to the next one: the same
 * datagram by its time, until there is a packet that is new. */
static void test_again(void **state)
{
	struct datagram d = knock("tcp/22");
	struct datagram other = knock("tcp/22");

	(void)state;
	d.when_ns = HEARD_NS;
	check_ok(admit_it(&d));
	a.again = true;
	check_ok(admit_it(&d));
	check_ok(admit_it(&d));
	/* Somebody repeats it: heard at another time. */
	d.when_ns++;
	check_err(admit_it(&d), HAUNT_EREPLAY);
	check_line("asked=tcp/22 result=replay reason=seen-before\n");
	d.when_ns--;
	check_ok(admit_it(&other));
	assert_false(a.again);
	check_err(admit_it(&d), HAUNT_EREPLAY);
	check_line("asked=tcp/22 result=replay reason=seen-before\n");
	assert_int_equal(a.counts.verdicts[VERDICT_REPLAY], 2);
}

/* While one capture takes over from another both hear the same. */
static void test_echo(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	a.takeover_ns = HEARD_NS;
	d.when_ns = HEARD_NS + 1000000000;
	check_ok(admit_it(&d));
	d.when_ns += 5000000;
	check_err(admit_it(&d), HAUNT_EREPLAY);
	assert_int_equal(a.counts.verdicts[VERDICT_REPLAY], 0);
	d.when_ns += 1;
	check_err(admit_it(&d), HAUNT_EREPLAY);
	assert_int_equal(a.counts.verdicts[VERDICT_REPLAY], 1);
	/* Long after the last takeover. */
	a.takeover_ns = HEARD_NS - 3000000000;
	d.when_ns = HEARD_NS + 1000000000;
	check_err(admit_it(&d), HAUNT_EREPLAY);
	assert_int_equal(a.counts.verdicts[VERDICT_REPLAY], 2);
}

static void test_old(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	kit.clock.wall_s += 121;
	check_err(admit_it(&d), HAUNT_ESTALE);
	check_line("asked=tcp/22 result=stale reason=age\n");
	assert_int_equal(a.counts.verdicts[VERDICT_STALE], 1);
	/* Capture's idea of the time does not count. */
	d.when_ns = (uint64_t)KIT_WALL_S * 1000000000;
	check_err(admit_it(&d), HAUNT_ESTALE);
}

static void test_not_allowed(void **state)
{
	struct datagram d = knock("tcp/23,udp/7");

	(void)state;
	check_err(admit_it(&d), HAUNT_EDENIED);
	check_line("asked=tcp/23,udp/7 result=denied "
		   "reason=unknown-service\n");
	assert_int_equal(a.counts.verdicts[VERDICT_DENIED], 1);
	assert_int_equal(grants_pending(grants), 0);
}

static void test_no_room(void **state)
{
	struct datagram d = knock("tcp/22");
	struct haunt_request r = kit_request(&kit, here, "tcp/80");

	(void)state;
	check_ok(admit_it(&d));
	r.type = HAUNT_TYPE_LOCAL_NAT;
	strcpy(r.nat_host, "gateway");
	r.nat_port = 22;
	d = kit_packet(&kit, "alice", &r, here);
	check_err(admit_it(&d), HAUNT_EBUSY);
	check_line("service=ssh address=198.51.100.7 door=tcp/80 lifetime=30s "
		   "result=busy reason=table-full\n");
	assert_int_equal(a.counts.verdicts[VERDICT_BUSY], 1);
}

static void test_no_ids(void **state)
{
	struct datagram d = knock("tcp/22");

	(void)state;
	ids_fail = true;
	check_err(admit_it(&d), HAUNT_EBUSY);
	check_line("result=busy reason=no-id\n");
}

/* Text of a client cannot forge a line or a field. */
static void test_texts_are_harmless(void **state)
{
	struct haunt_request r = kit_request(&kit, here, "tcp/80");
	struct datagram d;

	(void)state;
	r.type = HAUNT_TYPE_NAT;
	strcpy(r.nat_host, "x=y");
	r.nat_port = 22;
	d = kit_packet(&kit, "alice", &r, here);
	check_err(admit_it(&d), HAUNT_EDENIED);
	check_line("target=x\\x3dy,22 result=denied reason=nat-target\n");
}

static void test_longest_line(void **state)
{
	struct grant_batch most = { .len = GRANT_BATCH_MAX };
	struct verdict v = { .result = VERDICT_GRANTED, .batch = &most };

	(void)state;
	for (uint8_t i = 0; i < most.len; i++)
		most.grants[i] = (struct grant){ .id = GRANT_ID_MAX - i,
						 .lifetime_ms = 1000u * i,
						 .proto = 6,
						 .port = 65535 - i };
	v.address = kit_address("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
	kit_log_begin();
	admit_verdict(&a, &v);
	logged = kit_log_end();
	assert_int_equal(lines(logged), 1);
	assert_non_null(strstr(logged, "tcp/65535,"));
	assert_non_null(strstr(logged, ",tcp/65505 "));
	assert_non_null(strstr(logged, "grant=16777215,"));
	assert_non_null(strstr(logged, ",16777185 result=granted\n"));
}

/* A list that is too long ends, and does not go on behind a gap. */
static void test_cut_list(void **state)
{
	static const uint32_t seconds[] = { 80000, 80001, 80002, 80003,	  80004,
					    80005, 80006, 80007, 4000000, 1 };
	struct grant_batch ten = { .len = 10 };
	struct verdict v = { .result = VERDICT_GRANTED, .batch = &ten };

	(void)state;
	for (uint8_t i = 0; i < ten.len; i++)
		ten.grants[i] =
			(struct grant){ .id = i + 1u,
					.lifetime_ms = seconds[i] * 1000,
					.proto = 6,
					.port = 1u + i };
	v.address = kit_address(here);
	kit_log_begin();
	admit_verdict(&a, &v);
	logged = kit_log_end();
	assert_non_null(strstr(logged, ",80006s,80007s grant="));
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		each(test_all_the_way),
		each(test_noise),
		each(test_stranger),
		each(test_replayed),
		each(test_again),
		each(test_echo),
		each(test_old),
		each(test_not_allowed),
		each(test_no_room),
		each(test_no_ids),
		each(test_texts_are_harmless),
		each(test_longest_line),
		each(test_cut_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
