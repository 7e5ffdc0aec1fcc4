/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw packets, read back field by field; checksums by their definition. */
#include "core/proto/raw.h"

#include <netinet/in.h>
#include <string.h>

#include "tests/lib/check.h"

static uint8_t bytes[RAW_HEADERS_MAX + HAUNT_PACKET_MAX];

static struct endpoint end(const char *address, uint16_t port)
{
	struct endpoint e = { .port = port };

	check_ok(addr_parse(address, strlen(address), &e.addr));
	return e;
}

static struct raw_packet packet(enum haunt_carrier carrier, bool v4)
{
	return (struct raw_packet){
		.carrier = carrier,
		.source = end(v4 ? "192.0.2.1" : "2001:db8::1", 40001),
		.destination =
			end(v4 ? "198.51.100.255" : "2001:db8:ffff::2", 62201),
		.icmp_type = v4 ? 8 : 128,
		.icmp_code = 3,
		.id = 0xbeef,
		.sequence = 0xfedcba98,
	};
}

/* The sum of all words with the checksum in place is all ones: RFC 1071. */
static uint32_t words_sum(struct rd r)
{
	uint64_t sum = 0;

	for (size_t i = 0; r.left; i++)
		sum += (uint64_t)rd_u8(&r) << (i % 2 ? 0 : 8);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

/* With the pseudo-header of the addresses that stand in the packet. */
static void check_sum(struct rd addresses, uint8_t proto, struct rd segment)
{
	uint8_t buf[2048];
	struct wr w = wr_of(buf, sizeof(buf));

	if (proto != IPPROTO_ICMP) {
		wr_bytes(&w, addresses.at, addresses.left);
		wr_u16(&w, proto);
		wr_u16(&w, (uint16_t)segment.left);
	}
	wr_bytes(&w, segment.at, segment.left);
	assert_false(w.failed);
	assert_int_equal(words_sum(rd_of(buf, w.len)), 0xffff);
}

/* Takes the IP header off and checks it. */
static struct rd ip_take(size_t len, bool v4, uint8_t proto, struct rd *ends)
{
	struct rd r = rd_of(bytes, len), head = r;

	if (v4) {
		assert_int_equal(words_sum(rd_sub(&head, 20)), 0xffff);
		assert_int_equal(rd_u16(&r), 0x4500);
		assert_int_equal(rd_u16(&r), len);
		assert_int_equal(rd_u16(&r), 0xbeef);
		assert_int_equal(rd_u16(&r), 0x4000);
		assert_int_equal(rd_u8(&r), 64);
		assert_int_equal(rd_u8(&r), proto);
		rd_u16(&r);
		*ends = rd_sub(&r, 8);
		assert_memory_equal(ends->at, "\xc0\0\2\1\xc6\x33\x64\xff", 8);
	} else {
		assert_int_equal(rd_u32(&r), 0x60000000);
		assert_int_equal(rd_u16(&r), len - 40);
		assert_int_equal(rd_u8(&r), proto);
		assert_int_equal(rd_u8(&r), 64);
		*ends = rd_sub(&r, 32);
		assert_memory_equal(ends->at + 16,
				    "\x20\1\xd\xb8\xff\xff\0\0\0\0\0\0\0\0\0\2",
				    16);
	}
	return r;
}

static void check_header(enum haunt_carrier carrier, struct rd *r, size_t len)
{
	if (carrier == HAUNT_CARRIER_ICMP) {
		rd_u8(r);
		assert_int_equal(rd_u8(r), 3);
		rd_u16(r);
		assert_int_equal(rd_u32(r), 0xbeef0001);
		return;
	}
	assert_int_equal(rd_u16(r), 40001);
	assert_int_equal(rd_u16(r), 62201);
	if (carrier == HAUNT_CARRIER_UDP_RAW) {
		assert_int_equal(rd_u16(r), 8 + len);
		assert_int_not_equal(rd_u16(r), 0);
		return;
	}
	assert_int_equal(rd_u32(r), 0xfedcba98);
	assert_int_equal(rd_u32(r), 0);
	assert_int_equal(rd_u16(r), 0x5002);
	rd_bytes(r, 4);
	assert_int_equal(rd_u16(r), 0);
}

static uint8_t proto_wanted(enum haunt_carrier carrier, bool v4)
{
	if (carrier == HAUNT_CARRIER_ICMP)
		return v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	return carrier == HAUNT_CARRIER_UDP_RAW ? IPPROTO_UDP : IPPROTO_TCP;
}

static void check_packet(enum haunt_carrier carrier, bool v4, size_t len)
{
	const struct raw_packet p = packet(carrier, v4);
	const uint8_t proto = proto_wanted(carrier, v4);
	struct wr w = wr_of(bytes, sizeof(bytes));
	uint8_t payload[HAUNT_PACKET_MAX];
	struct rd r, ends;

	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(0xff - i * 7);
	raw_put(&w, &p, payload, len);
	assert_false(w.failed);
	r = ip_take(w.len, v4, proto, &ends);
	check_sum(ends, proto, r);
	check_header(carrier, &r, len);
	assert_false(r.failed);
	assert_int_equal(r.left, len);
	assert_memory_equal(r.at, payload, len);
}

static void test_packets(void **state)
{
	static const size_t lens[] = { 1, 2, 139, 140, 399, 1499, 1500 };
	static const enum haunt_carrier carriers[] = { HAUNT_CARRIER_ICMP,
						       HAUNT_CARRIER_UDP_RAW,
						       HAUNT_CARRIER_TCP_RAW };

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		for (size_t j = 0; j < 3; j++) {
			check_packet(carriers[j], true, lens[i]);
			check_packet(carriers[j], false, lens[i]);
		}
}

/* A UDP checksum that comes out as 0 is sent as all ones: RFC 768. */
static void test_udp_zero(void **state)
{
	const struct raw_packet p = packet(HAUNT_CARRIER_UDP_RAW, true);
	uint8_t payload[2];
	bool seen = false;

	(void)state;
	for (uint32_t i = 0; i <= UINT16_MAX; i++) {
		struct wr w = wr_of(bytes, sizeof(bytes));
		struct wr body = wr_of(payload, 2);

		wr_u16(&body, (uint16_t)i);
		raw_put(&w, &p, payload, 2);
		assert_true(bytes[26] || bytes[27]);
		seen |= bytes[26] == 0xff && bytes[27] == 0xff;
	}
	assert_true(seen);
}

/* What is no echo has neither an identifier nor a number. */
static void test_icmp_other(void **state)
{
	struct raw_packet p = packet(HAUNT_CARRIER_ICMP, true);
	struct wr w = wr_of(bytes, sizeof(bytes));

	(void)state;
	p.icmp_type = 13;
	raw_put(&w, &p, "x", 1);
	assert_int_equal(w.len, 29);
	assert_int_equal(bytes[20], 13);
	assert_memory_equal(bytes + 24, "\0\0\0\0x", 5);
	p.icmp_type = 0;
	w = wr_of(bytes, sizeof(bytes));
	raw_put(&w, &p, "x", 1);
	assert_memory_equal(bytes + 24, "\xbe\xef\0\1x", 5);
	/* 8 is an echo in IPv4 alone. */
	p = packet(HAUNT_CARRIER_ICMP, false);
	p.icmp_type = 8;
	w = wr_of(bytes, sizeof(bytes));
	raw_put(&w, &p, "x", 1);
	assert_memory_equal(bytes + 44, "\0\0\0\0x", 5);
	assert_int_equal(raw_echo_type(&p.source.addr), 128);
	p = packet(HAUNT_CARRIER_ICMP, true);
	assert_int_equal(raw_echo_type(&p.source.addr), 8);
}

static void test_no_room(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < 48; cap++) {
		const struct raw_packet p =
			packet(HAUNT_CARRIER_TCP_RAW, cap % 2);
		struct wr w = wr_of(bytes, cap);

		memset(bytes, 0xaa, sizeof(bytes));
		raw_put(&w, &p, "12345678", 8);
		assert_true(w.failed);
		assert_int_equal(bytes[cap], 0xaa);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_udp_zero),
		cmocka_unit_test(test_icmp_other),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
