/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the head of an HTTP request to the SPA packet that its path is. Pure:
 * no clock, no configuration but what is handed in, no allocation.
 */
#ifndef HAUNT_CAPTURE_HTTP_H
#define HAUNT_CAPTURE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/capture/datagram.h"

#define HTTP_HEAD_MAX	   4096 /* of a head that comes in several parts */
#define HTTP_FORWARDED_MAX 32	/* addresses in X-Forwarded-For */

/* Who is believed to say whom he speaks for. Lent. */
struct http_proxies {
	const struct ip_prefix *at;
	size_t len;
};

/* True if it begins as a request that http_unwrap() may take; also for less
 * than the five bytes that tell, as long as they fit. */
bool http_begins(const uint8_t *data, size_t len);

/*
 * Takes `GET /TEXT HTTP/1.x` or `GET http://HOST/TEXT HTTP/1.x` with its
 * header fields up to the empty line, and puts the text with - and _ mapped
 * back into out, with its length, carrier, forwarding and forwarded. Nothing
 * else of out is touched. head may be out's own payload.
 *
 * X-Forwarded-For, in however many fields, is one list. It is understood as a
 * whole or not at all; of its addresses counts the last that is no proxy's.
 * Any User-Agent will do.
 *
 * ESHORT: the head does not end in these bytes. EFORMAT: another request, or
 * none; a text that cannot be a packet; a head that could be read in two ways:
 * folded lines, bare CR or LF, control characters, blanks before a colon. out
 * is then untouched but for its payload.
 */
enum haunt_err http_unwrap(const uint8_t *head, size_t len,
			   const struct http_proxies *proxies,
			   struct datagram *out) HAUNT_MUST_CHECK;

#endif
