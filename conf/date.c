/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hides the calendar. */
#include "conf/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "conf/parse.h"

#define DAY_S 86400

/* Digits and signs where the pattern (d: a digit) has them. */
static bool fits(const char *text, const char *pattern)
{
	for (; *pattern; pattern++, text++) {
		if (*pattern == 'd' ? *text < '0' || *text > '9'
				    : *text != *pattern)
			return false;
	}
	return !*text;
}

static int number(const char *text, size_t at, size_t len)
{
	int n = 0;

	for (size_t i = at; i < at + len; i++)
		n = n * 10 + (text[i] - '0');
	return n;
}

enum haunt_err date_parse(const char *text, int64_t *out)
{
	bool day = fits(text, "dddd-dd-dd");
	struct tm tm = { .tm_isdst = 0 };
	struct tm same;
	int64_t when;

	if (!day && !fits(text, "dddd-dd-dd dd:dd"))
		return HAUNT_EFORMAT;
	tm.tm_year = number(text, 0, 4) - 1900;
	tm.tm_mon = number(text, 5, 2) - 1;
	tm.tm_mday = number(text, 8, 2);
	tm.tm_hour = day ? 0 : number(text, 11, 2);
	tm.tm_min = day ? 0 : number(text, 14, 2);
	/* The day after the last one has to be written, too. */
	if (tm.tm_year < 70 || (day && tm.tm_year > 8098))
		return HAUNT_EFORMAT;
	same = tm;
	when = (int64_t)timegm(&same);
	/* What had to be carried over was not there. */
	if (same.tm_mon != tm.tm_mon || same.tm_mday != tm.tm_mday ||
	    same.tm_hour != tm.tm_hour || same.tm_min != tm.tm_min)
		return HAUNT_EFORMAT;
	if (day)
		when += DAY_S;
	if (when <= 0)
		return HAUNT_EFORMAT;
	*out = when;
	return HAUNT_OK;
}

const char *date_format(int64_t when_s, char buf[DATE_TEXT_MAX])
{
	time_t when = (time_t)when_s;
	struct tm tm;

	if (!gmtime_r(&when, &tm) ||
	    !strftime(buf, DATE_TEXT_MAX, "%Y-%m-%d %H:%M", &tm))
		snprintf(buf, DATE_TEXT_MAX, "?");
	return buf;
}
