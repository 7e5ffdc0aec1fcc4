/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A moment as a configuration writes it: a day, or a day and a time, in UTC.
 */
#ifndef HAUNT_CONF_DATE_H
#define HAUNT_CONF_DATE_H

#include <stdint.h>

#include "core/base/err.h"

#define DATE_TEXT_MAX 24
#define DATE_WANTED                                             \
	"a day, as in \"2027-01-31\", or a time in UTC, as in " \
	"\"2027-01-31 18:00\", from 1970 to 9998"

/* "YYYY-MM-DD" is the end of that day, the midnight after it; "YYYY-MM-DD
 * HH:MM" is that minute's beginning. Seconds since 1970, more than 0. EFORMAT:
 * anything else, and days that no month has. */
enum haunt_err date_parse(const char *text, int64_t *out) HAUNT_MUST_CHECK;
/* "YYYY-MM-DD HH:MM" of what date_parse() gives. */
const char *date_format(int64_t when_s, char buf[DATE_TEXT_MAX]);

#endif
