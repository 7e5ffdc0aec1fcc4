/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's program, run on built frames by libpcap's own machine. */
#include "core/capture/filter.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/check.h"
#include "tests/lib/packet.h"

#define V4_FROM "192.0.2.7:40000"
#define V4_TO	"198.51.100.1:62201"
#define V6_FROM "[2001:db8::7]:40000"
#define V6_TO	"[2001:db8::1]:62201"

static const struct port_range udp[] = { { .first = 53, .last = 53 },
					 { .first = 3000, .last = 3099 },
					 { .first = 62201, .last = 62201 } };
static const struct port_range tcp[] = { { .first = 80, .last = 80 },
					 { .first = 62201, .last = 62299 } };
static const struct filter_wants wants = {
	.udp = udp, .udp_len = 3, .tcp = tcp, .tcp_len = 2, .icmp = true
};
static const int dlts[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2,
			    DLT_RAW,	DLT_NULL,      DLT_LOOP };
#define DLTS (sizeof(dlts) / sizeof(dlts[0]))

static struct filter filter;

static void build(int dlt)
{
	check_ok(filter_build(dlt, &wants, &filter));
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
	f.bytes[f.ip + 9] = IPPROTO_SCTP;
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

/* What a text is made of, and what is not. */
static char text[FILTER_PAYLOAD_MAX + 2];

static const char *text_of(const char *head, size_t len)
{
	static const char letters[] = "ABCxyz+/0189";

	for (size_t i = 0; i < len; i++)
		text[i] = letters[i % (sizeof(letters) - 1)];
	memcpy(text, head, strlen(head));
	text[len] = '\0';
	return text;
}

/* The same packet by TCP and ICMP, both families, any link type. */
static struct packet other_of(size_t i, uint8_t proto, const char *payload)
{
	struct packet p = packet_of(dlts[i % DLTS], i < DLTS, 0);

	p.proto = proto;
	p.text = payload;
	p.tcp_flags = 0x18;
	p.tcp_option_words = i % 11;
	return p;
}

static void test_other_carriers(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		struct packet p;

		build(dlts[i % DLTS]);
		for (int k = 0; k < 2; k++) {
			uint8_t proto = k ? IPPROTO_ICMP : IPPROTO_TCP;

			p = other_of(i, proto, text_of("", 139));
			assert_false(passes(&p));
			p = other_of(i, proto, text_of("", 140));
			assert_true(passes(&p));
			p = other_of(i, proto, text_of("", 1500));
			assert_true(passes(&p));
			p = other_of(i, proto, text_of("", 1501));
			assert_false(passes(&p));
		}
		p = other_of(i, IPPROTO_TCP, text_of("", 200));
		p.destination =
			i < DLTS ? "198.51.100.1:62299" : "[2001:db8::1]:62299";
		assert_true(passes(&p));
		p.destination =
			i < DLTS ? "198.51.100.1:62300" : "[2001:db8::1]:62300";
		assert_false(passes(&p));
		/* TCP to what is UDP's. */
		p.destination =
			i < DLTS ? "198.51.100.1:53" : "[2001:db8::1]:53";
		assert_false(passes(&p));
	}
}

/* Each byte of the first 140, wherever it stands in a word. */
static void test_text(void **state)
{
	static const char bad[] = " \r\n\t%&*!\"\x80\xff\x7f";

	(void)state;
	build(DLT_LINUX_SLL2);
	for (size_t at = 0; at < 140; at++) {
		struct packet p = other_of(2, IPPROTO_TCP, text_of("", 200));

		text[at] = bad[at % (sizeof(bad) - 2)];
		assert_false(passes(&p));
		text[at] = '+';
		assert_true(passes(&p));
		text[at] = 'z';
		assert_true(passes(&p));
	}
}

static void test_http(void **state)
{
	static const char *const not [] = {
		"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n",
		"POST /",
		"GET  /",
		"HEAD /",
	};

	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		struct packet p;

		build(dlts[i % DLTS]);
		p = other_of(i, IPPROTO_TCP, text_of("GET /", 200));
		assert_true(passes(&p));
		p = other_of(i, IPPROTO_TCP, text_of("GET /", 145));
		assert_true(passes(&p));
		p = other_of(i, IPPROTO_TCP, text_of("GET /", 144));
		assert_false(passes(&p));
		p = other_of(i, IPPROTO_TCP, text_of("GET http://a/", 200));
		assert_true(passes(&p));
		for (size_t k = 0; k < sizeof(not ) / sizeof(not [0]); k++) {
			p = other_of(i, IPPROTO_TCP, text_of(not [k], 400));
			assert_false(passes(&p));
		}
		/* In UDP it is a packet like any other, to a port of its own;
		 * to one of many it is not. */
		p = other_of(i, 0, text_of("GET /", 200));
		assert_true(passes(&p));
		p.destination =
			i < DLTS ? "198.51.100.1:3050" : "[2001:db8::1]:3050";
		assert_false(passes(&p));
		p.text = text_of("", 200);
		assert_true(passes(&p));
	}
}

/* Nothing that was not asked for. */
static void test_wants(void **state)
{
	static const struct filter_wants none;
	const struct filter_wants only[] = {
		{ .udp = udp, .udp_len = 3 },
		{ .tcp = tcp, .tcp_len = 2 },
		{ .icmp = true },
	};
	static const uint8_t protos[] = { IPPROTO_UDP, IPPROTO_TCP,
					  IPPROTO_ICMP };

	(void)state;
	text_of("", 200);
	for (size_t i = 0; i < 2 * DLTS; i++)
		for (size_t k = 0; k < 3; k++)
			for (size_t j = 0; j < 3; j++) {
				struct packet p = other_of(i, protos[j], text);

				if (p.proto == IPPROTO_UDP)
					p.proto = 0;
				check_ok(
					filter_build(p.dlt, &only[k], &filter));
				assert_int_equal(passes(&p), j == k);
				check_ok(filter_build(p.dlt, &none, &filter));
				assert_false(passes(&p));
			}
}

/* The kernel is more particular than libpcap's own machine. */
static void attach(void)
{
	struct sock_fprog program = { .len = (unsigned short)filter.len,
				      .filter = (void *)filter.insns };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				    sizeof(program)),
			 0);
	close(fd);
}

static void test_limits(void **state)
{
	static struct port_range many[FILTER_RANGES_MAX + 1];
	struct filter_wants w = { .udp = many,
				  .udp_len = FILTER_RANGES_MAX / 2,
				  .tcp = many + FILTER_RANGES_MAX / 2,
				  .tcp_len = FILTER_RANGES_MAX / 2,
				  .icmp = true };
	struct packet p = packet_of(DLT_LINUX_SLL2, true, 200);

	(void)state;
	for (size_t i = 0; i < DLTS; i++) {
		build(dlts[i]);
		attach();
	}
	for (size_t i = 0; i < FILTER_RANGES_MAX; i++) {
		many[i].first = (uint16_t)(62201 - 2 * (i + 1));
		many[i].last = (uint16_t)(many[i].first + 1);
	}
	many[FILTER_RANGES_MAX / 2 - 1] = udp[2];
	for (size_t i = 0; i < DLTS; i++) {
		check_ok(filter_build(dlts[i], &w, &filter));
		assert_true(filter.len <= FILTER_INSNS_MAX);
		assert_true(bpf_validate(filter.insns, (int)filter.len));
	}
	check_ok(filter_build(DLT_LINUX_SLL2, &w, &filter));
	assert_true(passes(&p));
	w.tcp_len++;
	check_err(filter_build(DLT_LINUX_SLL2, &w, &filter), HAUNT_ELENGTH);
	check_err(filter_build(DLT_IEEE802_11, &wants, &filter),
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
		cmocka_unit_test(test_other_carriers),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
