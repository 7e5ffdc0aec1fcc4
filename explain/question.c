/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the grammar of the command's words.
 */
#include "explain/question.h"

#include <stdio.h>
#include <string.h>

#include "conf/parse.h"

static enum haunt_err door_parse(const char *text, struct question *q,
				 char why[EXPLAIN_WHY_MAX])
{
	struct port_range range;

	if (parse_port_range(text, &range) != HAUNT_OK ||
	    range.first != range.last) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "'%s': expected a protocol and a port, such as "
			 "tcp/22 or udp/53",
			 text);
		return HAUNT_EFORMAT;
	}
	q->proto = range.proto;
	q->port = range.first;
	return HAUNT_OK;
}

static enum haunt_err to_parse(const char *text, struct question *q,
			       char why[EXPLAIN_WHY_MAX])
{
	if (addr_parse(text, strlen(text), &q->to) != HAUNT_OK ||
	    addr_is_unusable(&q->to)) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "--to '%s': expected an address of this gateway",
			 text);
		return HAUNT_EFORMAT;
	}
	if (addr_is_v4(&q->to) != addr_is_v4(&q->client)) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "--to '%s': the client's address is of the other "
			 "family",
			 text);
		return HAUNT_EFORMAT;
	}
	return HAUNT_OK;
}

enum haunt_err question_parse(const struct explain_ask *ask,
			      struct question *out, char why[EXPLAIN_WHY_MAX])
{
	struct question q = { .port = 0 };
	enum haunt_err err;

	if (addr_parse(ask->address, strlen(ask->address), &q.client) !=
		    HAUNT_OK ||
	    addr_is_unusable(&q.client)) {
		snprintf(why, EXPLAIN_WHY_MAX,
			 "'%s': expected a client's IPv4 or IPv6 address",
			 ask->address);
		return HAUNT_EFORMAT;
	}
	err = door_parse(ask->door, &q, why);
	if (!err && ask->to)
		err = to_parse(ask->to, &q, why);
	if (!err && ask->in) {
		if (strlen(ask->in) >= sizeof(q.in) ||
		    !interface_valid(ask->in)) {
			snprintf(why, EXPLAIN_WHY_MAX,
				 "--in '%s': expected an interface's name",
				 ask->in);
			return HAUNT_EFORMAT;
		}
		strcpy(q.in, ask->in);
	}
	if (!err)
		*out = q;
	return err;
}
