/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sessions that live, kept up to date: looks at conntrack when it is time
 * to, hears what the kernel tells, passes news on to the gate, and cuts what
 * has been idle or has lasted too long. All of it in the conntrack thread.
 */
#ifndef HAUNT_NAT_LIVE_H
#define HAUNT_NAT_LIVE_H

#include "nat/port.h"

struct live;

/* Copies port. Nothing is looked at before live_begin(). */
enum haunt_err live_new(const struct nat_port *port,
			struct live **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void live_free(struct live *l);

/* The gate knows what is in force: news may be told. */
void live_begin(struct live *l);
/* Whose an id's sessions are. */
void live_origin(struct live *l, const struct origin *o);
/* Somebody watches, or nobody does any more. */
void live_watch(struct live *l, bool on);
/* Something was granted. */
void live_expect(struct live *l);
/* Cuts all sessions of these ids; sorts them. The firewall stops them already:
 * what fails here is telling them, and is logged. */
void live_cut(struct live *l, uint32_t *ids, size_t n);

/* Looks at all there is, now. */
enum haunt_err live_look(struct live *l) HAUNT_MUST_CHECK;
/* The sessions that the last look left; as picture_next(). */
bool live_next(const struct live *l, uint64_t after, struct session *out);

/* Does what is due. */
void live_tick(struct live *l);
/* When to do so again; monotonic. */
uint64_t live_next_ms(const struct live *l);
/* Readable when there is something to hear; -1: there is nothing. */
int live_fd(const struct live *l);
void live_hear(struct live *l);

#endif
