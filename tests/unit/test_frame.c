/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of every link type to datagrams, and everything that is no datagram.
 */
#include "core/capture/frame.h"

#include <netinet/in.h>
#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"
#include "tests/lib/packet.h"

#define V4_FROM "192.0.2.7:40000"
#define V4_TO	"198.51.100.1:62201"
#define V6_FROM "[2001:db8::7]:40000"
#define V6_TO	"[2001:db8::1]:62201"

static const int dlts[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2,
			    DLT_RAW,	DLT_NULL,      DLT_LOOP };
#define DLTS (sizeof(dlts) / sizeof(dlts[0]))

static const struct packet v4 = {
	.dlt = DLT_EN10MB,
	.source = V4_FROM,
	.destination = V4_TO,
	.payload_len = 200,
};
static const struct packet v6 = {
	.dlt = DLT_EN10MB,
	.source = V6_FROM,
	.destination = V6_TO,
	.payload_len = 200,
};

static struct frame frame_of(const struct packet *p)
{
	struct frame f;

	packet_build(p, &f);
	return f;
}

/* The bytes in an allocation of their own, so that a read beyond their end is
 * seen by the sanitizers. */
static enum haunt_err parse(int dlt, const uint8_t *bytes, size_t len,
			    struct datagram *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum haunt_err err;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	err = frame_parse(dlt, copy, len, out);
	free(copy);
	return err;
}

static void assert_end(const struct endpoint *e, const char *text)
{
	char buf[ADDR_TEXT_MAX];

	assert_string_equal(endpoint_format(e, buf), text);
}

static void parses(const struct packet *p)
{
	const struct frame f = frame_of(p);
	struct datagram d = { .when_ns = 5 };

	check_ok(parse(p->dlt, f.bytes, f.len, &d));
	assert_end(&d.source, p->source);
	assert_end(&d.destination, p->destination);
	assert_int_equal(d.len, p->payload_len);
	for (size_t i = 0; i < d.len; i++)
		assert_int_equal(d.payload[i], packet_byte(i));
	assert_true(d.when_ns == 5);
}

static void fails(int dlt, const struct frame *f, enum haunt_err expected)
{
	struct datagram d;

	check_err(parse(dlt, f->bytes, f->len, &d), expected);
}

static void test_link_types(void **state)
{
	struct packet p;

	(void)state;
	for (size_t i = 0; i < DLTS; i++) {
		p = v4;
		p.dlt = dlts[i];
		parses(&p);
		p = v6;
		p.dlt = dlts[i];
		parses(&p);
	}
	p = v4;
	p.dlt = DLT_IPV4;
	parses(&p);
	p = v6;
	p.dlt = DLT_IPV6;
	parses(&p);
}

static void test_wrong_link(void **state)
{
	struct packet p = v4;
	struct frame f = frame_of(&v4);

	(void)state;
	fails(DLT_IEEE802_11, &f, HAUNT_EFORMAT);
	p.dlt = DLT_RAW;
	f = frame_of(&p);
	fails(DLT_IPV6, &f, HAUNT_EFORMAT);
	f.bytes[0] = 0x55;
	fails(DLT_RAW, &f, HAUNT_EFORMAT);
	f = frame_of(&v4);
	frame_set_u16(&f, 12, 0x0806);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
	/* The EtherType and the version disagree. */
	frame_set_u16(&f, 12, 0x86dd);
	fails(DLT_EN10MB, &f, HAUNT_EFORMAT);
}

static void test_tags(void **state)
{
	static const uint16_t tags[] = { 0x88a8, 0x8100, 0x8100, 0x88a8,
					 0x8100 };
	static const int typed[] = { DLT_EN10MB, DLT_LINUX_SLL,
				     DLT_LINUX_SLL2 };
	struct packet p;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t n = 1; n <= FRAME_TAGS_MAX; n++) {
			p = v4;
			p.dlt = typed[i];
			p.tags = tags;
			p.tags_len = n;
			parses(&p);
			p.source = V6_FROM;
			p.destination = V6_TO;
			parses(&p);
		}
		p.tags_len = FRAME_TAGS_MAX + 1;
		f = frame_of(&p);
		fails(p.dlt, &f, HAUNT_EFORMAT);
	}
}

/* The header says IP, and inner tags come first all the same. */
static void test_hidden_tags(void **state)
{
	static const uint16_t tags[] = { 0x88a8, 0x8100 };
	struct packet p = v4;
	struct datagram d;
	struct frame f;

	(void)state;
	p.dlt = DLT_LINUX_SLL2;
	p.tags = tags;
	for (p.tags_len = 1; p.tags_len <= 2; p.tags_len++) {
		packet_build(&p, &f);
		frame_set_u16(&f, 0, 0x0800);
		/* A tag control word that could begin an IPv4 header. */
		frame_set_u16(&f, 20, 0x4500);
		check_ok(parse(p.dlt, f.bytes, f.len, &d));
		assert_end(&d.source, V4_FROM);
		assert_int_equal(d.len, 200);
	}
	p.dlt = DLT_LINUX_SLL;
	p.source = V6_FROM;
	p.destination = V6_TO;
	p.tags_len = 1;
	packet_build(&p, &f);
	frame_set_u16(&f, 14, 0x86dd);
	frame_set_u16(&f, 16, 0x6000);
	check_ok(parse(p.dlt, f.bytes, f.len, &d));
	assert_end(&d.source, V6_FROM);
	/* The wrong family behind the tag. */
	frame_set_u16(&f, 14, 0x0800);
	fails(p.dlt, &f, HAUNT_EFORMAT);
}

/* Every link type and both families, cut at every length. */
static void test_every_truncation(void **state)
{
	static const uint8_t extensions[] = { IPPROTO_HOPOPTS, IPPROTO_AH };
	struct datagram d;

	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		struct packet p = i < DLTS ? v4 : v6;
		struct frame f;

		p.dlt = dlts[i % DLTS];
		p.option_words = 2;
		p.extensions = extensions;
		p.extensions_len = 2;
		f = frame_of(&p);
		for (size_t cut = 0; cut < f.len; cut++)
			check_err(parse(p.dlt, f.bytes, cut, &d), HAUNT_ESHORT);
	}
}

/* Whatever is accepted must be a datagram that the gate accepts. */
static void assert_sane(const struct datagram *d)
{
	uint8_t buf[DATAGRAM_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct datagram back;
	struct rd r;

	datagram_put(&w, d);
	assert_false(w.failed);
	r = rd_of(buf, w.len);
	check_ok(datagram_get(&r, &back));
}

static void test_every_bit_flip(void **state)
{
	static const uint8_t extensions[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS,
					      IPPROTO_AH };
	size_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < 2 * DLTS; i++) {
		struct packet p = i < DLTS ? v4 : v6;
		struct datagram d = { 0 };
		struct frame f;

		p.dlt = dlts[i % DLTS];
		p.payload_len = 20;
		p.extensions = extensions;
		p.extensions_len = 3;
		f = frame_of(&p);
		for (size_t bit = 0; bit < f.len * 8; bit++) {
			f.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (parse(p.dlt, f.bytes, f.len, &d) == HAUNT_OK) {
				assert_sane(&d);
				accepted++;
			}
			f.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	/* At least those in the payload. */
	assert_true(accepted >= 2 * DLTS * 160);
}

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
					   IPPROTO_ICMPV6 };
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

static void test_ifindex(void **state)
{
	struct packet p = v4;
	struct frame f;

	(void)state;
	p.dlt = DLT_LINUX_SLL2;
	p.ifindex = 0x01020304;
	f = frame_of(&p);
	assert_true(frame_ifindex(p.dlt, f.bytes, f.len) == 0x01020304);
	assert_true(frame_ifindex(p.dlt, f.bytes, 7) == 0);
	assert_true(frame_ifindex(DLT_EN10MB, f.bytes, f.len) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_wrong_link),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_hidden_tags),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_bit_flip),
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
		cmocka_unit_test(test_ifindex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
