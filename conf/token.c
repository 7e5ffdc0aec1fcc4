/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides blanks, comments, quotes and escapes. Comments are those of
 * libconfuse, escapes fewer: a quote or a backslash after a backslash.
 */
#include "conf/token.h"

#include <stdio.h>
#include <string.h>

#include "conf/reader.h"

#define CHAR_NAME_MAX 24 /* bytes of a character's name */

static void broken(struct tokens *s, unsigned int line, const char *text)
{
	reader_mistake(s->reader, line, "%s", text);
	s->broken = true;
}

/* Takes one character and keeps count of the lines. */
static int take(struct tokens *s)
{
	int c = rd_peek(&s->r);

	if (c < 0)
		return c;
	rd_u8(&s->r);
	if (c == '\n')
		s->line++;
	return c;
}

/* The character after the next; -1 if there is none. */
static int peek_second(const struct tokens *s)
{
	struct rd r = s->r;

	rd_u8(&r);
	return rd_peek(&r);
}

static void skip_line(struct tokens *s)
{
	int c = rd_peek(&s->r);

	while (c >= 0 && c != '\n') {
		rd_u8(&s->r);
		c = rd_peek(&s->r);
	}
}

static void skip_block_comment(struct tokens *s)
{
	unsigned int start = s->line;
	int c, last = 0;

	take(s);
	take(s);
	while ((c = take(s)) >= 0) {
		if (last == '*' && c == '/')
			return;
		last = c;
	}
	broken(s, start, "this comment has no end; expected \"*/\"");
}

static void skip_blank(struct tokens *s)
{
	while (!s->broken) {
		int c = rd_peek(&s->r);
		int second = peek_second(s);

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			take(s);
		else if (c == '#' || (c == '/' && second == '/'))
			skip_line(s);
		else if (c == '/' && second == '*')
			skip_block_comment(s);
		else
			return;
	}
}

static void text_add(struct tokens *s, int c)
{
	if (s->len < TOKEN_MAX)
		s->text[s->len++] = (char)c;
	else if (!s->broken)
		broken(s, s->token_line,
		       "this value is longer than 4096 characters");
	s->text[s->len] = '\0';
}

static bool word_holds(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c > 0 && strchr("_.:/-", c));
}

/* A word may hold slashes, and ends before the start of a comment. */
static bool at_comment(const struct tokens *s)
{
	return rd_peek(&s->r) == '/' && peek_second(s) == '*';
}

/* After a backslash: what it stands for goes to the text. */
static void take_escape(struct tokens *s, int quote)
{
	int c = rd_peek(&s->r);

	if (c == quote || c == '\\') {
		text_add(s, take(s));
		return;
	}
	if (quote == '\'')
		text_add(s, '\\');
	else
		broken(s, s->line,
		       "a backslash in a value needs a quote or a backslash "
		       "after it");
}

static void take_string(struct tokens *s, int quote)
{
	int c;

	while (!s->broken && (c = take(s)) != quote) {
		if (c < 0 || c == '\n')
			broken(s, s->token_line,
			       "this value has no closing quote on its line");
		else if (c < ' ' || c == 0x7f)
			broken(s, s->line,
			       "there is a control character in this value");
		else if (c == '\\')
			take_escape(s, quote);
		else if (quote == '"' && c == '$' && rd_peek(&s->r) == '{')
			broken(s, s->line,
			       "environment variables are not expanded here; "
			       "write the value itself, or 'single quotes' "
			       "for a literal ${");
		else
			text_add(s, c);
	}
}

/* 'c', or its number where it cannot be shown. */
static const char *name_char(int c, char name[CHAR_NAME_MAX])
{
	if (c > ' ' && c < 0x7f)
		snprintf(name, CHAR_NAME_MAX, "'%c'", c);
	else
		snprintf(name, CHAR_NAME_MAX, "number %d", c);
	return name;
}

void token_next(struct tokens *s)
{
	char name[CHAR_NAME_MAX];
	int c;

	skip_blank(s);
	s->kind = TOKEN_END;
	s->token_line = s->line;
	s->len = 0;
	s->text[0] = '\0';
	c = s->broken ? -1 : rd_peek(&s->r);
	if (c < 0)
		return;
	if (c == '"' || c == '\'') {
		take(s);
		take_string(s, c);
		s->kind = TOKEN_STRING;
	} else if (word_holds(c)) {
		while (word_holds(rd_peek(&s->r)) && !at_comment(s))
			text_add(s, take(s));
		s->kind = TOKEN_WORD;
	} else if (c && strchr("{}=,", c)) {
		text_add(s, take(s));
		s->kind = TOKEN_SIGN;
	} else {
		reader_mistake(s->reader, s->line, "unexpected character %s",
			       name_char(c, name));
		s->broken = true;
	}
	if (s->broken)
		s->kind = TOKEN_END;
}

bool token_is_sign(const struct tokens *s, char sign)
{
	return s->kind == TOKEN_SIGN && s->text[0] == sign;
}

bool token_is_value(const struct tokens *s)
{
	return s->kind == TOKEN_WORD || s->kind == TOKEN_STRING;
}

/* Says what stands there instead of what should. */
void token_unexpected(struct tokens *s, const char *wanted)
{
	if (s->broken)
		return;
	if (s->kind == TOKEN_END)
		reader_mistake(s->reader, s->token_line,
			       "expected %s, found the end of the file",
			       wanted);
	else
		reader_mistake(s->reader, s->token_line,
			       "expected %s, found '%.64s'", wanted, s->text);
	s->broken = true;
}

bool token_expect(struct tokens *s, char sign, const char *wanted)
{
	if (!token_is_sign(s, sign)) {
		token_unexpected(s, wanted);
		return false;
	}
	token_next(s);
	return true;
}
