/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the text of each value may look like, in libfko's words. libhaunt's own
 * grammar is narrower, and knows values where this interface knows text.
 */
#ifndef HAUNT_FKO_GRAMMAR_H
#define HAUNT_FKO_GRAMMAR_H

/* FKO_SUCCESS, or why the name is none: empty, first or other character. */
int grammar_user(const char *name);
/* A request of that type: FKO_SUCCESS, or the code for a request that is set.
 */
int grammar_message(int type, const char *message);
/* HOST,PORT: FKO_SUCCESS, or the code for a target that is set. */
int grammar_nat(const char *nat);

#endif
