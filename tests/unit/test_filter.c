/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's program, run on built frames by libpcap's own machine. */
#include "core/capture/filter.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "tests/lib/check.h"
#include "tests/lib/packet.h"

#define V4_FROM "192.0.2.7:40000"
#define V4_TO	"198.51.100.1:62201"
#define V6_FROM "[2001:db8::7]:40000"
#define V6_TO	"[2001:db8::1]:62201"

static const uint16_t ports[] = { 53, 62201 };
static const int dlts[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2,
			    DLT_RAW,	DLT_NULL,      DLT_LOOP };
#define DLTS (sizeof(dlts) / sizeof(dlts[0]))

static struct filter filter;

static void build(int dlt)
{
	check_ok(filter_build(dlt, ports, 2, &filter));
	assert_true(bpf_validate(filter.insns, (int)filter.len));
}

/* Runs the program that was built last. */
static bool passes_frame(const struct frame *f)
{
	const struct bpf_program program = { .bf_len = (u_int)filter.len,
					     .bf_insns = filter.insns };
	const struct pcap_pkthdr head = { .caplen = (bpf_u_int32)f->len,
					  .len = (bpf_u_int32)f->len };

	return pcap_offline_filter(&program, &head, f->bytes) != 0;
}

static bool passes(const struct packet *p)
{
	struct frame f;

	packet_build(p, &f);
	return passes_frame(&f);
}

static struct packet packet_of(int dlt, bool v4, size_t len)
{
	return (struct packet){ .dlt = dlt,
				.source = v4 ? V4_FROM : V6_FROM,
				.destination = v4 ? V4_TO : V6_TO,
				.payload_len = len };
}

static void test_window(void **state)
{
	struct packet p;

	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		p = packet_of(dlts[i % DLTS], i < DLTS, 0);
		build(p.dlt);
		p.payload_len = FILTER_PAYLOAD_MIN - 1;
		assert_false(passes(&p));
		p.payload_len = FILTER_PAYLOAD_MIN;
		assert_true(passes(&p));
		p.payload_len = FILTER_PAYLOAD_MAX;
		assert_true(passes(&p));
		p.payload_len = FILTER_PAYLOAD_MAX + 1;
		assert_false(passes(&p));
	}
}

static void test_ports(void **state)
{
	struct packet p;

	(void)state;
	for (size_t i = 0; i < DLTS; i++) {
		build(dlts[i]);
		p = packet_of(dlts[i], true, 200);
		p.destination = "198.51.100.1:53";
		assert_true(passes(&p));
		p.destination = "198.51.100.1:62202";
		assert_false(passes(&p));
		/* From the port is not to the port. */
		p.source = "192.0.2.7:62201";
		assert_false(passes(&p));
		p = packet_of(dlts[i], false, 200);
		p.destination = "[2001:db8::1]:53";
		assert_true(passes(&p));
		p.destination = "[2001:db8::1]:54";
		assert_false(passes(&p));
	}
}

static void test_tags(void **state)
{
	static const uint16_t tags[] = { 0x88a8, 0x8100, 0x8100 };
	static const int typed[] = { DLT_EN10MB, DLT_LINUX_SLL,
				     DLT_LINUX_SLL2 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct packet p = packet_of(typed[i / 2], i % 2 == 0, 200);

		build(p.dlt);
		p.tags = tags;
		p.tags_len = 1;
		assert_true(passes(&p));
		p.tags_len = 2;
		assert_true(passes(&p));
		p.tags_len = 3;
		assert_false(passes(&p));
		p.tags_len = 2;
		p.payload_len = FILTER_PAYLOAD_MIN - 1;
		assert_false(passes(&p));
		p = packet_of(typed[i / 2], true, 200);
		p.tags = tags + 1;
		p.tags_len = 1;
		p.destination = "198.51.100.1:80";
		assert_false(passes(&p));
	}
}

static void test_ipv4(void **state)
{
	struct packet p = packet_of(DLT_LINUX_SLL2, true, 200);
	struct frame f;

	(void)state;
	build(DLT_LINUX_SLL2);
	p.option_words = 10;
	assert_true(passes(&p));
	p.option_words = 0;
	packet_build(&p, &f);
	frame_set_u16(&f, f.ip + 6, 0x2000);
	assert_false(passes_frame(&f));
	frame_set_u16(&f, f.ip + 6, 0x0001);
	assert_false(passes_frame(&f));
	frame_set_u16(&f, f.ip + 6, 0x4000);
	assert_true(passes_frame(&f));
	f.bytes[f.ip + 9] = IPPROTO_TCP;
	assert_false(passes_frame(&f));
	packet_build(&p, &f);
	frame_set_u16(&f, 0, 0x0806); /* ARP */
	assert_false(passes_frame(&f));
}

static void test_ipv6(void **state)
{
	static const uint8_t taken[] = { IPPROTO_HOPOPTS, IPPROTO_ROUTING,
					 IPPROTO_DSTOPTS, IPPROTO_AH };
	static const uint8_t refused[] = { IPPROTO_FRAGMENT, IPPROTO_TCP,
					   IPPROTO_ICMPV6, IPPROTO_ESP };
	struct packet p = packet_of(DLT_LINUX_SLL2, false, 200);

	(void)state;
	build(DLT_LINUX_SLL2);
	p.extensions_len = 1;
	for (size_t i = 0; i < sizeof(taken); i++) {
		p.extensions = &taken[i];
		p.payload_len = 200;
		assert_true(passes(&p));
		/* A multicast report has a header too, and is small. */
		p.payload_len = 100;
		assert_false(passes(&p));
	}
	p.payload_len = 200;
	for (size_t i = 0; i < sizeof(refused); i++) {
		p.extensions = &refused[i];
		assert_false(passes(&p));
	}
}

/* A capture that is cut short is refused, and never read beyond its end. */
static void test_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		struct packet p = packet_of(dlts[i % DLTS], i < DLTS, 200);
		struct frame f;
		size_t whole;

		build(p.dlt);
		packet_build(&p, &f);
		whole = f.udp + 6;
		for (f.len = 0; f.len < whole; f.len++)
			assert_false(passes_frame(&f));
	}
}

static void test_limits(void **state)
{
	static uint16_t many[FILTER_PORTS_MAX];
	struct packet p = packet_of(DLT_LINUX_SLL2, true, 200);

	(void)state;
	check_ok(filter_build(DLT_LINUX_SLL2, NULL, 0, &filter));
	assert_true(bpf_validate(filter.insns, (int)filter.len));
	assert_false(passes(&p));
	for (size_t i = 0; i < FILTER_PORTS_MAX; i++)
		many[i] = (uint16_t)(62201 - FILTER_PORTS_MAX + 1 + i);
	check_ok(filter_build(DLT_LINUX_SLL2, many, FILTER_PORTS_MAX, &filter));
	assert_true(filter.len <= FILTER_INSNS_MAX);
	assert_true(bpf_validate(filter.insns, (int)filter.len));
	assert_true(passes(&p));
	check_err(filter_build(DLT_LINUX_SLL2, many, FILTER_PORTS_MAX + 1,
			       &filter),
		  HAUNT_ELENGTH);
	check_err(filter_build(DLT_IEEE802_11, ports, 2, &filter),
		  HAUNT_EUNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_ipv4),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
