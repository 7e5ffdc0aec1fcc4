/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What two fields of a request hold inside their base64: the message (who may
 * come in where, or a command) and the NAT target.
 */
#ifndef HAUNT_PROTO_MESSAGE_H
#define HAUNT_PROTO_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/wire.h"
#include "core/proto/haunt.h"

#define MESSAGE_MAX 191 /* bytes of either: less than 256 in base64 */

/* True for the types that carry a NAT target. */
static inline bool message_has_nat(enum haunt_type type)
{
	return type == HAUNT_TYPE_NAT || type == HAUNT_TYPE_NAT_TIMEOUT ||
	       type == HAUNT_TYPE_LOCAL_NAT ||
	       type == HAUNT_TYPE_LOCAL_NAT_TIMEOUT;
}

/* True for the types that carry a lifetime. */
static inline bool message_has_lifetime(enum haunt_type type)
{
	return type == HAUNT_TYPE_ACCESS_TIMEOUT ||
	       type == HAUNT_TYPE_NAT_TIMEOUT ||
	       type == HAUNT_TYPE_LOCAL_NAT_TIMEOUT;
}

/* `ADDRESS,PROTO/PORT,…`, or `ADDRESS,COMMAND` for type 0. */
void message_put(struct wr *w, const struct haunt_request *request);
/* out->type is given. Fills allow and ports, or allow and command. */
enum haunt_err message_get(const char *text, size_t len,
			   struct haunt_request *out) HAUNT_MUST_CHECK;

/* `HOST,PORT`. */
void message_nat_put(struct wr *w, const struct haunt_request *request);
enum haunt_err message_nat_get(const char *text, size_t len,
			       struct haunt_request *out) HAUNT_MUST_CHECK;

#endif
