/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the sessions that live. It is compared with what conntrack
 * has, look by look; what differs is news. A look that was not finished says
 * nothing about what it did not see.
 */
#ifndef HAUNT_NAT_PICTURE_H
#define HAUNT_NAT_PICTURE_H

#include <stddef.h>

#include "nat/fw.h"
#include "nat/terms.h"

#define PICTURE_MAX                                             \
	262144 /* sessions, those that are over and still there \
		  among them */

/* The two clocks, read once for a look. */
struct picture_now {
	uint64_t mono_ms;
	uint64_t wall_ms;
};

/* Told of every session that has opened, closed, or was there before. An error
 * ends what is being done. */
typedef enum haunt_err picture_fn(void *arg, const struct session *s);
/* Asked about one that a look did not see. ENOENT: it is gone. */
typedef enum haunt_err picture_look_fn(void *arg, const struct session *s,
				       struct sight *out);

struct picture;

enum haunt_err picture_new(struct picture **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void picture_free(struct picture *p);

/* A whole look: begin, each sight, end. begin may be repeated, and a look that
 * failed be left without an end. ENOMEM. */
void picture_begin(struct picture *p, const struct picture_now *now);
enum haunt_err picture_see(struct picture *p,
			   const struct sight *s) HAUNT_MUST_CHECK;
/* Compares. The first one ever finds only what was there before. */
enum haunt_err picture_end(struct picture *p, picture_look_fn *look,
			   picture_fn *news, void *arg) HAUNT_MUST_CHECK;

/* One sight between two looks; gone: conntrack has just forgotten it. */
enum haunt_err picture_glimpse(struct picture *p, const struct picture_now *now,
			       const struct sight *s, bool gone,
			       picture_fn *news, void *arg) HAUNT_MUST_CHECK;

/* What is known of ids; it may be changed at any time. */
struct terms *picture_terms(struct picture *p);
/* An id's terms have changed. */
void picture_terms_news(struct picture *p, uint32_t id);

/* When the next session may have to be cut; UINT64_MAX if none has to. */
uint64_t picture_due_ms(const struct picture *p);
/* The next one after that serial that is to be cut now, with its reason; false
 * at the end. Right only just after a look. */
bool picture_overdue(const struct picture *p, uint64_t after,
		     struct session *out);
/* That one has been cut. */
enum haunt_err picture_cut(struct picture *p, uint64_t serial,
			   enum session_reason reason, picture_fn *news,
			   void *arg) HAUNT_MUST_CHECK;

/* The next live session after that serial, oldest first; false at the end. */
bool picture_next(const struct picture *p, uint64_t after, struct session *out);
size_t picture_count(const struct picture *p); /* that live */
bool picture_full(const struct picture *p);

#endif
