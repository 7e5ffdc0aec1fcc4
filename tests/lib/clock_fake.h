/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A clock whose hands are turned by the test. */
#ifndef HAUNT_TESTS_CLOCK_FAKE_H
#define HAUNT_TESTS_CLOCK_FAKE_H

#include "core/base/clock.h"

struct clock_fake {
	struct clock clock;
	int64_t wall_s;
	uint64_t mono_ms;
};

static inline int64_t clock_fake_wall(void *arg)
{
	return ((const struct clock_fake *)arg)->wall_s;
}

static inline uint64_t clock_fake_mono(void *arg)
{
	return ((const struct clock_fake *)arg)->mono_ms;
}

/* The fake must stay where it is. */
static inline void clock_fake_init(struct clock_fake *c, int64_t wall_s,
				   uint64_t mono_ms)
{
	*c = (struct clock_fake){ .clock = { .wall_s = clock_fake_wall,
					     .mono_ms = clock_fake_mono,
					     .arg = c },
				  .wall_s = wall_s,
				  .mono_ms = mono_ms };
}

#endif
