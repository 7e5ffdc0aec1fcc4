/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds captured frames for tests: any link type that capture knows, VLAN
 * tags, IPv4 with options, IPv6 with extension headers, UDP, TCP, ICMP. Lengths
 * are right; a test that wants them wrong changes the bytes at the offsets that
 * it is given.
 */
#ifndef HAUNT_TESTS_PACKET_H
#define HAUNT_TESTS_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

#define PACKET_MAX 2048

struct packet {
	int dlt;
	const char *source; /* "192.0.2.1:1000", "[2001:db8::1]:1000" */
	const char *destination;
	uint8_t proto; /* 0: UDP; ICMP is the family's own */
	uint8_t tcp_flags;
	uint32_t tcp_seq;
	size_t tcp_option_words;
	uint8_t icmp_type;
	const char *text;     /* the payload, or NULL: */
	size_t payload_len;   /* packet_byte() of 0, 1, … */
	const uint16_t *tags; /* EtherTypes of tags, outer first */
	size_t tags_len;
	size_t option_words;	   /* IPv4 options, 4 bytes each */
	const uint8_t *extensions; /* IPv6 header numbers in order */
	size_t extensions_len;
	size_t padding;	  /* bytes behind the IP packet */
	uint32_t ifindex; /* cooked 2 only */
};

/* A frame, and where its parts begin. */
struct frame {
	size_t len;
	size_t ip;
	size_t udp; /* or what is there instead */
	size_t payload;
	uint8_t bytes[PACKET_MAX];
};

/* The byte at position i of every payload. */
uint8_t packet_byte(size_t i);

/* Aborts the program if it does not fit or the endpoints are no endpoints. */
void packet_build(const struct packet *p, struct frame *out);

/* Changes two bytes, in network order. */
void frame_set_u16(struct frame *f, size_t at, uint16_t value);

#endif
