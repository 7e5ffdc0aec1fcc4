/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sessions of an id are subject to: found by id, for ids of which there
 * are sessions.
 */
#ifndef HAUNT_NAT_TERMS_H
#define HAUNT_NAT_TERMS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct term {
	uint32_t id;
	uint64_t since_ms;  /* wall clock: when the first of them began */
	uint64_t idle_ms;   /* they end when idle for so long; 0: never */
	uint64_t length_ms; /* they end when they have lasted; 0: never */
};

struct terms;

enum haunt_err terms_new(struct terms **out) HAUNT_MUST_CHECK;
/* NULL is fine. */
void terms_free(struct terms *t);
/* Puts or replaces. ENOMEM. */
enum haunt_err terms_put(struct terms *t,
			 const struct term *term) HAUNT_MUST_CHECK;
/* Absent is fine. */
void terms_drop(struct terms *t, uint32_t id);
/* NULL if there is none; until the next change. */
const struct term *terms_find(const struct terms *t, uint32_t id);
size_t terms_count(const struct terms *t);

#endif
