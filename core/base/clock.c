/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hides clock_gettime. */
#include "core/base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t system_wall_s(void *arg)
{
	struct timespec t;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

static uint64_t system_mono_ms(void *arg)
{
	struct timespec t;

	(void)arg;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

const struct clock *clock_system(void)
{
	static const struct clock system = {
		.wall_s = system_wall_s,
		.mono_ms = system_mono_ms,
		.arg = NULL,
	};

	return &system;
}
