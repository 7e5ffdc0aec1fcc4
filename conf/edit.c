/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides where a section begins and ends in the text. The tokens are the
 * configuration's own, so that what looks like a section in a comment or a
 * value is none here either.
 */
#include "conf/edit.h"

#include <stdlib.h>
#include <string.h>

#include "conf/reader.h"
#include "conf/token.h"

struct range {
	const uint8_t *from;
	const uint8_t *to;
};

/* Past the brace that closes the one at hand; returns the place behind it. */
static const uint8_t *braces_skip(struct tokens *t)
{
	const uint8_t *end = t->r.at;
	size_t depth = 0;

	do {
		if (t->kind == TOKEN_END) {
			t->broken = true;
			return end;
		}
		if (token_is_sign(t, '{'))
			depth++;
		else if (token_is_sign(t, '}'))
			depth--;
		end = t->r.at;
		token_next(t);
	} while (depth);
	return end;
}

/* One statement of the file, at its name. True: it is the section. */
static bool statement_take(struct tokens *t, const char *name,
			   struct range *range)
{
	/* A bare word is as long as it looks. */
	const uint8_t *from = t->r.at - t->len;
	bool is_client = strcmp(t->text, "client") == 0;
	bool is_it;

	token_next(t);
	if (token_is_sign(t, '=')) {
		token_next(t);
		if (token_is_sign(t, '{'))
			(void)braces_skip(t);
		else
			token_next(t);
		return false;
	}
	is_it = is_client && token_is_value(t) && strcmp(t->text, name) == 0;
	if (token_is_value(t))
		token_next(t);
	if (!token_is_sign(t, '{')) {
		t->broken = true;
		return false;
	}
	*range = (struct range){ .from = from, .to = braces_skip(t) };
	return is_it && !t->broken;
}

static enum haunt_err range_find(struct tokens *t, const char *name,
				 struct range *out)
{
	bool found = false;

	token_next(t);
	while (!t->broken && t->kind != TOKEN_END) {
		struct range at;

		if (t->kind != TOKEN_WORD)
			return HAUNT_EFORMAT;
		if (!statement_take(t, name, &at))
			continue;
		/* Two of a name are a mistake of their own. */
		if (found)
			return HAUNT_EFORMAT;
		found = true;
		*out = at;
	}
	if (t->broken)
		return HAUNT_EFORMAT;
	return found ? HAUNT_OK : HAUNT_ENOENT;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Whole lines, if nothing else stands on them. */
static void range_widen(struct range *range, const uint8_t *start,
			const uint8_t *end)
{
	const uint8_t *from = range->from, *to = range->to;

	while (from > start && is_blank(from[-1]))
		from--;
	while (to < end && is_blank(*to))
		to++;
	if ((from > start && from[-1] != '\n') || (to < end && *to != '\n'))
		return;
	range->from = from;
	range->to = to < end ? to + 1 : to;
}

static enum haunt_err text_without(const char *text, const struct range *range,
				   char **out)
{
	const uint8_t *start = (const uint8_t *)text;
	size_t len = strlen(text);
	size_t before = (size_t)(range->from - start);
	size_t after = len - (size_t)(range->to - start);
	char *rest = malloc(before + after + 1);

	if (!rest)
		return HAUNT_ENOMEM;
	memcpy(rest, text, before);
	memcpy(rest + before, range->to, after);
	rest[before + after] = '\0';
	*out = rest;
	return HAUNT_OK;
}

enum haunt_err edit_client_remove(const char *text, const char *name,
				  char **out)
{
	/* What is wrong is never told: only whether it is. */
	const struct reader_calls calls = { .name = "" };
	const uint8_t *start = (const uint8_t *)text;
	size_t len = strlen(text);
	struct tokens t = { .r = rd_of(text, len), .line = 1 };
	struct range range = { .from = start };
	struct reader *r = NULL;
	enum haunt_err err = reader_new(&calls, &r);

	if (err)
		return err;
	t.reader = r;
	err = range_find(&t, name, &range);
	if (!err) {
		range_widen(&range, start, start + len);
		err = text_without(text, &range, out);
	}
	reader_free(r);
	return err;
}
