/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines from tables: each option names where its value goes. Options
 * may stand between the words; "--" ends them; --name=VALUE is --name VALUE.
 * An option that is in two entries, one without a value, may have one, but
 * only behind a '='.
 */
#ifndef HAUNT_CLIENT_ARGS_H
#define HAUNT_CLIENT_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/err.h"

struct arg {
	const char *name;   /* "--port", "-4" */
	const char *wanted; /* what its value must be; NULL: it has none */
	size_t offset;	    /* of a const char * in the table's values */
};

struct arg_table {
	const struct arg *args;
	size_t len;
	void *values; /* gets the value, or the name where there is none */
};

#define ARGS_TABLES 3

struct args {
	struct arg_table tables[ARGS_TABLES];
	size_t words_max;
	/*
	 * NULL, or gets what is left alone, up to the NULL of argv: what
	 * stands behind a "--" that follows a word or, with stops, all that
	 * stands behind the last of the words. NULL if there is neither.
	 */
	char ***rest;
	bool stops;
};

/*
 * Parses argv[1] and on, up to a NULL. words gets the words that are no
 * options, at most words_max of them, *words_len how many. EFORMAT: a mistake,
 * told.
 */
enum haunt_err args_parse(const struct args *args, char **argv,
			  const char **words,
			  size_t *words_len) HAUNT_MUST_CHECK;
/* All options, one a line, with what their values must be. */
void args_help(const struct args *args, FILE *to);

#endif
