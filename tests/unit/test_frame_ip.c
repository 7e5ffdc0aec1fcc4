/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4, IPv6 and UDP headers that frames hold: what is taken, what is not. */
#include "tests/unit/test_frame.h"

#include <netinet/in.h>

static void test_padding(void **state)
{
	struct packet p = v4;

	(void)state;
	p.payload_len = 3;
	p.padding = 40;
	parses(&p);
	p = v6;
	p.payload_len = 3;
	p.padding = 40;
	parses(&p);
}

static void test_payload_bounds(void **state)
{
	struct packet p = v4;
	struct frame f;

	(void)state;
	p.payload_len = 1;
	parses(&p);
	p.payload_len = DATAGRAM_PAYLOAD_MAX;
	parses(&p);
	p.payload_len = DATAGRAM_PAYLOAD_MAX + 1;
	f = frame_of(&p);
	fails(p.dlt, &f, HAUNT_EFORMAT);
	p.payload_len = 0;
	f = frame_of(&p);
	fails(p.dlt, &f, HAUNT_EFORMAT);
}

static void test_ipv4_header(void **state)
{
	struct packet p = v4;
	struct frame f;

	(void)state;
	p.option_words = 10;
	parses(&p);

	f = frame_of(&v4);
	f.bytes[f.ip] = 0x44; /* a header of 16 bytes */
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	f.bytes[f.ip] = 0x65;
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	f = frame_of(&v4);
	f.bytes[f.ip + 9] = IPPROTO_TCP;
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	f = frame_of(&v4);
	frame_set_u16(&f, f.ip + 2, 19); /* shorter than its header */
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	frame_set_u16(&f, f.ip + 2, 27); /* no room for UDP */
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	frame_set_u16(&f, f.ip + 2, 229); /* longer than the capture */
	fails(DLT_EN10MB, &f, HAUNT_ESHORT);
}

static void test_ipv4_fragments(void **state)
{
	static const uint16_t fragments[] = { 0x2000, 0x0001, 0x1fff,
					      0x3fff, 0x6000, 0x0100 };
	static const uint16_t whole[] = { 0x0000, 0x4000 };
	struct frame f = frame_of(&v4);
	struct datagram d;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		frame_set_u16(&f, f.ip + 6, fragments[i]);
		fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	}
	for (size_t i = 0; i < 2; i++) {
		frame_set_u16(&f, f.ip + 6, whole[i]);
		check_ok(parse(DLT_EN10MB, f.bytes, f.len, &d));
	}
}

static void test_extensions(void **state)
{
	static const uint8_t all[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS,
				       IPPROTO_ROUTING, IPPROTO_AH,
				       IPPROTO_DSTOPTS };
	static const uint8_t many[] = { 60, 60, 60, 60, 60, 60, 60, 60, 60 };
	struct packet p = v6;
	struct frame f;

	(void)state;
	p.extensions = all;
	for (size_t n = 1; n <= sizeof(all); n++) {
		p.extensions_len = n;
		parses(&p);
	}
	p.extensions = many;
	p.extensions_len = FRAME_EXTENSIONS_MAX;
	parses(&p);
	p.extensions_len = FRAME_EXTENSIONS_MAX + 1;
	f = frame_of(&p);
	fails(p.dlt, &f, HAUNT_EFORMAT);
}

static void test_extensions_refused(void **state)
{
	static const uint8_t late_hop[] = { IPPROTO_DSTOPTS, IPPROTO_HOPOPTS };
	static const uint8_t refused[] = { IPPROTO_FRAGMENT, IPPROTO_ESP,
					   IPPROTO_MH, IPPROTO_NONE,
					   IPPROTO_ICMP };
	struct packet p = v6;
	struct frame f;

	(void)state;
	p.extensions = late_hop;
	p.extensions_len = 2;
	f = frame_of(&p);
	fails(p.dlt, &f, HAUNT_EFORMAT);
	for (size_t i = 0; i < sizeof(refused); i++) {
		p.extensions = &refused[i];
		p.extensions_len = 1;
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
	}
	/* A header that says it is longer than the packet. */
	p.extensions = late_hop;
	p.extensions_len = 1;
	f = frame_of(&p);
	f.bytes[f.ip + 41] = 255;
	fails(p.dlt, &f, HAUNT_EFORMAT);
}

static void test_ipv6_header(void **state)
{
	struct frame f = frame_of(&v6);

	(void)state;
	f.bytes[f.ip] = 0x40;
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	f = frame_of(&v6);
	frame_set_u16(&f, f.ip + 4, 209);
	fails(DLT_EN10MB, &f, HAUNT_ESHORT);
	frame_set_u16(&f, f.ip + 4, 7);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	/* A jumbogram says 0. */
	frame_set_u16(&f, f.ip + 4, 0);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
}

/* An IPv6 packet must not speak for an IPv4 address. */
static void test_mapped_address(void **state)
{
	static const uint8_t mapped[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	struct frame f = frame_of(&v6);

	(void)state;
	memcpy(f.bytes + f.ip + 8, mapped, 16);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	memcpy(f.bytes + f.ip + 24, mapped, 16);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	f = frame_of(&v6);
	memcpy(f.bytes + f.ip + 24, mapped, 16);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
}

static void test_udp_length(void **state)
{
	struct frame f = frame_of(&v4);
	struct datagram d;

	(void)state;
	frame_set_u16(&f, f.udp + 4, 7);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	frame_set_u16(&f, f.udp + 4, 8);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	frame_set_u16(&f, f.udp + 4, 209); /* more than the IP packet has */
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	frame_set_u16(&f, f.udp + 4, 108); /* less: the rest is cut off */
	check_ok(parse(DLT_EN10MB, f.bytes, f.len, &d));
	assert_int_equal(d.len, 100);
	frame_set_u16(&f, f.udp + 2, 0);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
}

static void test_nobodys_source(void **state)
{
	static const uint8_t nobody[][4] = { { 0, 0, 0, 0 },
					     { 224, 0, 0, 1 },
					     { 255, 255, 255, 255 } };
	struct frame f = frame_of(&v4);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		memcpy(f.bytes + f.ip + 12, nobody[i], 4);
		fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	}
}

static const char text[] =
	"ABCxyz+/0189ABCxyz+/0189ABCxyz+/0189ABCxyz+/0189ABCxyz+/0189";

static void carried(const struct packet *p, enum carrier carrier,
		    uint64_t expected)
{
	struct frame f = frame_of(p);
	struct datagram d = { .when_ns = 5, .forwarding = FORWARDING_NAMED };

	segment = 99;
	check_ok(parse(p->dlt, f.bytes, f.len, &d));
	assert_int_equal(d.carrier, carrier);
	assert_int_equal(d.forwarding, FORWARDING_NONE);
	assert_int_equal(d.len, sizeof(text) - 1);
	assert_memory_equal(d.payload, text, d.len);
	assert_true(segment == expected);
	assert_int_equal(d.destination.port,
			 carrier == CARRIER_ICMP ? 0 : 62201);
	/* A byte less is not whole. */
	check_err(parse(p->dlt, f.bytes, f.len - 1 - p->padding, &d),
		  HAUNT_ESHORT);
}

static void test_tcp(void **state)
{
	(void)state;
	for (size_t i = 0; i < 22; i++) {
		struct packet p = i % 2 ? v4 : v6;
		struct frame f;

		p.proto = IPPROTO_TCP;
		p.text = text;
		p.tcp_seq = 0x89abcdef;
		p.tcp_option_words = i / 2;
		p.padding = i % 5;
		p.tcp_flags = 0x02;
		carried(&p, CARRIER_TCP, 0);
		p.tcp_flags = 0x18;
		carried(&p, CARRIER_TCP, FRAME_SEGMENT | 0x89abcdef);
		p.tcp_flags = 0x11; /* with the end of the connection */
		carried(&p, CARRIER_TCP, FRAME_SEGMENT | 0x89abcdef);
		p.tcp_flags = 0x12;
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
		p.tcp_flags = 0x04;
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
		/* A header that is too short, or longer than all. */
		p.tcp_flags = 0x18;
		f = frame_of(&p);
		f.bytes[f.udp + 12] = 0x40;
		fails(p.dlt, &f, HAUNT_EFORMAT);
		p.text = "";
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
		f.bytes[f.udp + 12] = 0xf0;
		fails(p.dlt, &f, HAUNT_EFORMAT);
	}
}

static void test_icmp(void **state)
{
	static const uint8_t types[] = { 0, 8, 13, 129, 255 };
	static const uint8_t extensions[] = { IPPROTO_DSTOPTS };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(types); i++) {
		struct packet p = i % 2 ? v4 : v6;
		struct frame f;

		p.proto = IPPROTO_ICMP;
		p.text = text;
		p.icmp_type = types[i / 2];
		carried(&p, CARRIER_ICMP, 0);
		if (i % 2 == 0) {
			p.extensions = extensions;
			p.extensions_len = 1;
			carried(&p, CARRIER_ICMP, 0);
			p.extensions_len = 0;
		}
		p.text = "";
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
		/* The other family's. */
		p.text = text;
		f = frame_of(&p);
		f.bytes[f.ip + (i % 2 ? 9 : 6)] =
			i % 2 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
		fails(p.dlt, &f, HAUNT_EFORMAT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_payload_bounds),
		cmocka_unit_test(test_ipv4_header),
		cmocka_unit_test(test_ipv4_fragments),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_extensions_refused),
		cmocka_unit_test(test_ipv6_header),
		cmocka_unit_test(test_mapped_address),
		cmocka_unit_test(test_udp_length),
		cmocka_unit_test(test_nobodys_source),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_icmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
