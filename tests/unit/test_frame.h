/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two tests of frame.c share: two packets, and what to expect. */
#ifndef HAUNT_TESTS_TEST_FRAME_H
#define HAUNT_TESTS_TEST_FRAME_H

#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

#include "core/capture/frame.h"
#include "tests/lib/check.h"
#include "tests/lib/packet.h"

#define V4_FROM "192.0.2.7:40000"
#define V4_TO	"198.51.100.1:62201"
#define V6_FROM "[2001:db8::7]:40000"
#define V6_TO	"[2001:db8::1]:62201"

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

static inline struct frame frame_of(const struct packet *p)
{
	struct frame f;

	packet_build(p, &f);
	return f;
}

/* Of what was parsed last. */
static uint64_t segment;

/* The bytes in an allocation of their own, so that a read beyond their end is
 * seen by the sanitizers. */
static inline enum haunt_err parse(int dlt, const uint8_t *bytes, size_t len,
				   struct datagram *out)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum haunt_err err;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	err = frame_parse(dlt, copy, len, out, &segment);
	free(copy);
	return err;
}

static inline void assert_end(const struct endpoint *e, const char *text)
{
	char buf[ADDR_TEXT_MAX];

	assert_string_equal(endpoint_format(e, buf), text);
}

static inline void parses(const struct packet *p)
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

static inline void fails(int dlt, const struct frame *f,
			 enum haunt_err expected)
{
	struct datagram d;

	check_err(parse(dlt, f->bytes, f->len, &d), expected);
}

#endif
