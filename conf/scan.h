/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first look at a configuration file, before libconfuse has it. It finds
 * every unknown name and every value that is a list where one value belongs
 * (libconfuse stops at the first), refuses what libconfuse would do silently
 * (environment variables, paths as names, appending, replacing a section by
 * one of the same title), and hands on a plain text: no comments, since
 * libconfuse miscounts lines after them, every value quoted, and a section's
 * title as the first option in it. Lines stay where they were.
 */
#ifndef HAUNT_CONF_SCAN_H
#define HAUNT_CONF_SCAN_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/err.h"
#include "core/base/wire.h"

struct reader_section;
struct reader;

/*
 * Reports to reader what is wrong with the grammar of text and writes the
 * plain text of the rest to `to`. False: the text cannot be followed to its
 * end, and what was written is of no use.
 */
bool scan_text(struct rd text, const struct reader_section *root,
	       struct reader *reader, FILE *to) HAUNT_MUST_CHECK;

#endif
