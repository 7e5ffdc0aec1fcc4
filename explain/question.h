/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked: which client, at which door, and on which way it comes.
 */
#ifndef HAUNT_EXPLAIN_QUESTION_H
#define HAUNT_EXPLAIN_QUESTION_H

#include <net/if.h>

#include "core/base/addr.h"
#include "explain/explain.h"

struct question {
	struct ip_addr client;
	struct ip_addr to; /* zeros: the route to the client tells */
	uint8_t proto;
	uint16_t port;
	char in[IF_NAMESIZE]; /* "": likewise */
};

/* EFORMAT: why says which word is wrong, and what was expected. */
enum haunt_err question_parse(const struct explain_ask *ask,
			      struct question *out,
			      char why[EXPLAIN_WHY_MAX]) HAUNT_MUST_CHECK;

#endif
