/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the way to the gate, the counters' rhythm, and the short memory by
 * which echoes are known.
 */
#include "core/capture/sink.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/ipc.h"

#define MEMORY 16 /* datagrams; most echoes come a few packets later */

struct memory {
	struct heard how;
	struct datagram datagram; /* len is 0 where nothing was heard yet */
};

struct sink {
	int gate;
	enum haunt_err error;
	struct capture_stats stats;
	uint64_t own_drops; /* by the full queue; the rest is the kernel's */
	bool changed;	    /* since the last report */
	bool reported;
	uint64_t reported_ms;
	size_t next; /* the place in memory that is forgotten next */
	struct memory memory[MEMORY];
	uint8_t body[DATAGRAM_MAX];
};

enum haunt_err sink_new(int gate, struct sink **out)
{
	struct sink *sink = calloc(1, sizeof(*sink));

	if (!sink)
		return HAUNT_ENOMEM;
	sink->gate = gate;
	*out = sink;
	return HAUNT_OK;
}

void sink_free(struct sink *sink)
{
	free(sink);
}

static bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

static bool is_near(uint64_t a, uint64_t b, uint64_t ns)
{
	return (a > b ? a - b : b - a) <= ns;
}

static bool same_text(const struct datagram *a, const struct datagram *b)
{
	return a->len == b->len && a->carrier == b->carrier &&
	       a->forwarding == b->forwarding &&
	       addr_equal(&a->forwarded, &b->forwarded) &&
	       endpoint_equal(&a->source, &b->source) &&
	       endpoint_equal(&a->destination, &b->destination) &&
	       memcmp(a->payload, b->payload, b->len) == 0;
}

/* Two of a connection that was heard in two ways, or one that was sent again
 * because nobody acknowledged it. */
static bool same_stream(const struct heard *a, const struct heard *b)
{
	if (!a->segment || !b->segment)
		return false;
	if (a->segment == b->segment)
		return a->segment != SINK_CONNECTION;
	return a->segment == SINK_CONNECTION || b->segment == SINK_CONNECTION;
}

static bool is_echo(const struct memory *m, const struct heard *how,
		    const struct datagram *d)
{
	const struct datagram *first = &m->datagram;
	uint64_t ns = same_stream(&m->how, how) ? SINK_STREAM_NS : SINK_ECHO_NS;

	if (m->how.way == how->way && ns == SINK_ECHO_NS)
		return false;
	return is_near(first->when_ns, d->when_ns, ns) && same_text(first, d);
}

static bool heard_already(const struct sink *sink, const struct heard *how,
			  const struct datagram *d)
{
	for (size_t i = 0; i < MEMORY; i++) {
		if (is_echo(&sink->memory[i], how, d))
			return true;
	}
	return false;
}

static void remember(struct sink *sink, const struct heard *how,
		     const struct datagram *d)
{
	struct memory *m = &sink->memory[sink->next];

	sink->next = (sink->next + 1) % MEMORY;
	m->how = *how;
	memcpy(&m->datagram, d, offsetof(struct datagram, payload));
	memcpy(m->datagram.payload, d->payload, d->len);
}

/* True if it was sent. */
static bool sink_send(struct sink *sink, uint16_t type, const struct wr *w)
{
	enum haunt_err err = ipc_send(sink->gate, type, w);

	if (err != HAUNT_OK && err != HAUNT_EBUSY)
		sink->error = err;
	return err == HAUNT_OK;
}

void sink_take(struct sink *sink, const struct heard *how,
	       const struct datagram *d)
{
	struct wr w = wr_of(sink->body, sizeof(sink->body));

	if (heard_already(sink, how, d))
		return;
	datagram_put(&w, d);
	sink->changed = true;
	if (sink_send(sink, CAPTURE_DATAGRAM, &w)) {
		sink->stats.passed++;
		remember(sink, how, d);
	} else {
		sink->own_drops++;
	}
}

void sink_refuse(struct sink *sink)
{
	sink->stats.malformed++;
	sink->changed = true;
}

uint64_t sink_report_due(const struct sink *sink, uint64_t now_ms)
{
	uint64_t due = sink->reported_ms + SINK_REPORT_S * 1000;

	if (!sink->changed)
		return SINK_REPORT_NONE;
	return !sink->reported || now_ms >= due ? 0 : due - now_ms;
}

void sink_report(struct sink *sink, uint64_t now_ms, uint64_t lost)
{
	struct wr w = wr_of(sink->body, sizeof(sink->body));

	sink->stats.dropped = sink->own_drops + lost;
	capture_stats_put(&w, &sink->stats);
	sink->reported = true;
	sink->reported_ms = now_ms;
	/* With a full queue it is tried again after the same pause. */
	if (sink_send(sink, CAPTURE_STATS, &w))
		sink->changed = false;
}

enum haunt_err sink_error(const struct sink *sink)
{
	return sink->error;
}
