/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the bytes of the two messages from capture to the gate. Whoever takes
 * over capture can write anything to that socket, so reading checks all that a
 * frame could have said: one family at both ends, a source that a client can
 * have, a length that the payload really has, and nothing behind it.
 */
#include "core/capture/datagram.h"

bool datagram_ends_fit(const struct endpoint *source,
		       const struct endpoint *destination)
{
	return addr_is_v4(&source->addr) == addr_is_v4(&destination->addr) &&
	       !addr_is_unusable(&source->addr) &&
	       !addr_is_any(&destination->addr) && destination->port != 0;
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
	wr_u16(w, d->len);
	wr_bytes(w, d->payload, d->len);
}

enum haunt_err datagram_get(struct rd *r, struct datagram *out)
{
	uint64_t when_ns = rd_u64(r);
	struct endpoint source = endpoint_get(r);
	struct endpoint destination = endpoint_get(r);
	uint16_t len = rd_u16(r);
	const uint8_t *payload = rd_bytes(r, len);

	if (!payload)
		return HAUNT_ESHORT;
	if (len < 1 || len > DATAGRAM_PAYLOAD_MAX)
		return HAUNT_ELENGTH;
	if (!rd_done(r) || !datagram_ends_fit(&source, &destination))
		return HAUNT_EFORMAT;

	out->when_ns = when_ns;
	out->source = source;
	out->destination = destination;
	out->len = len;
	memcpy(out->payload, payload, len);
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
