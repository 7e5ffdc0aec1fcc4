/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of every link type to datagrams, whole, cut and damaged. */
#include "tests/unit/test_frame.h"

#include <netinet/in.h>

static const int dlts[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2,
			    DLT_RAW,	DLT_NULL,      DLT_LOOP };
#define DLTS (sizeof(dlts) / sizeof(dlts[0]))

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
		cmocka_unit_test(test_ifindex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
