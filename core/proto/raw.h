/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packets from the IP header on, for raw sockets: UDP, a TCP SYN with payload,
 * ICMP and ICMPv6. Pure.
 */
#ifndef HAUNT_PROTO_RAW_H
#define HAUNT_PROTO_RAW_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define RAW_HEADERS_MAX 60 /* bytes: IPv6 and TCP */

struct raw_packet {
	enum haunt_carrier carrier;  /* ICMP, UDP_RAW or TCP_RAW */
	struct endpoint source;	     /* ICMP has no ports */
	struct endpoint destination; /* of the same family */
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t id;	   /* of the IPv4 header and of an echo */
	uint32_t sequence; /* of a SYN */
};

/* The type of an echo request to that address. */
uint8_t raw_echo_type(const struct ip_addr *to);

/* Writes headers with all checksums, and the payload: 1 to HAUNT_PACKET_MAX
 * bytes. The cursor fails if there is no room. */
void raw_put(struct wr *w, const struct raw_packet *p, const void *payload,
	     size_t len);

#endif
