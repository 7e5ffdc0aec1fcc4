/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the statements of a configuration file. The grammar:
 *
 *	file      := statement*
 *	statement := NAME "=" value
 *	           | NAME "=" "{" value ("," value)* [","] "}"
 *	           | NAME value "{" statement* "}"
 *	value     := bare word | "text" | 'text'
 *
 * The tables say which names there are.
 */
#include "conf/scan.h"

#include <string.h>

#include "conf/reader.h"
#include "conf/token.h"

#define KNOWN_MAX     512 /* characters of a list of known names */
#define SCAN_NAME_MAX 64  /* characters of a name that are looked at */

struct scan {
	struct tokens tokens;
	FILE *to;
	unsigned int out_line; /* of the output */
};

static void emit(struct scan *s, const char *text)
{
	while (s->out_line < s->tokens.token_line) {
		fputc('\n', s->to);
		s->out_line++;
	}
	fprintf(s->to, " %s", text);
}

/* The value at hand in quotes; '$' too is escaped, see scan.h. */
static void emit_value(struct scan *s)
{
	emit(s, "\"");
	for (size_t i = 0; i < s->tokens.len; i++) {
		if (strchr("\"\\$", s->tokens.text[i]))
			fputc('\\', s->to);
		fputc(s->tokens.text[i], s->to);
	}
	fputs("\"", s->to);
}

/* ---- statements ---- */

/* Everything up to the brace that closes the one just taken. */
static void skip_braces(struct scan *s)
{
	size_t depth = 1;

	while (depth && !s->tokens.broken) {
		if (s->tokens.kind == TOKEN_END)
			token_unexpected(&s->tokens, "'}'");
		else if (token_is_sign(&s->tokens, '{'))
			depth++;
		else if (token_is_sign(&s->tokens, '}'))
			depth--;
		token_next(&s->tokens);
	}
}

static void known_add(struct wr *w, const char *name)
{
	if (w->len)
		wr_bytes(w, ", ", 2);
	wr_bytes(w, name, strlen(name));
}

/* An unknown name was taken: name it, and what there is, and go past it. */
static void skip_unknown(struct scan *s, const struct reader_section *in,
			 const char *name, unsigned int line)
{
	char known[KNOWN_MAX] = "";
	struct wr w = wr_of(known, sizeof(known) - 1);
	bool option = token_is_sign(&s->tokens, '=');

	if (s->tokens.broken)
		return;
	for (size_t i = 0; i < in->sections_len && !option; i++)
		known_add(&w, in->sections[i]->name);
	for (size_t i = 0; i < in->fields_len && option; i++)
		known_add(&w, in->fields[i].name);
	known[w.len] = '\0';
	reader_mistake(s->tokens.reader, line,
		       "unknown %s '%s' in %s; known: %s",
		       option ? "option" : "section", name, in->name,
		       w.len ? known : "none");
	if (option)
		token_next(&s->tokens);
	if (token_is_value(&s->tokens)) {
		token_next(&s->tokens);
		if (option)
			return;
	}
	if (token_expect(&s->tokens, '{', option ? "a value" : "'=' or '{'"))
		skip_braces(s);
}

static void walk_list(struct scan *s, const char *name)
{
	const char *before = "{";
	unsigned int line = s->tokens.token_line;

	token_next(&s->tokens);
	while (!s->tokens.broken && !token_is_sign(&s->tokens, '}')) {
		if (!token_is_value(&s->tokens)) {
			token_unexpected(&s->tokens, "a value or '}'");
			return;
		}
		if (*before == '{') {
			emit(s, name);
			emit(s, "=");
		}
		emit(s, before);
		emit_value(s);
		before = ",";
		token_next(&s->tokens);
		if (token_is_sign(&s->tokens, ','))
			token_next(&s->tokens);
		else if (!token_is_sign(&s->tokens, '}'))
			token_unexpected(&s->tokens, "',' or '}'");
	}
	if (s->tokens.broken)
		return;
	if (*before == '{')
		reader_mistake(s->tokens.reader, line,
			       "'%s' is an empty list; expected a value", name);
	else
		emit(s, "}");
	token_next(&s->tokens);
}

static void walk_field(struct scan *s, const struct reader_field *field)
{
	if (!token_expect(&s->tokens, '=', "'='"))
		return;
	if (token_is_value(&s->tokens)) {
		emit(s, field->name);
		emit(s, "=");
		emit_value(s);
		token_next(&s->tokens);
	} else if (!token_is_sign(&s->tokens, '{')) {
		token_unexpected(&s->tokens, "a value");
	} else if (field->list) {
		walk_list(s, field->name);
	} else {
		reader_mistake(s->tokens.reader, s->tokens.token_line,
			       "'%s' takes one value, not a list", field->name);
		token_next(&s->tokens);
		skip_braces(s);
	}
}

static void walk_statements(struct scan *s, const struct reader_section *in,
			    bool root);

static void walk_section(struct scan *s, const struct reader_section *section,
			 unsigned int line)
{
	if (!token_is_value(&s->tokens)) {
		token_unexpected(&s->tokens, "a name in quotes");
		return;
	}
	emit(s, section->name);
	emit(s, "{ " READER_TITLE " =");
	emit_value(s);
	token_next(&s->tokens);
	if (!token_expect(&s->tokens, '{', "'{'"))
		return;
	walk_statements(s, section, false);
	if (s->tokens.broken)
		return;
	if (s->tokens.kind == TOKEN_END) {
		reader_mistake(s->tokens.reader, line,
			       "the %s that begins here has no closing '}'",
			       section->name);
		s->tokens.broken = true;
		return;
	}
	emit(s, "}");
	token_next(&s->tokens);
}

static void walk_statement(struct scan *s, const struct reader_section *in)
{
	char name[SCAN_NAME_MAX + 1];
	unsigned int line = s->tokens.token_line;

	snprintf(name, sizeof(name), "%.*s", SCAN_NAME_MAX, s->tokens.text);
	token_next(&s->tokens);
	for (size_t i = 0; i < in->fields_len; i++)
		if (!strcmp(in->fields[i].name, name)) {
			walk_field(s, &in->fields[i]);
			return;
		}
	for (size_t i = 0; i < in->sections_len; i++)
		if (!strcmp(in->sections[i]->name, name)) {
			walk_section(s, in->sections[i], line);
			return;
		}
	skip_unknown(s, in, name, line);
}

/* Up to the closing brace, or to the end of the file, which is left. */
static void walk_statements(struct scan *s, const struct reader_section *in,
			    bool root)
{
	while (!s->tokens.broken && s->tokens.kind != TOKEN_END) {
		if (s->tokens.kind == TOKEN_WORD)
			walk_statement(s, in);
		else if (!root && token_is_sign(&s->tokens, '}'))
			return;
		else
			token_unexpected(&s->tokens, "an option or a section");
	}
}

bool scan_text(struct rd text, const struct reader_section *root,
	       struct reader *reader, FILE *to)
{
	struct scan s = {
		.tokens = { .r = text, .reader = reader, .line = 1 },
		.to = to,
		.out_line = 1,
	};

	token_next(&s.tokens);
	walk_statements(&s, root, true);
	return !s.tokens.broken;
}
