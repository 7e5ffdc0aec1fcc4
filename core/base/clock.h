/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Time behind a pointer, so that tests can turn the hands. Wall time judges
 * packets; monotonic time measures lifetimes.
 */
#ifndef HAUNT_BASE_CLOCK_H
#define HAUNT_BASE_CLOCK_H

#include <stdint.h>

struct clock {
	/* Seconds since 1970. */
	int64_t (*wall_s)(void *arg);
	/* Milliseconds since some fixed past; does not stop in suspend. */
	uint64_t (*mono_ms)(void *arg);
	void *arg;
};

/* The system's clocks; CLOCK_REALTIME and CLOCK_BOOTTIME. */
const struct clock *clock_system(void);

static inline int64_t clock_wall_s(const struct clock *c)
{
	return c->wall_s(c->arg);
}

static inline uint64_t clock_mono_ms(const struct clock *c)
{
	return c->mono_ms(c->arg);
}

#endif
