/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how the kernel is asked whether somebody keeps its clock right.
 */
#include <sys/timex.h>
#include <time.h>

#include "doctor/look.h"

enum haunt_err look_clock(struct snapshot *s, const char **what)
{
	struct timex t = { .modes = 0 };
	time_t now = time(NULL);
	struct tm tm;

	*what = "clock";
	if (adjtimex(&t) < 0 || !gmtime_r(&now, &tm))
		return HAUNT_ESYS;
	s->clock.synchronised = !(t.status & STA_UNSYNC);
	s->clock.year = tm.tm_year + 1900;
	return HAUNT_OK;
}
