/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how fwknop takes a line apart: where a value ends in which file, what
 * a comment is, and which part a line belongs to.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/fwknop.h"
#include "core/base/secret.h"

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static bool ends_value(enum fwknop_kind kind, int c)
{
	if (c == ';' || c == '\r')
		return true;
	return kind == FWKNOP_RC && (c == ' ' || c == '\t' || c == '#');
}

/* The bytes of the line, without its end. */
static struct rd line_take(struct rd *text)
{
	const uint8_t *end = memchr(text->at, '\n', text->left);
	size_t len = end ? (size_t)(end - text->at) : text->left;
	struct rd line = rd_sub(text, len);

	if (end)
		rd_u8(text);
	return line;
}

static void blanks_skip(struct rd *r)
{
	while (is_blank(rd_peek(r)))
		rd_u8(r);
}

/* "[name]", with blanks before it. */
static bool section_take(struct rd line, struct fwknop_line *out)
{
	const uint8_t *end;

	blanks_skip(&line);
	if (rd_peek(&line) != '[')
		return false;
	rd_u8(&line);
	end = memchr(line.at, ']', line.left);
	if (!end)
		return false;
	memcpy(out->name, line.at, (size_t)(end - line.at));
	out->name[end - line.at] = '\0';
	out->what = FWKNOP_SECTION;
	return true;
}

/* True if something other than a comment follows where a value ended. */
static bool value_cut(struct rd rest)
{
	int stop = rd_peek(&rest);

	if (stop < 0)
		return false;
	rd_u8(&rest);
	blanks_skip(&rest);
	if (stop == '#')
		return true;
	return rest.left && rd_peek(&rest) != '#' && rd_peek(&rest) != ';';
}

static void pair_take(enum fwknop_kind kind, struct rd line,
		      struct fwknop_line *out)
{
	size_t n = 0;

	blanks_skip(&line);
	while (rd_peek(&line) >= 0 && !is_blank(rd_peek(&line)))
		out->name[n++] = (char)rd_u8(&line);
	out->name[n] = '\0';
	if (n && out->name[n - 1] == ':')
		out->name[n - 1] = '\0';
	blanks_skip(&line);
	for (n = 0; rd_peek(&line) >= 0 && !ends_value(kind, rd_peek(&line));)
		out->value[n++] = (char)rd_u8(&line);
	out->value[n] = '\0';
	out->cut = value_cut(line);
	out->what = n ? FWKNOP_PAIR : FWKNOP_BAD;
	if (out->name[0] == '#' || !out->name[0])
		out->what = FWKNOP_NOTHING;
}

bool fwknop_line_next(enum fwknop_kind kind, struct rd *text,
		      struct fwknop_line *out)
{
	struct rd line;
	int first;

	if (!text->left || text->failed)
		return false;
	line = line_take(text);
	first = rd_peek(&line);
	out->what = FWKNOP_NOTHING;
	out->name[0] = out->value[0] = '\0';
	out->cut = false;
	if (first < 0 || first == '#' || first == ';' || first == '\r')
		return true;
	if (line.left > FWKNOP_LINE_MAX)
		out->what = FWKNOP_LONG;
	else if (kind != FWKNOP_RC || !section_take(line, out))
		pair_take(kind, line, out);
	return true;
}

/* ---- what is kept ---- */

static enum haunt_err part_add(struct fwknop_conf *conf, const char *name)
{
	struct fwknop_part *grown;

	if (conf->len == FWKNOP_PARTS_MAX)
		return HAUNT_ELENGTH;
	grown = realloc(conf->parts, (conf->len + 1) * sizeof(*grown));
	if (!grown)
		return HAUNT_ENOMEM;
	conf->parts = grown;
	grown[conf->len] = (struct fwknop_part){ .name = strdup(name) };
	if (!grown[conf->len].name)
		return HAUNT_ENOMEM;
	conf->len++;
	return HAUNT_OK;
}

static void entry_clear(struct fwknop_entry *e)
{
	if (e->value)
		secret_wipe(e->value, strlen(e->value));
	free(e->value);
	free(e->name);
	free(e->file);
}

static enum haunt_err entry_make(const char *file, unsigned int number,
				 const struct fwknop_line *line,
				 struct fwknop_entry *out)
{
	*out = (struct fwknop_entry){
		.what = line->what,
		.file = strdup(file),
		.line = number,
		.name = strdup(line->name),
		.value = strdup(line->value),
		.cut = line->cut,
	};
	if (out->file && out->name && out->value)
		return HAUNT_OK;
	entry_clear(out);
	return HAUNT_ENOMEM;
}

static enum haunt_err entry_add(struct fwknop_part *part,
				const struct fwknop_entry *e)
{
	struct fwknop_entry *grown;

	if (part->len == FWKNOP_ENTRIES_MAX)
		return HAUNT_ELENGTH;
	grown = realloc(part->entries, (part->len + 1) * sizeof(*grown));
	if (!grown)
		return HAUNT_ENOMEM;
	part->entries = grown;
	grown[part->len++] = *e;
	return HAUNT_OK;
}

static enum haunt_err section_find(struct fwknop_conf *conf, const char *name,
				   size_t *part)
{
	for (*part = 1; *part < conf->len; (*part)++)
		if (!strcasecmp(conf->parts[*part].name, name))
			return HAUNT_OK;
	return part_add(conf, name);
}

static enum haunt_err pair_place(struct fwknop_reading *r,
				 const struct fwknop_entry *e, size_t *part)
{
	enum haunt_err err = HAUNT_OK;

	if (r->kind == FWKNOP_ACCESS && e->what == FWKNOP_PAIR &&
	    !strcmp(e->name, "SOURCE")) {
		*part = r->conf->len;
		err = part_add(r->conf, "");
	}
	if (!err)
		err = entry_add(&r->conf->parts[*part], e);
	return err;
}

static bool includes(const struct fwknop_reading *r,
		     const struct fwknop_line *line)
{
	return r->include && r->kind != FWKNOP_RC &&
	       line->what == FWKNOP_PAIR && line->name[0] == '%';
}

/* One line into its part, which it may change. */
static enum haunt_err line_place(struct fwknop_reading *r, const char *file,
				 unsigned int number,
				 const struct fwknop_line *line, size_t *part)
{
	struct fwknop_entry e;
	enum haunt_err err;

	if (line->what == FWKNOP_NOTHING)
		return HAUNT_OK;
	if (line->what == FWKNOP_SECTION)
		return section_find(r->conf, line->name, part);
	err = entry_make(file, number, line, &e);
	if (err)
		return err;
	if (includes(r, line))
		err = r->include(r, *part, &e);
	if (!err)
		err = pair_place(r, &e, part);
	if (err)
		entry_clear(&e);
	return err;
}

enum haunt_err fwknop_read(struct fwknop_reading *r, const char *file,
			   struct rd text, size_t part)
{
	struct fwknop_line line;
	unsigned int number = 0;
	enum haunt_err err = HAUNT_OK;

	if (!r->conf->len)
		err = part_add(r->conf, "");
	r->depth++;
	while (!err && fwknop_line_next(r->kind, &text, &line))
		err = line_place(r, file, ++number, &line, &part);
	r->depth--;
	secret_wipe(&line, sizeof(line));
	return err;
}

void fwknop_clear(struct fwknop_conf *conf)
{
	for (size_t i = 0; i < conf->len; i++) {
		struct fwknop_part *p = &conf->parts[i];

		for (size_t j = 0; j < p->len; j++)
			entry_clear(&p->entries[j]);
		free(p->entries);
		free(p->name);
	}
	free(conf->parts);
	*conf = (struct fwknop_conf){ .len = 0 };
}

const struct fwknop_entry *fwknop_find(const struct fwknop_part *part,
				       const char *name)
{
	for (size_t i = part->len; i-- > 0;)
		if (part->entries[i].what == FWKNOP_PAIR &&
		    !strcmp(part->entries[i].name, name))
			return &part->entries[i];
	return NULL;
}

const char *fwknop_value(const struct fwknop_part *part, const char *name,
			 const char *fallback)
{
	const struct fwknop_entry *e = fwknop_find(part, name);

	return e ? e->value : fallback;
}

bool fwknop_on(const struct fwknop_part *part, const char *name)
{
	const char *value = fwknop_value(part, name, "N");

	return value[0] == 'Y' || value[0] == 'y';
}
