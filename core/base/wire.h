/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cursors over bytes: rd reads what came from outside, wr writes what goes
 * there. Both are sticky: after the first failure every call yields zeros and
 * changes nothing, so a parser reads all its fields and asks once at the end.
 * Integers are in network order. Nothing is allocated.
 */
#ifndef HAUNT_BASE_WIRE_H
#define HAUNT_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/err.h"

struct rd {
	const uint8_t *at;
	size_t left;
	bool failed;
};

struct wr {
	uint8_t *start;
	size_t cap;
	size_t len;
	bool failed;
};

static inline struct rd rd_of(const void *data, size_t len)
{
	return (struct rd){ .at = data, .left = len };
}

/* Takes n bytes off the front; NULL, and the cursor fails, if fewer remain. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t n)
{
	const uint8_t *p = r->at;

	if (r->failed || n > r->left) {
		r->failed = true;
		return NULL;
	}
	r->at += n;
	r->left -= n;
	return p;
}

/* Copies n bytes to out; on failure out is zeroed. */
static inline void rd_copy(struct rd *r, void *out, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	if (p)
		memcpy(out, p, n);
	else
		memset(out, 0, n);
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}

static inline uint32_t rd_u32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			       (uint32_t)p[2] << 8 | p[3]
		 : 0;
}

/* A cursor over the next n bytes; it has failed if they are not there. */
static inline struct rd rd_sub(struct rd *r, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	return (struct rd){ .at = p, .left = p ? n : 0, .failed = !p };
}

static inline uint64_t rd_u64(struct rd *r)
{
	struct rd s = rd_sub(r, 8);
	uint64_t high = rd_u32(&s);

	return high << 32 | rd_u32(&s);
}

/* The next byte without taking it; -1 at the end or after a failure. */
static inline int rd_peek(const struct rd *r)
{
	return r->failed || !r->left ? -1 : r->at[0];
}

/* True when nothing failed and nothing is left over. */
static inline bool rd_done(const struct rd *r)
{
	return !r->failed && !r->left;
}

/* What a parser says at its end: ESHORT if something was missing; EFORMAT if
 * something is left over, or what was read is not valid. */
static inline enum haunt_err rd_verdict(const struct rd *r, bool valid)
{
	if (r->failed)
		return HAUNT_ESHORT;
	return r->left == 0 && valid ? HAUNT_OK : HAUNT_EFORMAT;
}

static inline struct wr wr_of(void *buf, size_t cap)
{
	return (struct wr){ .start = buf, .cap = cap };
}

/* Makes room for n bytes and returns it; NULL, and the cursor fails, if full.
 */
static inline uint8_t *wr_room(struct wr *w, size_t n)
{
	uint8_t *p = w->start + w->len;

	if (w->failed || n > w->cap - w->len) {
		w->failed = true;
		return NULL;
	}
	w->len += n;
	return p;
}

static inline void wr_bytes(struct wr *w, const void *data, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p && n)
		memcpy(p, data, n);
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	wr_bytes(w, &v, 1);
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
	uint8_t b[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	wr_bytes(w, b, sizeof(b));
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
			 (uint8_t)(v >> 8), (uint8_t)v };

	wr_bytes(w, b, sizeof(b));
}

static inline void wr_u64(struct wr *w, uint64_t v)
{
	uint8_t b[8];

	for (unsigned int i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	wr_bytes(w, b, sizeof(b));
}

#endif
