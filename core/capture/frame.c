/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides every layout between the wire and the payload. Each layer takes its
 * header off the front of the cursor and, where it states a length, narrows
 * the cursor to it; nothing below can then reach into padding or beyond.
 */
#include "core/capture/frame.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <pcap/dlt.h>

#define IPV4_FRAGMENT 0x3fff /* more fragments, and the offset */
#define UDP_HEADER    8
#define TCP_HEADER    20
#define ICMP_HEADER   8
#define TCP_SYN	      0x02
#define TCP_RST	      0x04
#define TCP_ACK	      0x10

/* What the headers say, as it comes together layer by layer. */
struct ends {
	struct endpoint source;
	struct endpoint destination;
	uint8_t proto;
	uint64_t segment; /* as frame_parse() has it */
};

static bool is_vlan(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == 0x88a8;
}

/* Takes VLAN tags until another EtherType comes. */
static uint16_t tags_strip(struct rd *r, uint16_t type)
{
	for (int i = 0; i < FRAME_TAGS_MAX && is_vlan(type); i++) {
		rd_bytes(r, 2);
		type = rd_u16(r);
	}
	return type;
}

/* Without an EtherType, the IP version speaks for itself. */
static uint16_t type_of_version(const struct rd *r)
{
	int first = rd_peek(r);

	if (first >> 4 == 4)
		return ETHERTYPE_IP;
	return first >> 4 == 6 ? ETHERTYPE_IPV6 : 0;
}

/*
 * Some kernels name the innermost protocol in a cooked header and leave inner
 * tags in front of it. No packet that could be accepted looks like that: in
 * the place of the inner EtherType, IPv4 has a total length, which would be
 * 2,048, and IPv6 is followed by a payload length above 24,000.
 */
static uint16_t hidden_tags_strip(struct rd *r, uint16_t type)
{
	struct rd look = *r;
	uint16_t inner;

	rd_bytes(&look, 2);
	inner = tags_strip(&look, rd_u16(&look));
	if (inner == type && type_of_version(&look) == type)
		*r = look;
	return type;
}

/* Takes the link header and returns the EtherType of what follows; 0 if that
 * is not known. */
static uint16_t link_strip(int dlt, struct rd *r)
{
	uint16_t type;

	switch (dlt) {
	case DLT_EN10MB:
		rd_bytes(r, 12);
		return tags_strip(r, rd_u16(r));
	case DLT_LINUX_SLL:
		rd_bytes(r, 14);
		return hidden_tags_strip(r, tags_strip(r, rd_u16(r)));
	case DLT_LINUX_SLL2:
		type = rd_u16(r);
		rd_bytes(r, 18);
		return hidden_tags_strip(r, tags_strip(r, type));
	case DLT_NULL:
	case DLT_LOOP:
		/* An address family whose value depends on the system. */
		rd_bytes(r, 4);
		return type_of_version(r);
	case DLT_RAW:
		return type_of_version(r);
	case DLT_IPV4:
		return ETHERTYPE_IP;
	case DLT_IPV6:
		return ETHERTYPE_IPV6;
	default:
		return 0;
	}
}

static enum haunt_err ipv4_strip(struct rd *r, struct ends *ends)
{
	struct rd packet = *r;
	uint8_t version_ihl = rd_u8(r);
	size_t header = (size_t)(version_ihl & 0x0f) * 4;
	uint16_t total, fragment;

	rd_bytes(r, 1);
	total = rd_u16(r);
	rd_bytes(r, 2);
	fragment = rd_u16(r);
	rd_bytes(r, 1);
	ends->proto = rd_u8(r);
	rd_bytes(r, 2);
	if (r->left < 8)
		return HAUNT_ESHORT;
	ends->source.addr = addr_from_v4(rd_bytes(r, 4));
	ends->destination.addr = addr_from_v4(rd_bytes(r, 4));

	if (version_ihl >> 4 != 4 || header < 20 || total < header ||
	    fragment & IPV4_FRAGMENT)
		return HAUNT_EFORMAT;
	*r = rd_sub(&packet, total);
	rd_bytes(r, header);
	return r->failed ? HAUNT_ESHORT : HAUNT_OK;
}

/* Takes extension headers off; *next becomes the protocol behind them. RFC
 * 8200 section 4, RFC 4302 section 2.2. */
static enum haunt_err extensions_strip(struct rd *r, uint8_t *next)
{
	size_t words, unit;

	for (int i = 0; i <= FRAME_EXTENSIONS_MAX; i++) {
		switch (*next) {
		case IPPROTO_UDP:
		case IPPROTO_TCP:
		case IPPROTO_ICMPV6:
			return HAUNT_OK;
		case IPPROTO_HOPOPTS:
			if (i > 0)
				return HAUNT_EFORMAT;
			unit = 8;
			break;
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			unit = 8;
			break;
		case IPPROTO_AH:
			unit = 4;
			break;
		default:
			return HAUNT_EFORMAT;
		}
		*next = rd_u8(r);
		words = rd_u8(r);
		/* 8-byte units after the first; AH: 4-byte units less 2. */
		rd_bytes(r, unit == 8 ? words * 8 + 6 : words * 4 + 6);
		if (r->failed)
			return HAUNT_EFORMAT;
	}
	return HAUNT_EFORMAT;
}

static enum haunt_err ipv6_strip(struct rd *r, struct ends *ends)
{
	uint32_t version = rd_u32(r) >> 28;
	uint16_t payload = rd_u16(r);

	ends->proto = rd_u8(r);
	rd_bytes(r, 1);
	if (r->left < 32)
		return HAUNT_ESHORT;
	ends->source.addr = addr_from_v6(rd_bytes(r, 16));
	ends->destination.addr = addr_from_v6(rd_bytes(r, 16));

	/* ::ffff:192.0.2.1 on the wire would pass for the IPv4 address. */
	if (version != 6 || addr_is_v4(&ends->source.addr) ||
	    addr_is_v4(&ends->destination.addr))
		return HAUNT_EFORMAT;
	*r = rd_sub(r, payload);
	if (r->failed)
		return HAUNT_ESHORT;
	return extensions_strip(r, &ends->proto);
}

static enum haunt_err ip_strip(uint16_t type, struct rd *r, struct ends *ends)
{
	if (r->failed || !r->left)
		return HAUNT_ESHORT;
	switch (type) {
	case ETHERTYPE_IP:
		return ipv4_strip(r, ends);
	case ETHERTYPE_IPV6:
		return ipv6_strip(r, ends);
	default:
		return HAUNT_EFORMAT;
	}
}

/* The IP packet is whole here, so what is missing now was never sent. */
static enum haunt_err udp_strip(struct rd *r, struct ends *ends)
{
	uint16_t len;

	ends->source.port = rd_u16(r);
	ends->destination.port = rd_u16(r);
	len = rd_u16(r);
	rd_bytes(r, 2);
	if (r->failed || len <= UDP_HEADER)
		return HAUNT_EFORMAT;
	*r = rd_sub(r, len - (size_t)UDP_HEADER);
	return r->failed ? HAUNT_EFORMAT : HAUNT_OK;
}

/* A SYN that brings something along, or a segment of a connection; an answer
 * to a SYN is neither. Checksums are nobody's business here: raw modes leave
 * them out. */
static enum haunt_err tcp_strip(struct rd *r, struct ends *ends)
{
	uint32_t seq;
	size_t header;
	uint8_t flags;

	ends->source.port = rd_u16(r);
	ends->destination.port = rd_u16(r);
	seq = rd_u32(r);
	rd_bytes(r, 4);
	header = (size_t)(rd_u8(r) >> 4) * 4;
	flags = rd_u8(r);
	rd_bytes(r, 6);
	if (r->failed || header < TCP_HEADER || flags & TCP_RST ||
	    (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
		return HAUNT_EFORMAT;
	rd_bytes(r, header - TCP_HEADER);
	if (!(flags & TCP_SYN))
		ends->segment = FRAME_SEGMENT | seq;
	return r->failed ? HAUNT_EFORMAT : HAUNT_OK;
}

/* Any type and code will do. */
static enum haunt_err icmp_strip(struct rd *r, const struct ends *ends)
{
	bool v4 = addr_is_v4(&ends->source.addr);

	rd_bytes(r, ICMP_HEADER);
	return r->failed || v4 != (ends->proto == IPPROTO_ICMP) ? HAUNT_EFORMAT
								: HAUNT_OK;
}

static enum haunt_err transport_strip(struct rd *r, struct ends *ends,
				      enum carrier *out)
{
	switch (ends->proto) {
	case IPPROTO_UDP:
		*out = CARRIER_UDP;
		return udp_strip(r, ends);
	case IPPROTO_TCP:
		*out = CARRIER_TCP;
		return tcp_strip(r, ends);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		*out = CARRIER_ICMP;
		return icmp_strip(r, ends);
	default:
		return HAUNT_EFORMAT;
	}
}

enum haunt_err frame_parse(int dlt, const uint8_t *data, size_t len,
			   struct datagram *out, uint64_t *segment)
{
	struct rd r = rd_of(data, len);
	struct ends ends = { 0 };
	uint16_t type = link_strip(dlt, &r);
	enum haunt_err err = ip_strip(type, &r, &ends);

	if (!err)
		err = transport_strip(&r, &ends, &out->carrier);
	if (err)
		return err;
	out->source = ends.source;
	out->destination = ends.destination;
	out->forwarding = FORWARDING_NONE;
	memset(&out->forwarded, 0, sizeof(out->forwarded));
	if (!r.left || r.left > DATAGRAM_PAYLOAD_MAX ||
	    !datagram_head_fits(out))
		return HAUNT_EFORMAT;
	out->len = (uint16_t)r.left;
	rd_copy(&r, out->payload, r.left);
	*segment = ends.segment;
	return HAUNT_OK;
}

uint32_t frame_ifindex(int dlt, const uint8_t *data, size_t len)
{
	struct rd r = rd_of(data, len);

	if (dlt != DLT_LINUX_SLL2)
		return 0;
	rd_bytes(&r, 4);
	return rd_u32(&r);
}
