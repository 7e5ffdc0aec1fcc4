/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tokens of a configuration file: words, values in quotes, the four signs
 * and the end. The first mistake ends the file: after it there are no more
 * tokens.
 */
#ifndef HAUNT_CONF_TOKEN_H
#define HAUNT_CONF_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/wire.h"

#define TOKEN_MAX 4096 /* characters of one value */

struct reader;

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_STRING,
	TOKEN_SIGN, /* one of { } = , */
};

struct tokens {
	struct rd r;
	struct reader *reader; /* told of mistakes */
	unsigned int line;     /* of the cursor, from 1 */
	bool broken;	       /* there was a mistake */
	/* the token at hand */
	enum token_kind kind;
	unsigned int token_line;
	size_t len;
	char text[TOKEN_MAX + 1]; /* without quotes and backslashes */
};

/* Moves on to the next token. */
void token_next(struct tokens *s);
/* The token at hand is this sign. */
bool token_is_sign(const struct tokens *s, char sign);
/* The token at hand is a word or a value in quotes. */
bool token_is_value(const struct tokens *s);
/* Says what stands here instead of what should, and ends the file. */
void token_unexpected(struct tokens *s, const char *wanted);
/* Goes past this sign; false, and token_unexpected(), if it is not here. */
bool token_expect(struct tokens *s, char sign, const char *wanted);

#endif
