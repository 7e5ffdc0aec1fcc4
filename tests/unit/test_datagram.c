/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two messages to the gate: what is put is got, and nothing else. */
#include "core/capture/datagram.h"

#include <string.h>

#include "tests/lib/check.h"

static struct endpoint end_of(const char *text)
{
	struct endpoint e;

	check_ok(endpoint_parse(text, strlen(text), &e));
	return e;
}

static struct datagram datagram_of(const char *from, const char *to,
				   uint16_t len)
{
	struct datagram d = { .when_ns = 1700000000123456789,
			      .source = end_of(from),
			      .destination = end_of(to),
			      .len = len };

	for (size_t i = 0; i < len; i++)
		d.payload[i] = (uint8_t)(i * 7);
	return d;
}

static size_t put(const struct datagram *d, uint8_t *buf)
{
	struct wr w = wr_of(buf, DATAGRAM_MAX);

	datagram_put(&w, d);
	assert_false(w.failed);
	return w.len;
}

static enum haunt_err get(const uint8_t *buf, size_t len, struct datagram *out)
{
	struct rd r = rd_of(buf, len);

	return datagram_get(&r, out);
}

static void round_trip(const struct datagram *d)
{
	uint8_t buf[DATAGRAM_MAX];
	size_t len = put(d, buf);
	struct datagram back;

	assert_int_equal(len, DATAGRAM_HEAD + d->len);
	check_ok(get(buf, len, &back));
	assert_true(back.when_ns == d->when_ns);
	assert_memory_equal(&back.source.addr, &d->source.addr, 16);
	assert_memory_equal(&back.destination.addr, &d->destination.addr, 16);
	assert_int_equal(back.source.port, d->source.port);
	assert_int_equal(back.destination.port, d->destination.port);
	assert_int_equal(back.carrier, d->carrier);
	assert_int_equal(back.forwarding, d->forwarding);
	assert_memory_equal(&back.forwarded, &d->forwarded, 16);
	assert_int_equal(back.len, d->len);
	assert_memory_equal(back.payload, d->payload, d->len);
}

static void test_round_trip(void **state)
{
	struct datagram d =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 1);

	(void)state;
	round_trip(&d);
	d = datagram_of("[2001:db8::7]:1", "[2001:db8::1]:65535",
			DATAGRAM_PAYLOAD_MAX);
	round_trip(&d);
	/* A source port of 0 is legal in UDP: "no reply expected". */
	d.source.port = 0;
	round_trip(&d);
}

static void test_every_truncation(void **state)
{
	struct datagram d =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 300);
	uint8_t buf[DATAGRAM_MAX];
	size_t len = put(&d, buf);
	struct datagram out;

	(void)state;
	for (size_t cut = 0; cut < len; cut++)
		check_err(get(buf, cut, &out), HAUNT_ESHORT);
}

static void test_bounds(void **state)
{
	struct datagram d =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 300);
	uint8_t buf[DATAGRAM_MAX + 1] = { 0 };
	struct wr w = wr_of(buf, sizeof(buf));
	struct datagram out;
	size_t len = put(&d, buf);

	(void)state;
	check_err(get(buf, len + 1, &out), HAUNT_EFORMAT);
	buf[DATAGRAM_HEAD - 2] = 0;
	buf[DATAGRAM_HEAD - 1] = 0;
	check_err(get(buf, DATAGRAM_HEAD, &out), HAUNT_ELENGTH);
	buf[DATAGRAM_HEAD - 2] = (DATAGRAM_PAYLOAD_MAX + 1) >> 8;
	buf[DATAGRAM_HEAD - 1] = (DATAGRAM_PAYLOAD_MAX + 1) & 0xff;
	check_err(get(buf, sizeof(buf), &out), HAUNT_ELENGTH);

	d.len = DATAGRAM_PAYLOAD_MAX + 1;
	datagram_put(&w, &d);
	assert_true(w.failed);
}

static void refused(const struct datagram *d)
{
	uint8_t buf[DATAGRAM_MAX];
	struct datagram out;

	check_err(get(buf, put(d, buf), &out), HAUNT_EFORMAT);
}

static void test_ends(void **state)
{
	const struct datagram good =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 200);
	static const uint8_t none[16];
	struct datagram d = good;

	(void)state;
	d.destination.port = 0;
	refused(&d);
	d = good;
	d.destination = end_of("[2001:db8::1]:62201");
	refused(&d);
	d = good;
	d.source = end_of("224.0.0.1:1000");
	refused(&d);
	d.source = end_of("255.255.255.255:1000");
	refused(&d);
	d.source.addr = addr_from_v4(none);
	refused(&d);
	d = datagram_of("[2001:db8::7]:1", "[2001:db8::1]:62201", 200);
	d.source.addr = addr_from_v6(none);
	refused(&d);
	d.source = end_of("[ff02::1]:1000");
	refused(&d);
	d.source = good.source;
	d.destination.addr = addr_from_v4(none);
	refused(&d);
}

static void test_stats(void **state)
{
	const struct capture_stats s = { .passed = 1,
					 .malformed = UINT64_MAX,
					 .dropped = 0x0102030405060708 };
	uint8_t buf[25] = { 0 };
	struct wr w = wr_of(buf, sizeof(buf));
	struct capture_stats back;
	struct rd r;

	(void)state;
	capture_stats_put(&w, &s);
	assert_int_equal(w.len, 24);
	for (size_t cut = 0; cut < 24; cut++) {
		r = rd_of(buf, cut);
		check_err(capture_stats_get(&r, &back), HAUNT_ESHORT);
	}
	r = rd_of(buf, 24);
	check_ok(capture_stats_get(&r, &back));
	assert_true(back.passed == s.passed);
	assert_true(back.malformed == s.malformed);
	assert_true(back.dropped == s.dropped);
	r = rd_of(buf, 25);
	check_err(capture_stats_get(&r, &back), HAUNT_EFORMAT);
}

static void head_is(const struct datagram *d, enum haunt_err expected)
{
	uint8_t buf[DATAGRAM_MAX];
	struct datagram back;
	size_t len = put(d, buf);

	assert_int_equal(datagram_head_fits(d), expected == HAUNT_OK);
	check_err(get(buf, len, &back), expected);
	if (expected == HAUNT_OK)
		round_trip(d);
}

/* Ports where there are ports, somebody forwarded where there can be. */
static void test_carriers(void **state)
{
	const struct ip_addr who = end_of("203.0.113.9:1").addr;
	struct datagram d =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 200);

	(void)state;
	for (int i = 0; i < CARRIER_COUNT; i++) {
		d.carrier = (enum carrier)i;
		head_is(&d, i == CARRIER_ICMP ? HAUNT_EFORMAT : HAUNT_OK);
		d.forwarding = FORWARDING_BAD;
		head_is(&d, i == CARRIER_HTTP ? HAUNT_OK : HAUNT_EFORMAT);
		d.forwarded = who;
		head_is(&d, HAUNT_EFORMAT);
		d.forwarding = FORWARDING_NONE;
		head_is(&d, HAUNT_EFORMAT);
		d.forwarding = FORWARDING_NAMED;
		head_is(&d, i == CARRIER_HTTP ? HAUNT_OK : HAUNT_EFORMAT);
		memset(&d.forwarded, 0, sizeof(d.forwarded));
		head_is(&d, HAUNT_EFORMAT);
		d.forwarding = FORWARDING_NONE;
	}
	d.carrier = CARRIER_ICMP;
	d.source.port = 0;
	head_is(&d, HAUNT_EFORMAT);
	d.destination.port = 0;
	head_is(&d, HAUNT_OK);
	d.carrier = CARRIER_UDP;
	head_is(&d, HAUNT_EFORMAT);
}

/* Numbers that stand for nothing. */
static void test_unknown(void **state)
{
	const struct datagram d =
		datagram_of("192.0.2.7:40000", "198.51.100.1:62201", 200);
	uint8_t buf[DATAGRAM_MAX];
	size_t len = put(&d, buf);
	struct datagram back;

	(void)state;
	buf[8 + 18 + 18] = CARRIER_COUNT;
	check_err(get(buf, len, &back), HAUNT_EFORMAT);
	buf[8 + 18 + 18] = CARRIER_HTTP;
	buf[8 + 18 + 18 + 1] = FORWARDING_COUNT;
	check_err(get(buf, len, &back), HAUNT_EFORMAT);
	buf[8 + 18 + 18 + 1] = FORWARDING_BAD;
	check_ok(get(buf, len, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_carriers),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
