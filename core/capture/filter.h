/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that runs in the kernel on every frame of every interface, so
 * that only what may be a knock ever wakes this process.
 *
 * It is put together by hand, because libpcap's own language cannot say it:
 * its `vlan` keyword moves every offset that follows in the text, does not
 * exist for cooked links, and means something else live (where the kernel has
 * moved the outer tag out of the frame) than in a file; and its way to look
 * behind IPv6 extension headers makes loops, which the kernel refuses.
 */
#ifndef HAUNT_CAPTURE_FILTER_H
#define HAUNT_CAPTURE_FILTER_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/config.h"
#include "core/base/err.h"

#define FILTER_PAYLOAD_MIN 140 /* bytes of the shortest SPA packet */
#define FILTER_PAYLOAD_MAX 1500
#define FILTER_SNAPLEN	   1664 /* the largest packet, headers and tags */
#define FILTER_RANGES_MAX  1024 /* of both protocols together */
#define FILTER_INSNS_MAX   (768 + 3 * FILTER_RANGES_MAX)

/* A program and the room for it; insns belongs to the struct. */
struct filter {
	size_t len;
	struct bpf_insn insns[FILTER_INSNS_MAX];
};

/* What is to be heard; the ranges are lent. */
struct filter_wants {
	const struct port_range *udp;
	size_t udp_len;
	const struct port_range *tcp;
	size_t tcp_len;
	bool icmp;
};

/*
 * Builds the program for a link type that frame_parse() knows. It takes
 *  - UDP over IPv4, not a fragment, to one of the ports, with a UDP length
 *    that leaves FILTER_PAYLOAD_MIN to FILTER_PAYLOAD_MAX bytes;
 *  - TCP segments and ICMP messages likewise, with that much payload;
 *  - the same over IPv6, with ICMPv6;
 *  - IPv6 with extension headers and at least that length: what is behind
 *    them is for frame_parse();
 *  - all of that behind up to two VLAN tags inside the frame.
 *
 * Where others' traffic is to be expected - TCP, ICMP, and UDP to a range of
 * several ports - the payload's first FILTER_PAYLOAD_MIN bytes must be of the
 * characters that a packet's text can have, or nearly so: neither below '+'
 * nor above 0x7f. There are no blanks, line ends, quotes or binary data in
 * them, so that a web server's requests and uploads on the same port end here,
 * most of them at the first few bytes. Before the text there may be `GET /`;
 * a proxy's `GET http://` is not looked into.
 *
 * Ports are in host order; nothing wanted: nothing passes. ELENGTH: more than
 * FILTER_RANGES_MAX. EUNSUPPORTED: another link type. ENOMEM.
 */
enum haunt_err filter_build(int dlt, const struct filter_wants *wants,
			    struct filter *out) HAUNT_MUST_CHECK;

#endif
