/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hides the headers and their checksums: RFC 791, 8200, 768, 9293, 792, 4443
 * and 1071. The transport's header is written with an empty checksum, which is
 * filled in when all that it covers is there.
 */
#include "core/proto/raw.h"

#include <netinet/in.h>

#define HOPS		64
#define IPV4_HEADER	20
#define IPV4_DF		0x4000
#define UDP_HEADER	8
#define TCP_HEADER	20
#define TCP_SYN		0x02
#define TCP_WINDOW	64240
#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO	8
#define ICMP6_ECHO	128
#define ICMP6_REPLY	129

/* The sum of 16-bit words; an odd last byte counts as a high one. */
static uint32_t sum_add(uint32_t sum, const void *data, size_t len)
{
	struct rd r = rd_of(data, len);

	while (r.left > 1)
		sum += rd_u16(&r);
	if (r.left)
		sum += (uint32_t)rd_u8(&r) << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void checksum_set(struct wr *w, size_t at, uint16_t value)
{
	struct wr hole;

	if (w->failed)
		return;
	hole = wr_of(w->start + at, 2);
	wr_u16(&hole, value);
}

static uint16_t checksum_of(uint32_t sum)
{
	return (uint16_t)~sum;
}

static bool is_v4(const struct raw_packet *p)
{
	return addr_is_v4(&p->destination.addr);
}

static uint8_t proto_of(const struct raw_packet *p)
{
	if (p->carrier == HAUNT_CARRIER_UDP_RAW)
		return IPPROTO_UDP;
	if (p->carrier == HAUNT_CARRIER_TCP_RAW)
		return IPPROTO_TCP;
	return is_v4(p) ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

static void addr_put_wire(struct wr *w, const struct ip_addr *a)
{
	if (addr_is_v4(a))
		wr_bytes(w, addr_v4_bytes(a), 4);
	else
		wr_bytes(w, a->b, sizeof(a->b));
}

static void ipv4_put(struct wr *w, const struct raw_packet *p, size_t len)
{
	const size_t start = w->len;

	wr_u8(w, 0x45);
	wr_u8(w, 0);
	wr_u16(w, (uint16_t)(IPV4_HEADER + len));
	wr_u16(w, p->id);
	wr_u16(w, IPV4_DF);
	wr_u8(w, HOPS);
	wr_u8(w, proto_of(p));
	wr_u16(w, 0);
	addr_put_wire(w, &p->source.addr);
	addr_put_wire(w, &p->destination.addr);
	if (!w->failed)
		checksum_set(
			w, start + 10,
			checksum_of(sum_add(0, w->start + start, IPV4_HEADER)));
}

static void ipv6_put(struct wr *w, const struct raw_packet *p, size_t len)
{
	wr_u32(w, 0x60000000);
	wr_u16(w, (uint16_t)len);
	wr_u8(w, proto_of(p));
	wr_u8(w, HOPS);
	addr_put_wire(w, &p->source.addr);
	addr_put_wire(w, &p->destination.addr);
}

/* Returns where its checksum is, from its start. */
static size_t udp_put(struct wr *w, const struct raw_packet *p, size_t len)
{
	wr_u16(w, p->source.port);
	wr_u16(w, p->destination.port);
	wr_u16(w, (uint16_t)(UDP_HEADER + len));
	wr_u16(w, 0);
	return 6;
}

static size_t tcp_put(struct wr *w, const struct raw_packet *p)
{
	wr_u16(w, p->source.port);
	wr_u16(w, p->destination.port);
	wr_u32(w, p->sequence);
	wr_u32(w, 0);
	wr_u8(w, TCP_HEADER / 4 << 4);
	wr_u8(w, TCP_SYN);
	wr_u16(w, TCP_WINDOW);
	wr_u16(w, 0);
	wr_u16(w, 0);
	return 16;
}

static bool is_echo(const struct raw_packet *p)
{
	if (is_v4(p))
		return p->icmp_type == ICMP_ECHO ||
		       p->icmp_type == ICMP_ECHO_REPLY;
	return p->icmp_type == ICMP6_ECHO || p->icmp_type == ICMP6_REPLY;
}

static size_t icmp_put(struct wr *w, const struct raw_packet *p)
{
	wr_u8(w, p->icmp_type);
	wr_u8(w, p->icmp_code);
	wr_u16(w, 0);
	wr_u16(w, is_echo(p) ? p->id : 0);
	wr_u16(w, is_echo(p) ? 1 : 0);
	return 2;
}

static size_t header_len(const struct raw_packet *p)
{
	return p->carrier == HAUNT_CARRIER_TCP_RAW ? TCP_HEADER : UDP_HEADER;
}

/* ICMP alone has no pseudo-header. */
static uint32_t pseudo_sum(const struct raw_packet *p, size_t len)
{
	const uint8_t proto = proto_of(p);
	uint8_t buf[40];
	struct wr w = wr_of(buf, sizeof(buf));

	if (proto == IPPROTO_ICMP)
		return 0;
	addr_put_wire(&w, &p->source.addr);
	addr_put_wire(&w, &p->destination.addr);
	wr_u32(&w, (uint32_t)len);
	wr_u32(&w, proto);
	return sum_add(0, buf, w.len);
}

uint8_t raw_echo_type(const struct ip_addr *to)
{
	return addr_is_v4(to) ? ICMP_ECHO : ICMP6_ECHO;
}

void raw_put(struct wr *w, const struct raw_packet *p, const void *payload,
	     size_t len)
{
	const size_t all = header_len(p) + len;
	size_t start, at;
	uint16_t checksum;

	if (is_v4(p))
		ipv4_put(w, p, all);
	else
		ipv6_put(w, p, all);
	start = w->len;
	if (p->carrier == HAUNT_CARRIER_UDP_RAW)
		at = udp_put(w, p, len);
	else if (p->carrier == HAUNT_CARRIER_TCP_RAW)
		at = tcp_put(w, p);
	else
		at = icmp_put(w, p);
	wr_bytes(w, payload, len);
	if (w->failed)
		return;
	checksum =
		checksum_of(sum_add(pseudo_sum(p, all), w->start + start, all));
	/* In UDP, a checksum of 0 says that there is none. */
	if (p->carrier == HAUNT_CARRIER_UDP_RAW && !checksum)
		checksum = 0xffff;
	checksum_set(w, start + at, checksum);
}
