/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A STUN server asked which address it sees. */
#ifndef HAUNT_CLIENT_STUN_ASK_H
#define HAUNT_CLIENT_STUN_ASK_H

#include "client/stun.h"
#include "core/base/err.h"
#include "core/proto/haunt.h"

#define STUN_SENDS    4	   /* of the question */
#define STUN_FIRST_MS 500  /* to the second; doubled each time */
#define STUN_LAST_MS  5000 /* from the first to the end */

/*
 * Asks the server at the end of a route. What comes from elsewhere, or is no
 * answer to this question, is not looked at. ESYS: errno says why; ETIMEDOUT.
 */
enum haunt_err stun_ask(const struct haunt_route *server,
			struct stun_answer *out) HAUNT_MUST_CHECK;

#endif
