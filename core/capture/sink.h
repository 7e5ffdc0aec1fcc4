/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where all ways in come together: what was heard goes to the gate from here,
 * once, and is counted.
 *
 * One packet can be heard several times: on a bridge and on its port, on a
 * VLAN and on its parent, by a socket and on the wire. The gate would refuse
 * the second as a replay and say so in the log, where it looks like an attack.
 * So what is the same to the last bit, arrives another way and within
 * SINK_ECHO_NS is an echo and dropped. The same way, or later, it is no echo:
 * somebody repeats a packet, and the gate must know.
 *
 * TCP repeats by itself what got lost, and a listener may hand on only at the
 * end of a connection what was heard on the wire at its beginning. There the
 * same text between the same two ports is an echo for SINK_STREAM_NS, if it is
 * the same segment too, as far as that is known. That keeps nothing from the
 * gate but a line in the log: what it has had once it refuses.
 */
#ifndef HAUNT_CAPTURE_SINK_H
#define HAUNT_CAPTURE_SINK_H

#include <stdint.h>

#include "core/base/err.h"
#include "core/capture/datagram.h"

#define SINK_ECHO_NS	 (5 * 1000 * 1000)
#define SINK_STREAM_NS	 (UINT64_C(60) * 1000 * 1000 * 1000)
#define SINK_CONNECTION	 1  /* as segment: a socket's, which one is not known */
#define SINK_REPORT_S	 10 /* between two messages of counters */
#define SINK_REPORT_NONE UINT64_MAX

struct sink;

/* How a datagram was heard. */
struct heard {
	int64_t way;	  /* any number that says how it came in */
	uint64_t segment; /* 0: no segment that would be repeated; as
			     frame_parse() has it; or SINK_CONNECTION */
};

/* gate is lent and stays non-blocking. ENOMEM. */
enum haunt_err sink_new(int gate, struct sink **out) HAUNT_MUST_CHECK;
void sink_free(struct sink *sink);

/* Sends one datagram; a full queue drops and counts it. */
void sink_take(struct sink *sink, const struct heard *how,
	       const struct datagram *d);
/* Counts something that was no datagram. */
void sink_refuse(struct sink *sink);

/* Milliseconds from now_ms until sink_report() has work to do, 0 if it has;
 * SINK_REPORT_NONE as long as nothing happens. */
uint64_t sink_report_due(const struct sink *sink, uint64_t now_ms);
/* Sends the counters; lost counts what the kernel dropped since the start. */
void sink_report(struct sink *sink, uint64_t now_ms, uint64_t lost);

/* OK, or why nothing can be sent any more: ECLOSED, ESYS. */
enum haunt_err sink_error(const struct sink *sink);

#endif
