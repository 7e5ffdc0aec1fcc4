/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides header layouts from the tests, written down independently of the
 * parser that they test. */
#include "tests/lib/packet.h"

#include <netinet/in.h>
#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/wire.h"

uint8_t packet_byte(size_t i)
{
	return (uint8_t)('A' + i % 53);
}

static void zeros(struct wr *w, size_t n)
{
	while (n--)
		wr_u8(w, 0);
}

static struct endpoint end_of(const char *text)
{
	struct endpoint e;

	if (endpoint_parse(text, strlen(text), &e) != HAUNT_OK)
		abort();
	return e;
}

/* The first EtherType, tags, and the EtherType of what is inside; in cooked 2
 * the first stands in front of the rest of the header. */
static uint16_t first_type(const struct packet *p, uint16_t inner)
{
	return p->tags_len ? p->tags[0] : inner;
}

static void put_tags(const struct packet *p, struct wr *w, uint16_t inner)
{
	for (size_t i = 0; i < p->tags_len; i++) {
		wr_u16(w, (uint16_t)(0x2000 + i));
		wr_u16(w, i + 1 < p->tags_len ? p->tags[i + 1] : inner);
	}
}

static void put_link(const struct packet *p, struct wr *w, bool v4)
{
	const uint16_t inner = v4 ? 0x0800 : 0x86dd;

	switch (p->dlt) {
	case DLT_EN10MB:
		wr_bytes(w, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
		wr_u16(w, first_type(p, inner));
		break;
	case DLT_LINUX_SLL:
		wr_bytes(w, "\0\0\0\1\0\6\x02\0\0\0\0\2\0\0", 14);
		wr_u16(w, first_type(p, inner));
		break;
	case DLT_LINUX_SLL2:
		wr_u16(w, first_type(p, inner));
		wr_u16(w, 0);
		wr_u32(w, p->ifindex);
		wr_bytes(w, "\0\1\0\6\x02\0\0\0\0\2\0\0", 12);
		break;
	case DLT_NULL:
		wr_bytes(w, v4 ? "\2\0\0\0" : "\x1c\0\0\0", 4);
		return;
	case DLT_LOOP:
		wr_u32(w, v4 ? 2 : 28);
		return;
	default:
		return;
	}
	put_tags(p, w, inner);
}

static size_t extension_len(uint8_t number)
{
	return number == IPPROTO_AH ? 24 : 16;
}

static void put_extension(struct wr *w, uint8_t number, uint8_t next)
{
	size_t len = extension_len(number);

	wr_u8(w, next);
	wr_u8(w, (uint8_t)(number == IPPROTO_AH ? len / 4 - 2 : len / 8 - 1));
	zeros(w, len - 2);
}

/* RFC 1071, over the header that begins at `from`. */
static uint16_t header_sum(const struct wr *w, size_t from)
{
	struct rd r = rd_of(w->start + from, w->len - from);
	uint32_t sum = 0;

	while (r.left)
		sum += rd_u16(&r);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

static uint8_t proto_of(const struct packet *p)
{
	const struct endpoint from = end_of(p->source);

	if (!p->proto)
		return IPPROTO_UDP;
	if (p->proto == IPPROTO_ICMP && !addr_is_v4(&from.addr))
		return IPPROTO_ICMPV6;
	return p->proto;
}

static size_t header_len(const struct packet *p)
{
	return p->proto == IPPROTO_TCP ? 20 + 4 * p->tcp_option_words : 8;
}

static void put_tcp(const struct packet *p, struct wr *w)
{
	const struct endpoint from = end_of(p->source);
	const struct endpoint to = end_of(p->destination);

	wr_u16(w, from.port);
	wr_u16(w, to.port);
	wr_u32(w, p->tcp_seq);
	wr_u32(w, 0);
	wr_u8(w, (uint8_t)(header_len(p) / 4 << 4));
	wr_u8(w, p->tcp_flags);
	wr_u16(w, 32767);
	wr_u32(w, 0); /* no checksum, as in raw modes */
	zeros(w, 4 * p->tcp_option_words);
}

static void put_transport(const struct packet *p, struct wr *w, size_t len)
{
	const struct endpoint from = end_of(p->source);
	const struct endpoint to = end_of(p->destination);

	if (p->proto == IPPROTO_TCP) {
		put_tcp(p, w);
	} else if (p->proto == IPPROTO_ICMP) {
		wr_u8(w, p->icmp_type);
		zeros(w, 7);
	} else {
		wr_u16(w, from.port);
		wr_u16(w, to.port);
		wr_u16(w, (uint16_t)len);
		wr_u16(w, 0);
	}
}

static void put_ipv4(const struct packet *p, struct wr *w, size_t udp_len)
{
	const struct endpoint from = end_of(p->source);
	const struct endpoint to = end_of(p->destination);
	size_t header = 20 + p->option_words * 4;
	size_t start = w->len;
	struct wr sum;

	wr_u8(w, (uint8_t)(0x40 | header / 4));
	wr_u8(w, 0);
	wr_u16(w, (uint16_t)(header + udp_len));
	wr_u16(w, 0x1234);
	wr_u16(w, 0x4000);
	wr_u8(w, 64);
	wr_u8(w, proto_of(p));
	wr_u16(w, 0);
	wr_bytes(w, addr_v4_bytes(&from.addr), 4);
	wr_bytes(w, addr_v4_bytes(&to.addr), 4);
	/* No-operation options. */
	for (size_t i = 0; i < p->option_words * 4; i++)
		wr_u8(w, 1);
	sum = wr_of(w->start + start + 10, 2);
	wr_u16(&sum, header_sum(w, start));
}

static void put_ipv6(const struct packet *p, struct wr *w, size_t udp_len)
{
	const struct endpoint from = end_of(p->source);
	const struct endpoint to = end_of(p->destination);
	size_t len = udp_len, n = p->extensions_len;

	for (size_t i = 0; i < n; i++)
		len += extension_len(p->extensions[i]);
	wr_u32(w, 0x60000000);
	wr_u16(w, (uint16_t)len);
	wr_u8(w, n ? p->extensions[0] : proto_of(p));
	wr_u8(w, 64);
	wr_bytes(w, from.addr.b, 16);
	wr_bytes(w, to.addr.b, 16);
	for (size_t i = 0; i < n; i++)
		put_extension(w, p->extensions[i],
			      i + 1 < n ? p->extensions[i + 1] : proto_of(p));
}

void packet_build(const struct packet *p, struct frame *out)
{
	const struct endpoint from = end_of(p->source);
	struct wr w = wr_of(out->bytes, sizeof(out->bytes));
	bool v4 = addr_is_v4(&from.addr);
	size_t n = p->text ? strlen(p->text) : p->payload_len;
	size_t udp_len = header_len(p) + n;

	put_link(p, &w, v4);
	out->ip = w.len;
	if (v4)
		put_ipv4(p, &w, udp_len);
	else
		put_ipv6(p, &w, udp_len);
	out->udp = w.len;
	put_transport(p, &w, udp_len);
	out->payload = w.len;
	for (size_t i = 0; i < n; i++)
		wr_u8(&w, p->text ? (uint8_t)p->text[i] : packet_byte(i));
	zeros(&w, p->padding);
	if (w.failed)
		abort();
	out->len = w.len;
}

void frame_set_u16(struct frame *f, size_t at, uint16_t value)
{
	if (at + 2 > f->len)
		abort();
	f->bytes[at] = (uint8_t)(value >> 8);
	f->bytes[at + 1] = (uint8_t)value;
}
