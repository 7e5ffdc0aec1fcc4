/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwknop's configuration files, read as fwknop 2.6 reads them: its daemon's
 * (fwknopd.conf), its daemon's stanzas (access.conf) and its client's
 * (.fwknoprc). Values may be keys: they are wiped when they are freed, and
 * nothing here prints one.
 */
#ifndef HAUNT_CONF_FWKNOP_H
#define HAUNT_CONF_FWKNOP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/wire.h"

#define FWKNOP_LINE_MAX 1023 /* bytes of a line that fwknop reads at once */
#define FWKNOP_DEPTH	3    /* of files that include files */

#define FWKNOP_PARTS_MAX   4096 /* stanzas or sections */
#define FWKNOP_ENTRIES_MAX 256	/* lines of one of them */

enum fwknop_kind {
	FWKNOP_DAEMON,
	FWKNOP_ACCESS,
	FWKNOP_RC,
};

enum fwknop_what {
	FWKNOP_NOTHING, /* empty, or a comment */
	FWKNOP_PAIR,
	FWKNOP_SECTION, /* FWKNOP_RC: name is the section's */
	FWKNOP_BAD,	/* a name without a value */
	FWKNOP_LONG,	/* longer than FWKNOP_LINE_MAX */
};

/* A line, as fwknop understands it. The value may be secret: wipe it. */
struct fwknop_line {
	enum fwknop_what what;
	char name[FWKNOP_LINE_MAX + 1];	 /* without a colon at its end */
	char value[FWKNOP_LINE_MAX + 1]; /* up to where fwknop stops */
	bool cut; /* there is more on the line than fwknop reads */
};

/* Takes a line off text; false at its end. */
bool fwknop_line_next(enum fwknop_kind kind, struct rd *text,
		      struct fwknop_line *out);

/* A directive, and where it is. name is empty for a line that is none. */
struct fwknop_entry {
	enum fwknop_what what; /* PAIR, BAD or LONG */
	char *file;
	unsigned int line; /* from 1 */
	char *name;
	char *value;
	bool cut;
};

/*
 * FWKNOP_DAEMON: one part. FWKNOP_ACCESS: the first part is what stands
 * before any stanza, and each SOURCE begins another. FWKNOP_RC: the first is
 * what stands before any section; sections of the same name, in whatever
 * case, are one part.
 */
struct fwknop_part {
	char *name; /* of a section; "" for others */
	struct fwknop_entry *entries;
	size_t len;
};

struct fwknop_conf {
	struct fwknop_part *parts; /* at least one after fwknop_read() */
	size_t len;
};

struct fwknop_reading;

/*
 * Called for %include, %include_folder and %include_keys: reads what the
 * line names, with fwknop_read(), into the same configuration. *part is the
 * part that the line stands in.
 */
typedef enum haunt_err fwknop_include_fn(struct fwknop_reading *r, size_t part,
					 const struct fwknop_entry *line);

struct fwknop_reading {
	enum fwknop_kind kind;
	struct fwknop_conf *conf;
	fwknop_include_fn *include; /* NULL: they are entries like others */
	void *arg;
	size_t depth; /* of the file that is read, from 1 */
};

/*
 * Adds a file's text to r->conf. part: where lines before the first SOURCE or
 * section go; 0 for a file that nothing includes. ENOMEM. ELENGTH: too many
 * parts or lines. What include says.
 */
enum haunt_err fwknop_read(struct fwknop_reading *r, const char *file,
			   struct rd text, size_t part) HAUNT_MUST_CHECK;
/* Wipes, and frees what *conf holds. */
void fwknop_clear(struct fwknop_conf *conf);

/* The entry of that name that counts, which is the last; NULL. */
const struct fwknop_entry *fwknop_find(const struct fwknop_part *part,
				       const char *name);
/* Its value, or fallback. */
const char *fwknop_value(const struct fwknop_part *part, const char *name,
			 const char *fallback);
/* True if it is there and begins with Y or y, which is all that fwknop wants.
 */
bool fwknop_on(const struct fwknop_part *part, const char *name);

#endif
