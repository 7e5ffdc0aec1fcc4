/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A packet as an HTTP request in fwknop's form, and what of an answer is worth
 * knowing. Pure.
 */
#ifndef HAUNT_PROTO_HTTP_H
#define HAUNT_PROTO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define HTTP_PORT	 80
#define HTTP_HOST_MAX	 254
#define HTTP_REQUEST_MAX 2560 /* bytes of the longest request */
#define HTTP_ANSWER_MAX	 4096 /* bytes of an answer that are looked at */

struct http_request {
	const char *host; /* a name, or an address without brackets */
	uint16_t port;	  /* named where it is not HTTP_PORT */
	const char *user_agent;
	bool proxied; /* the target is a whole URL (RFC 9112, 3.2.2) */
};

/* 1 to HTTP_HOST_MAX characters that can stand in a Host header. */
bool http_host_valid(const char *host);
/* 1 to HAUNT_AGENT_MAX printable characters. */
bool http_agent_valid(const char *agent);

/*
 * Writes the request; '+' and '/' in the packet become '-' and '_'. The cursor
 * fails if there is no room.
 */
void http_put(struct wr *w, const struct http_request *q, const void *packet,
	      size_t len);

/*
 * Reads the head of an answer as far as it is there; a part of one is fine.
 * EFORMAT: this is not HTTP/1.
 */
enum haunt_err http_answer_get(struct rd *r,
			       struct haunt_answer *out) HAUNT_MUST_CHECK;

#endif
