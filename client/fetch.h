/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short text from a web server. */
#ifndef HAUNT_CLIENT_FETCH_H
#define HAUNT_CLIENT_FETCH_H

#include <stddef.h>

#include "core/base/err.h"

#define FETCH_TEXT_MAX 64 /* bytes */
#define FETCH_WHY_MAX  320
#define FETCH_LAST_MS  5000

struct fetched {
	char text[FETCH_TEXT_MAX + 1]; /* NUL-terminated; may hold others */
	size_t len;
	char why[FETCH_WHY_MAX]; /* on a failure: what went wrong */
};

/*
 * GETs an http:// or https:// URL by IPv4, without redirections, proxies or
 * cookies. Only an answer of status 200 counts. ELENGTH: it is longer than
 * FETCH_TEXT_MAX. ENOENT: anything else went wrong; see why. ENOMEM.
 */
enum haunt_err fetch_text(const char *url,
			  struct fetched *out) HAUNT_MUST_CHECK;

#endif
