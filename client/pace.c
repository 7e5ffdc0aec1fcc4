/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the numbers: the kernel would repeat a SYN that was dropped after one
 * second, a thousand times longer than a door takes to open; so attempts
 * begin a fraction of a millisecond apart, and grow sparse by themselves.
 */
#include "client/pace.h"

#include <string.h>

struct pace pace_start(uint64_t start_us)
{
	return (struct pace){ .next_us = start_us, .gap_us = PACE_FIRST_US };
}

void pace_tried(struct pace *p, uint64_t now_us)
{
	uint64_t most = p->reached ? PACE_PATIENT_US : PACE_SLOWEST_US;

	p->next_us = now_us + p->gap_us;
	p->gap_us += p->reached ? p->gap_us : p->gap_us / 2;
	if (p->gap_us > most)
		p->gap_us = most;
}

void pace_reached(struct pace *p, uint64_t now_us)
{
	if (!p->reached)
		p->gap_us = PACE_REACHED_US;
	p->reached = true;
	if (p->next_us < now_us + p->gap_us)
		p->next_us = now_us + p->gap_us;
}

enum banner banner_judge(const char *expect, const char *text, size_t len)
{
	size_t wanted = strlen(expect);

	if (memcmp(expect, text, len < wanted ? len : wanted))
		return BANNER_WRONG;
	return len < wanted ? BANNER_MORE : BANNER_RIGHT;
}
