/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a text in libconfuse's syntax against tables of sections and fields,
 * and calls back for each value with its line at hand. All values are text;
 * the one who takes a value parses it, so that a bad one is a mistake with a
 * line and never the end of the reading.
 */
#ifndef HAUNT_CONF_READER_H
#define HAUNT_CONF_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/config.h"
#include "core/base/err.h"

#define READER_TEXT_MAX	  (32u << 20) /* bytes of a configuration file */
#define READER_FIELDS_MAX 40	      /* fields of one section */
#define READER_DEPTH_MAX  3	      /* sections in sections, with the root */
#define READER_TITLE	  "title"     /* reserved: no field has this name */

struct reader;

struct reader_field {
	const char *name;
	bool list; /* {"a", "b"}, or one value; taken one by one */
	void (*take)(struct reader *r, const char *value);
};

/* The root has no title: its begin and end are not called. */
struct reader_section {
	const char *name;
	const struct reader_field *fields;
	size_t fields_len;
	const struct reader_section *const *sections;
	size_t sections_len;
	void (*begin)(struct reader *r, const char *title);
	void (*end)(struct reader *r);
};

/* For config_mistake_fn and what reader_arg() returns. */
struct reader_calls {
	config_mistake_fn *mistake;
	void *mistake_arg;
	const char *name; /* of the file, for the messages */
	void *arg;
};

enum haunt_err reader_new(const struct reader_calls *calls,
			  struct reader **out) HAUNT_MUST_CHECK;
/* Reads text to its end if its grammar allows. ENOMEM; mistakes are no error
 * here: see reader_finish(). May be called once. */
enum haunt_err reader_run(struct reader *r, const char *text,
			  const struct reader_section *root) HAUNT_MUST_CHECK;
/* Tells all mistakes in the order of their lines. EFORMAT if there were any,
 * ENOMEM if some may be missing. */
enum haunt_err reader_finish(struct reader *r) HAUNT_MUST_CHECK;
void reader_free(struct reader *r);

/* True if the grammar was right, so that what was read is the whole file. */
bool reader_complete(const struct reader *r);

/* Inside the callbacks: what calls->arg was. */
void *reader_arg(const struct reader *r);
/* The line of the value or title at hand; of the closing brace in end(). */
unsigned int reader_line(const struct reader *r);
/* Where field i of the open section was given, 0 if it was not. */
unsigned int reader_given(const struct reader *r, size_t field);

/* Notes a mistake; line 0 where none is to blame. */
void reader_mistake(struct reader *r, unsigned int line, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));
/* Notes that the value at hand is not what the field takes. */
void reader_wanted(struct reader *r, const char *field, const char *wanted,
		   const char *value);
/* Notes that memory ran out; reader_finish() will say so. */
void reader_no_memory(struct reader *r);

/*
 * Makes room for one more element at the end of an array that grows, zeroed:
 * reader_grow(r, &array, &len, sizeof(*array)) returns it, or NULL, noted.
 * array points to the pointer.
 */
void *reader_grow(struct reader *r, void *array, size_t *len, size_t size);

#endif
