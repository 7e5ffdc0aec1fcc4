/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reaches the gate: everything once, replays too, and the counters. */
#include "core/capture/sink.h"

#include <string.h>
#include <unistd.h>

#include "core/base/ipc.h"
#include "tests/lib/check.h"

static int fds[2];
static struct sink *sink;
static struct datagram got;
static struct capture_stats stats;

static enum haunt_err take_datagram(void *arg, struct rd *body)
{
	(void)arg;
	return datagram_get(body, &got);
}

static enum haunt_err take_stats(void *arg, struct rd *body)
{
	(void)arg;
	return capture_stats_get(body, &stats);
}

static const struct ipc_permit permits[] = {
	{ CAPTURE_DATAGRAM, DATAGRAM_HEAD + 1, DATAGRAM_MAX, take_datagram },
	{ CAPTURE_STATS, 24, 24, take_stats },
};

static enum haunt_err receive(void)
{
	return ipc_dispatch(fds[1], permits, 2, NULL);
}

static int setup(void **state)
{
	(void)state;
	check_ok(ipc_pair(fds));
	check_ok(sink_new(fds[0], &sink));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sink_free(sink);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return 0;
}

static struct datagram datagram_of(uint8_t first)
{
	struct datagram d = { .when_ns = 1000000000, .len = 200 };

	check_ok(endpoint_parse("192.0.2.7:40000", 15, &d.source));
	check_ok(endpoint_parse("198.51.100.1:62201", 18, &d.destination));
	memset(d.payload, 'x', sizeof(d.payload));
	d.payload[0] = first;
	return d;
}

static void take(int64_t way, const struct datagram *d)
{
	const struct heard how = { .way = way };

	sink_take(sink, &how, d);
}

static void test_sent(void **state)
{
	const struct datagram d = datagram_of('a');

	(void)state;
	take(2, &d);
	check_ok(receive());
	assert_int_equal(got.len, 200);
	assert_memory_equal(got.payload, d.payload, 200);
	check_err(receive(), HAUNT_ENOENT);
}

static void test_echo(void **state)
{
	struct datagram d = datagram_of('a');

	(void)state;
	take(2, &d);
	d.when_ns += SINK_ECHO_NS;
	take(3, &d);
	take(-1, &d);
	check_ok(receive());
	check_err(receive(), HAUNT_ENOENT);
}

/* None of these is an echo: the gate has to see it. */
static void test_no_echo(void **state)
{
	const struct datagram first = datagram_of('a');
	struct datagram d = first;

	(void)state;
	take(2, &d);
	check_ok(receive());
	take(2, &d); /* the same way: repeated on the wire */
	check_ok(receive());
	d.when_ns += SINK_ECHO_NS + 1; /* later */
	take(3, &d);
	check_ok(receive());
	d = datagram_of('b');
	take(3, &d);
	check_ok(receive());
	d = first;
	d.payload[199] ^= 1;
	take(4, &d);
	check_ok(receive());
	d = first;
	d.source.port++;
	take(4, &d);
	check_ok(receive());
	d = first;
	d.destination.port++;
	take(4, &d);
	check_ok(receive());
	d = first;
	d.len--;
	take(4, &d);
	check_ok(receive());
}

static void test_full_queue(void **state)
{
	struct datagram d = datagram_of('a');
	uint64_t sent = 0, taken = 0;

	(void)state;
	while (sent < 100000) {
		d.when_ns = sent * 1000;
		take(2, &d);
		sent++;
	}
	while (receive() == HAUNT_OK)
		taken++;
	assert_true(taken >= 1000 && taken < sent);
	check_ok(sink_error(sink));
	sink_report(sink, 0, 5);
	check_ok(receive());
	assert_true(stats.passed == taken);
	assert_true(stats.dropped == sent - taken + 5);
}

static void test_reports(void **state)
{
	const struct datagram d = datagram_of('a');
	const uint64_t pause = SINK_REPORT_S * 1000;

	(void)state;
	assert_true(sink_report_due(sink, 7) == SINK_REPORT_NONE);
	sink_refuse(sink);
	assert_true(sink_report_due(sink, 7) == 0);
	sink_report(sink, 7, 3);
	check_ok(receive());
	assert_true(stats.malformed == 1 && stats.passed == 0 &&
		    stats.dropped == 3);
	assert_true(sink_report_due(sink, 8) == SINK_REPORT_NONE);
	take(2, &d);
	check_ok(receive());
	assert_true(sink_report_due(sink, 8) == pause - 1);
	assert_true(sink_report_due(sink, 7 + pause) == 0);
}

static void test_gate_gone(void **state)
{
	const struct datagram d = datagram_of('a');

	(void)state;
	close(fds[1]);
	fds[1] = -1;
	take(2, &d);
	check_err(sink_error(sink), HAUNT_ECLOSED);
}

static bool passes(int64_t way, uint64_t segment, const struct datagram *d)
{
	const struct heard how = { .way = way, .segment = segment };

	sink_take(sink, &how, d);
	return receive() == HAUNT_OK;
}

/* What TCP repeats is no replay, and a connection is heard once, whoever hears
 * it, and whenever it ends. */
static void test_streams(void **state)
{
	const uint64_t a = (UINT64_C(1) << 32) | 5, b = a + 1;
	struct datagram d = datagram_of('a');

	(void)state;
	d.carrier = CARRIER_TCP;
	assert_true(passes(2, a, &d));
	d.when_ns += SINK_STREAM_NS;
	assert_false(passes(2, a, &d)); /* sent again */
	assert_false(passes(3, a, &d)); /* and heard elsewhere */
	assert_false(passes(-40, SINK_CONNECTION, &d));
	assert_true(passes(2, b, &d)); /* said twice */
	d.when_ns += 1;
	assert_true(passes(2, a, &d)); /* a minute is over */
	/* The socket first, then the wire. */
	d.payload[0] = 'b';
	assert_true(passes(-40, SINK_CONNECTION, &d));
	assert_false(passes(2, b, &d));
	/* Two connections at one socket are two. */
	assert_true(passes(-40, SINK_CONNECTION, &d));
	/* Another port, another carrier, another claim: not the same. */
	d.source.port++;
	assert_true(passes(2, b, &d));
	d.carrier = CARRIER_HTTP;
	assert_true(passes(2, b, &d));
	d.forwarding = FORWARDING_BAD;
	assert_true(passes(2, b, &d));
	assert_false(passes(2, b, &d));
	/* A SYN is not repeated with what it brings. */
	d.payload[0] = 'c';
	assert_true(passes(2, 0, &d));
	assert_true(passes(2, 0, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_echo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_echo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_queue, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_reports, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gate_gone, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_streams, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
