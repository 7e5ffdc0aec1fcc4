/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What capture emits: a packet's text, where it came from, and what carried it.
 * A value, and the only thing that capture can say to the gate.
 */
#ifndef HAUNT_CAPTURE_DATAGRAM_H
#define HAUNT_CAPTURE_DATAGRAM_H

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/wire.h"

#define DATAGRAM_PAYLOAD_MAX 1500
#define DATAGRAM_HEAD	     (8 + 18 + 18 + 1 + 1 + 16 + 2)
#define DATAGRAM_MAX	     (DATAGRAM_HEAD + DATAGRAM_PAYLOAD_MAX)

/* Message types from capture to the gate. */
enum capture_message {
	CAPTURE_DATAGRAM = 0x0101,
	CAPTURE_STATS = 0x0102,
};

/* What brought it. ICMP has no ports: both are 0. */
enum carrier {
	CARRIER_UDP,
	CARRIER_TCP,  /* the first bytes of a connection, or a segment */
	CARRIER_HTTP, /* the path of a GET, which is no part of the text */
	CARRIER_ICMP, /* ICMPv6, too */
	CARRIER_COUNT
};

/* What X-Forwarded-For says; of CARRIER_HTTP only. */
enum forwarding {
	FORWARDING_NONE, /* there is no such header */
	FORWARDING_BAD,	 /* it names nobody whom one could believe in */
	FORWARDING_NAMED,
	FORWARDING_COUNT
};

struct datagram {
	uint64_t when_ns; /* wall clock, nanoseconds since 1970 */
	struct endpoint source;
	struct endpoint destination;
	enum carrier carrier;
	enum forwarding forwarding;
	/* FORWARDING_NAMED: the last in the list who is no trusted proxy; else
	 * zeros. Whether to believe it is the gate's to decide. */
	struct ip_addr forwarded;
	uint16_t len;
	uint8_t payload[DATAGRAM_PAYLOAD_MAX];
};

/* What was seen and not passed on, since the role started. Sent when it has
 * changed, at most every 10 seconds. */
struct capture_stats {
	uint64_t passed;
	uint64_t malformed; /* frames that frame_parse refused */
	uint64_t dropped;   /* by a full queue, or by the kernel's ring */
};

/* "udp" and so on; static. */
const char *carrier_name(enum carrier carrier);

/* True if all but the text is as it can be: one family at both ends, a source
 * that a client can have, a destination that is not "any", a port to go to
 * where there are ports, and somebody forwarded only where there can be. */
bool datagram_head_fits(const struct datagram *d);

/* Fails the cursor if len is more than the payload can hold. */
void datagram_put(struct wr *w, const struct datagram *d);
/* Reads a whole message: something behind it is EFORMAT, as is a head that does
 * not fit. ELENGTH: no payload, or too much. ESHORT. Only the first len bytes
 * of out->payload are written. */
enum haunt_err datagram_get(struct rd *r,
			    struct datagram *out) HAUNT_MUST_CHECK;
void capture_stats_put(struct wr *w, const struct capture_stats *s);
enum haunt_err capture_stats_get(struct rd *r,
				 struct capture_stats *out) HAUNT_MUST_CHECK;

#endif
