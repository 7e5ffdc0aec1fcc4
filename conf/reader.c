/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides libconfuse: its option arrays are made from the tables, every option
 * a string with a callback, and each section is dropped again as soon as it
 * has been told, so that a file with many sections costs the memory of one.
 * A callback gets no argument of ours, so each option array also holds one
 * hidden option, whose variable is the reader; scan.h has made sure that no
 * file can name it. Mistakes are kept until the end and told by line.
 */
#include "conf/reader.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf/scan.h"

#define CONTEXT "context"

struct mistake {
	unsigned int line;
	size_t order;
	char *text;
};

struct level {
	const struct reader_section *section;
	unsigned int given[READER_FIELDS_MAX];
};

struct reader {
	long int context; /* first: the hidden option's variable */
	struct reader_calls calls;
	struct level levels[READER_DEPTH_MAX];
	size_t depth;
	unsigned int line;
	bool complete;
	bool no_memory;
	struct mistake *mistakes;
	size_t mistakes_len;
};

enum haunt_err reader_new(const struct reader_calls *calls, struct reader **out)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return HAUNT_ENOMEM;
	r->calls = *calls;
	*out = r;
	return HAUNT_OK;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->mistakes_len; i++)
		free(r->mistakes[i].text);
	free(r->mistakes);
	free(r);
}

bool reader_complete(const struct reader *r)
{
	return r->complete;
}

void *reader_arg(const struct reader *r)
{
	return r->calls.arg;
}

unsigned int reader_line(const struct reader *r)
{
	return r->line;
}

unsigned int reader_given(const struct reader *r, size_t field)
{
	return r->levels[r->depth].given[field];
}

void reader_no_memory(struct reader *r)
{
	r->no_memory = true;
}

void *reader_grow(struct reader *r, void *array, size_t *len, size_t size)
{
	char *at;

	memcpy(&at, array, sizeof(at));
	/* The room doubles whenever it is full, at each power of two. */
	if (!(*len & (*len - 1))) {
		char *more = reallocarray(at, *len ? *len * 2 : 1, size);

		if (!more) {
			r->no_memory = true;
			return NULL;
		}
		at = more;
		memcpy(array, &at, sizeof(at));
	}
	at += *len * size;
	memset(at, 0, size);
	(*len)++;
	return at;
}

__attribute__((format(printf, 3, 0))) static void mistake_add(
	struct reader *r, unsigned int line, const char *format, va_list ap)
{
	struct mistake *m =
		reader_grow(r, &r->mistakes, &r->mistakes_len, sizeof(*m));

	if (!m)
		return;
	m->line = line;
	m->order = r->mistakes_len;
	if (vasprintf(&m->text, format, ap) < 0) {
		m->text = NULL;
		r->no_memory = true;
	}
}

void reader_mistake(struct reader *r, unsigned int line, const char *format,
		    ...)
{
	va_list ap;

	va_start(ap, format);
	mistake_add(r, line, format, ap);
	va_end(ap);
}

void reader_wanted(struct reader *r, const char *field, const char *wanted,
		   const char *value)
{
	reader_mistake(r, r->line, "%s: expected %s, found '%.64s'", field,
		       wanted, value);
}

/* Those without a line come last: they judge the file as a whole. */
static int mistake_compare(const void *a, const void *b)
{
	const struct mistake *x = a, *y = b;

	if (x->line != y->line)
		return x->line - 1 < y->line - 1 ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

enum haunt_err reader_finish(struct reader *r)
{
	if (r->mistakes_len)
		qsort(r->mistakes, r->mistakes_len, sizeof(*r->mistakes),
		      mistake_compare);
	for (size_t i = 0; i < r->mistakes_len; i++)
		if (r->mistakes[i].text)
			r->calls.mistake(r->calls.mistake_arg, r->calls.name,
					 r->mistakes[i].line,
					 r->mistakes[i].text);
	if (r->no_memory)
		return HAUNT_ENOMEM;
	return r->mistakes_len ? HAUNT_EFORMAT : HAUNT_OK;
}

/* ---- libconfuse's callbacks ---- */

static struct reader *reader_of(const cfg_t *cfg)
{
	const cfg_opt_t *o = cfg->opts;

	while (strcmp(o->name, CONTEXT))
		o++;
	/* context is the first member, so their addresses are the same */
	return (void *)o->simple_value.number;
}

static void on_title(struct reader *r, const char *name, const char *title)
{
	const struct reader_section *in = r->levels[r->depth].section;

	for (size_t i = 0; i < in->sections_len; i++) {
		if (strcmp(in->sections[i]->name, name))
			continue;
		r->depth++;
		r->levels[r->depth] =
			(struct level){ .section = in->sections[i] };
		if (!r->no_memory)
			in->sections[i]->begin(r, title);
		return;
	}
}

static void on_field(struct reader *r, cfg_opt_t *opt, const char *value)
{
	struct level *level = &r->levels[r->depth];
	const struct reader_section *in = level->section;
	bool more = opt->nvalues > 1; /* values of one list so far */

	for (size_t i = 0; i < in->fields_len; i++) {
		if (strcmp(in->fields[i].name, opt->name))
			continue;
		if (level->given[i] && !(in->fields[i].list && more)) {
			reader_mistake(r, r->line,
				       "'%s' is given twice, first in line %u",
				       opt->name, level->given[i]);
			return;
		}
		if (!level->given[i])
			level->given[i] = r->line;
		if (!r->no_memory)
			in->fields[i].take(r, value);
		return;
	}
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	struct reader *r = reader_of(cfg);

	r->line = (unsigned int)cfg->line;
	/* Without memory there may be nothing for a value to go to. */
	if (!strcmp(opt->name, READER_TITLE))
		on_title(r, cfg_name(cfg), value);
	else
		on_field(r, opt, value);
	*(const char **)result = value;
	return 0;
}

static int on_end(cfg_t *cfg, cfg_opt_t *opt)
{
	struct reader *r = reader_of(cfg);

	r->line = (unsigned int)cfg->line;
	if (!r->no_memory)
		r->levels[r->depth].section->end(r);
	r->depth--;
	cfg_opt_rmnsec(opt, cfg_opt_size(opt) - 1);
	return 0;
}

static void on_error(cfg_t *cfg, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));

static void on_error(cfg_t *cfg, const char *format, va_list ap)
{
	mistake_add(reader_of(cfg), (unsigned int)cfg->line, format, ap);
}

/* ---- libconfuse's tables ---- */

static void opts_free(cfg_opt_t *opts)
{
	if (!opts)
		return;
	for (cfg_opt_t *o = opts; o->name; o++)
		opts_free(o->subopts);
	free(opts);
}

static cfg_opt_t *opts_new(struct reader *r,
			   const struct reader_section *section)
{
	cfg_opt_t *opts = calloc(
		section->fields_len + section->sections_len + 3, sizeof(*opts));
	cfg_opt_t *o = opts;

	if (!opts)
		return NULL;
	*o++ = (cfg_opt_t)CFG_SIMPLE_INT(CONTEXT, &r->context);
	*o++ = (cfg_opt_t)CFG_STR_CB(READER_TITLE, NULL, CFGF_NODEFAULT,
				     on_value);
	for (size_t i = 0; i < section->fields_len; i++) {
		const struct reader_field *f = &section->fields[i];

		*o++ = (cfg_opt_t)CFG_STR_CB(
			f->name, NULL,
			CFGF_NODEFAULT | (f->list ? CFGF_LIST : 0), on_value);
	}
	for (size_t i = 0; i < section->sections_len; i++) {
		const struct reader_section *s = section->sections[i];

		*o = (cfg_opt_t)CFG_SEC(s->name, opts_new(r, s), CFGF_MULTI);
		o->validcb = on_end;
		if (!(o++)->subopts) {
			opts_free(opts);
			return NULL;
		}
	}
	return opts;
}

static enum haunt_err run_confuse(struct reader *r, const char *text,
				  const struct reader_section *root)
{
	cfg_opt_t *opts = opts_new(r, root);
	cfg_t *cfg = opts ? cfg_init(opts, CFGF_NONE) : NULL;
	enum haunt_err err = HAUNT_ENOMEM;
	int result;

	opts_free(opts);
	if (!cfg)
		goto out;
	cfg_set_error_function(cfg, on_error);
	r->levels[0] = (struct level){ .section = root };
	r->depth = 0;
	result = cfg_parse_buf(cfg, text);
	err = HAUNT_OK;
	/* The text was made by scan.c: only memory can have been missing. */
	if (result == CFG_SUCCESS && !r->depth)
		r->complete = true;
	else if (!r->mistakes_len)
		err = HAUNT_ENOMEM;
out:
	if (cfg)
		cfg_free(cfg);
	return err;
}

enum haunt_err reader_run(struct reader *r, const char *text,
			  const struct reader_section *root)
{
	size_t len = strlen(text), plain_len = 0;
	enum haunt_err err = HAUNT_OK;
	char *plain = NULL;
	bool whole;
	FILE *to;

	if (len > READER_TEXT_MAX) {
		reader_mistake(r, 0, "the file is longer than 32 MiB");
		return HAUNT_OK;
	}
	to = open_memstream(&plain, &plain_len);
	if (!to)
		return HAUNT_ENOMEM;
	whole = scan_text(rd_of(text, len), root, r, to);
	if (fclose(to))
		err = HAUNT_ENOMEM;
	else if (whole)
		err = run_confuse(r, plain, root);
	free(plain);
	return err;
}

void config_mistake_print(void *arg, const char *name, unsigned int line,
			  const char *text)
{
	(void)arg;
	if (line)
		fprintf(stderr, "%s:%u: %s\n", name, line, text);
	else
		fprintf(stderr, "%s: %s\n", name, text);
}
