/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides headers and checksums.
 */
#include "explain/probe.h"

#include <string.h>

#define ETHER_IPV4 0x0800
#define ETHER_IPV6 0x86dd
#define HOPS	   64
#define WINDOW	   64240
#define TCP_SYN	   0x02
#define BODY_MAX   64

/* What Linux offers in a SYN, but for timestamps: MSS, SACK, window scale. */
static const uint8_t tcp_options[] = { 2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 0, 0 };

/* Adds bytes to a sum of 16-bit words; len is even. */
static uint32_t sum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(data[i] << 8 | data[i + 1]);
	return sum;
}

static uint16_t sum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void address_put(struct wr *w, const struct ip_addr *a)
{
	if (addr_is_v4(a))
		wr_bytes(w, addr_v4_bytes(a), 4);
	else
		wr_bytes(w, a->b, sizeof(a->b));
}

/* Without its checksum; returns where that goes, or 0. */
static size_t transport_put(struct wr *w, const struct probe *p)
{
	if (p->proto != IPPROTO_TCP && p->proto != IPPROTO_UDP)
		return 0;
	wr_u16(w, p->from.port);
	wr_u16(w, p->to.port);
	if (p->proto == IPPROTO_UDP) {
		wr_u16(w, 8);
		wr_u16(w, 0);
		return 6;
	}
	wr_u32(w, 1); /* sequence */
	wr_u32(w, 0);
	wr_u8(w, (20 + sizeof(tcp_options)) / 4 << 4);
	wr_u8(w, TCP_SYN);
	wr_u16(w, WINDOW);
	wr_u16(w, 0);
	wr_u16(w, 0);
	wr_bytes(w, tcp_options, sizeof(tcp_options));
	return 16;
}

/* The checksum of the transport, over the addresses, too. */
static void transport_seal(uint8_t *body, size_t len, size_t at,
			   const struct probe *p)
{
	uint8_t pseudo[40];
	struct wr w = wr_of(pseudo, sizeof(pseudo));
	uint16_t sum;

	address_put(&w, &p->from.addr);
	address_put(&w, &p->to.addr);
	wr_u16(&w, p->proto);
	wr_u16(&w, (uint16_t)len);
	sum = sum_end(sum_add(sum_add(0, pseudo, w.len), body, len));
	/* UDP says 0 for "none". */
	if (!sum)
		sum = 0xffff;
	body[at] = (uint8_t)(sum >> 8);
	body[at + 1] = (uint8_t)sum;
}

static void ipv4_put(struct wr *w, const struct probe *p, size_t body)
{
	uint8_t head[20];
	struct wr h = wr_of(head, sizeof(head));
	uint16_t sum;

	wr_u16(&h, 0x4500);
	wr_u16(&h, (uint16_t)(sizeof(head) + body));
	wr_u16(&h, 0);
	wr_u16(&h, 0x4000); /* not to be fragmented */
	wr_u8(&h, HOPS);
	wr_u8(&h, p->proto);
	wr_u16(&h, 0);
	address_put(&h, &p->from.addr);
	address_put(&h, &p->to.addr);
	sum = sum_end(sum_add(0, head, sizeof(head)));
	head[10] = (uint8_t)(sum >> 8);
	head[11] = (uint8_t)sum;
	wr_bytes(w, head, sizeof(head));
}

static void ipv6_put(struct wr *w, const struct probe *p, size_t body)
{
	wr_u32(w, 0x60000000);
	wr_u16(w, (uint16_t)body);
	wr_u8(w, p->proto);
	wr_u8(w, HOPS);
	address_put(w, &p->from.addr);
	address_put(w, &p->to.addr);
}

size_t probe_write(const struct probe *p, uint8_t out[PROBE_MAX])
{
	struct wr w = wr_of(out, PROBE_MAX);
	uint8_t bytes[BODY_MAX] = { 0 };
	struct wr body = wr_of(bytes, sizeof(bytes));
	bool v4 = addr_is_v4(&p->to.addr);
	size_t sum_at = transport_put(&body, p);

	if (sum_at)
		transport_seal(bytes, body.len, sum_at, p);
	if (p->ether) {
		wr_bytes(&w, p->to_mac, sizeof(p->to_mac));
		wr_bytes(&w, p->from_mac, sizeof(p->from_mac));
		wr_u16(&w, v4 ? ETHER_IPV4 : ETHER_IPV6);
	}
	if (v4)
		ipv4_put(&w, p, body.len);
	else
		ipv6_put(&w, p, body.len);
	wr_bytes(&w, bytes, body.len);
	return w.len;
}
