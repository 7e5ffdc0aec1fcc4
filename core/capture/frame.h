/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of a captured frame to the datagram in it. Pure: no clock, no
 * configuration, no allocation.
 */
#ifndef HAUNT_CAPTURE_FRAME_H
#define HAUNT_CAPTURE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/capture/datagram.h"

#define FRAME_TAGS_MAX	     4 /* VLAN tags on one frame */
#define FRAME_EXTENSIONS_MAX 8 /* IPv6 extension headers in one packet */
#define FRAME_SEGMENT	     (UINT64_C(1) << 32)

/*
 * Parses one frame of the given link type (a DLT_ number of libpcap): Ethernet,
 * Linux cooked 1 and 2, raw IP, and BSD loopback; 802.1Q and 802.1ad tags where
 * there is an EtherType; IPv4 and IPv6 with hop-by-hop, routing, destination
 * and authentication headers; UDP, TCP, ICMP and ICMPv6. What follows the IP
 * packet (padding) or the UDP length is cut off. No checksum is looked at.
 *
 * ESHORT: the capture ends before the packet does. EFORMAT: anything else than
 * one whole packet with 1 to DATAGRAM_PAYLOAD_MAX bytes of payload; fragments
 * too, and IPv6 packets that claim an IPv4 address. out->when_ns is left
 * alone; the rest of out is of use only if it is OK.
 *
 * *segment is FRAME_SEGMENT and the sequence number of a TCP segment that its
 * sender would repeat if it got lost; 0 for anything else, also for a SYN.
 */
enum haunt_err frame_parse(int dlt, const uint8_t *data, size_t len,
			   struct datagram *out,
			   uint64_t *segment) HAUNT_MUST_CHECK;

/* The interface that a cooked-2 frame came in on; 0 for other link types and
 * for frames that are too short. */
uint32_t frame_ifindex(int dlt, const uint8_t *data, size_t len);

#endif
