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
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

#define FILTER_PAYLOAD_MIN 140 /* bytes of the shortest SPA packet */
#define FILTER_PAYLOAD_MAX 1500
#define FILTER_SNAPLEN	   1664 /* the largest packet, headers and tags */
#define FILTER_PORTS_MAX   1024
#define FILTER_INSNS_MAX   (256 + 2 * FILTER_PORTS_MAX)

/* A program and the room for it; insns belongs to the struct. */
struct filter {
	size_t len;
	struct bpf_insn insns[FILTER_INSNS_MAX];
};

/*
 * Builds the program for a link type that frame_parse() knows. It takes
 *  - UDP over IPv4, not a fragment, to one of the ports, with a UDP length
 *    that leaves FILTER_PAYLOAD_MIN to FILTER_PAYLOAD_MAX bytes;
 *  - the same over IPv6;
 *  - IPv6 with extension headers and at least that length: what is behind
 *    them is for frame_parse();
 *  - all of that behind up to two VLAN tags inside the frame.
 * ports are in host order; none: nothing passes. ELENGTH: more than
 * FILTER_PORTS_MAX. EUNSUPPORTED: another link type.
 */
enum haunt_err filter_build(int dlt, const uint16_t *ports, size_t ports_len,
			    struct filter *out) HAUNT_MUST_CHECK;

#endif
