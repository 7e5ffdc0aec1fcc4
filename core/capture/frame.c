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

/* The two ends of the packet, as they come together layer by layer. */
struct ends {
	struct endpoint source;
	struct endpoint destination;
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
	uint8_t proto;

	rd_bytes(r, 1);
	total = rd_u16(r);
	rd_bytes(r, 2);
	fragment = rd_u16(r);
	rd_bytes(r, 1);
	proto = rd_u8(r);
	rd_bytes(r, 2);
	if (r->left < 8)
		return HAUNT_ESHORT;
	ends->source.addr = addr_from_v4(rd_bytes(r, 4));
	ends->destination.addr = addr_from_v4(rd_bytes(r, 4));

	if (version_ihl >> 4 != 4 || header < 20 || total < header ||
	    fragment & IPV4_FRAGMENT || proto != IPPROTO_UDP)
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
	uint8_t next = rd_u8(r);

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
	return extensions_strip(r, &next);
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
	if (r->failed || len <= UDP_HEADER ||
	    len > UDP_HEADER + DATAGRAM_PAYLOAD_MAX)
		return HAUNT_EFORMAT;
	*r = rd_sub(r, len - (size_t)UDP_HEADER);
	return r->failed ? HAUNT_EFORMAT : HAUNT_OK;
}

enum haunt_err frame_parse(int dlt, const uint8_t *data, size_t len,
			   struct datagram *out)
{
	struct rd r = rd_of(data, len);
	struct ends ends = { 0 };
	uint16_t type = link_strip(dlt, &r);
	enum haunt_err err = ip_strip(type, &r, &ends);

	if (!err)
		err = udp_strip(&r, &ends);
	if (err)
		return err;
	if (!datagram_ends_fit(&ends.source, &ends.destination))
		return HAUNT_EFORMAT;

	out->source = ends.source;
	out->destination = ends.destination;
	out->len = (uint16_t)r.left;
	rd_copy(&r, out->payload, r.left);
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
