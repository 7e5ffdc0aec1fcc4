/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the bytes of the two messages from capture to the gate. Whoever takes
 * over capture can write anything to that socket, so reading checks all that a
 * frame could have said: what datagram_head_fits() knows, a length that the
 * payload really has, and nothing behind it.
 */
#include "core/capture/datagram.h"

const char *carrier_name(enum carrier carrier)
{
	static const char *const names[CARRIER_COUNT] = {
		[CARRIER_UDP] = "udp",
		[CARRIER_TCP] = "tcp",
		[CARRIER_HTTP] = "http",
		[CARRIER_ICMP] = "icmp",
	};

	return names[carrier];
}

static bool ports_fit(const struct datagram *d)
{
	if (d->carrier == CARRIER_ICMP)
		return d->source.port == 0 && d->destination.port == 0;
	return d->destination.port != 0;
}

static bool forwarded_fits(const struct datagram *d)
{
	static const struct ip_addr none;

	if (d->forwarding == FORWARDING_NAMED)
		return d->carrier == CARRIER_HTTP &&
		       !addr_is_unusable(&d->forwarded);
	return (d->forwarding == FORWARDING_NONE ||
		d->carrier == CARRIER_HTTP) &&
	       addr_equal(&d->forwarded, &none);
}

bool datagram_head_fits(const struct datagram *d)
{
	return addr_is_v4(&d->source.addr) ==
		       addr_is_v4(&d->destination.addr) &&
	       !addr_is_unusable(&d->source.addr) &&
	       !addr_is_any(&d->destination.addr) && ports_fit(d) &&
	       forwarded_fits(d);
}

void datagram_put(struct wr *w, const struct datagram *d)
{
	if (d->len > DATAGRAM_PAYLOAD_MAX) {
		w->failed = true;
		return;
	}
	wr_u64(w, d->when_ns);
	endpoint_put(w, &d->source);
	endpoint_put(w, &d->destination);
	wr_u8(w, (uint8_t)d->carrier);
	wr_u8(w, (uint8_t)d->forwarding);
	addr_put(w, &d->forwarded);
	wr_u16(w, d->len);
	wr_bytes(w, d->payload, d->len);
}

/* All but the payload; EFORMAT for a number that stands for nothing. */
static enum haunt_err head_get(struct rd *r, struct datagram *out)
{
	uint8_t carrier, forwarding;

	out->when_ns = rd_u64(r);
	out->source = endpoint_get(r);
	out->destination = endpoint_get(r);
	carrier = rd_u8(r);
	forwarding = rd_u8(r);
	out->forwarded = addr_get(r);
	out->len = rd_u16(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (carrier >= CARRIER_COUNT || forwarding >= FORWARDING_COUNT)
		return HAUNT_EFORMAT;
	out->carrier = (enum carrier)carrier;
	out->forwarding = (enum forwarding)forwarding;
	return HAUNT_OK;
}

/* Without the payload, which is long. */
static void head_copy(struct datagram *to, const struct datagram *from)
{
	memcpy(to, from, offsetof(struct datagram, payload));
}

enum haunt_err datagram_get(struct rd *r, struct datagram *out)
{
	struct datagram head;
	enum haunt_err err = head_get(r, &head);
	const uint8_t *payload;

	if (err != HAUNT_OK)
		return err;
	payload = rd_bytes(r, head.len);
	if (!payload)
		return HAUNT_ESHORT;
	if (head.len < 1 || head.len > DATAGRAM_PAYLOAD_MAX)
		return HAUNT_ELENGTH;
	if (!rd_done(r) || !datagram_head_fits(&head))
		return HAUNT_EFORMAT;
	head_copy(out, &head);
	memcpy(out->payload, payload, head.len);
	return HAUNT_OK;
}

void capture_stats_put(struct wr *w, const struct capture_stats *s)
{
	wr_u64(w, s->passed);
	wr_u64(w, s->malformed);
	wr_u64(w, s->dropped);
}

enum haunt_err capture_stats_get(struct rd *r, struct capture_stats *out)
{
	struct capture_stats s;

	s.passed = rd_u64(r);
	s.malformed = rd_u64(r);
	s.dropped = rd_u64(r);
	if (r->failed)
		return HAUNT_ESHORT;
	if (!rd_done(r))
		return HAUNT_EFORMAT;
	*out = s;
	return HAUNT_OK;
}
