/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule's expressions tell beyond its verdict: the kernel's trace calls
 * a reject a drop, and an extension of x_tables wants to be told the rule's
 * protocol, which the kernel does not give back.
 */
#ifndef HAUNT_EXPLAIN_EXPR_H
#define HAUNT_EXPLAIN_EXPR_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/wire.h"

#define EXPR_SET_MAX	 64  /* of a set's name, with NUL; longer is cut */
#define EXPR_COMMENT_MAX 256 /* likewise */

struct expr_facts {
	bool xt;      /* has an extension of x_tables */
	bool rejects; /* natively, or by x_tables */
	bool counts; /* a limit or a quota: what it has counted is not copied */
	bool proto_known;
	bool proto_not; /* any protocol but this one */
	uint8_t proto;
	char set[EXPR_SET_MAX]; /* that it looks up first; "" */
	char comment[EXPR_COMMENT_MAX];
};

/* True if a list of expressions, or a single one, limits or counts. */
bool expr_list_counts(const struct nlattr *list);
bool expr_counts(const struct nlattr *expr);
/* The facts of a NFT_MSG_NEWRULE message. */
void expr_read(const struct nlmsghdr *rule, struct expr_facts *out);
/* The comment in a rule's user data: type, length, text. */
void expr_comment(struct rd r, char out[EXPR_COMMENT_MAX]);

#endif
