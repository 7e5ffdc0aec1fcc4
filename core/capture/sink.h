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
 */
#ifndef HAUNT_CAPTURE_SINK_H
#define HAUNT_CAPTURE_SINK_H

#include <stdint.h>

#include "core/base/err.h"
#include "core/capture/datagram.h"

#define SINK_ECHO_NS	 (5 * 1000 * 1000)
#define SINK_REPORT_S	 10 /* between two messages of counters */
#define SINK_REPORT_NONE UINT64_MAX

struct sink;

/* gate is lent and stays non-blocking. ENOMEM. */
enum haunt_err sink_new(int gate, struct sink **out) HAUNT_MUST_CHECK;
void sink_free(struct sink *sink);

/* Sends one datagram; a full queue drops and counts it. way is any number
 * that says how it came in. */
void sink_take(struct sink *sink, int64_t way, const struct datagram *d);
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
