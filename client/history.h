/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was asked for, kept for `haunt last`: words and addresses, never a key.
 * One file of the person's own, with the last few knocks, newest first.
 */
#ifndef HAUNT_CLIENT_HISTORY_H
#define HAUNT_CLIENT_HISTORY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

#define HISTORY_ENTRIES_MAX 64
#define HISTORY_BYTES_MAX   (256u * 1024u)
#define HISTORY_TEXT_MAX    1024 /* bytes of one text in it */
#define HISTORY_WORDS_MAX   96

struct history_note {
	int64_t time_s;	     /* since 1970 */
	const char *gateway; /* as it was named */
	const char *service; /* may be empty */
	const char *address;
	const char *doors;   /* "tcp/22,udp/53" */
	uint32_t lifetime_s; /* 0: left to the gateway */
	/* What `haunt open` needs to ask for it again, up to a NULL. */
	const char *const *words;
};

/* Where it lies. NULL: no memory; to be freed. */
char *history_path(void);

/*
 * Adds to the file, in place of one that the same words made; makes the file
 * and its folder if there are none, and begins anew where it cannot be
 * understood. ESYS: errno, and nothing has changed. ELENGTH: the words are
 * too many or too long, or no text. ENOMEM.
 */
enum haunt_err history_add(const char *path,
			   const struct history_note *note) HAUNT_MUST_CHECK;

/* *out: an array, newest first, to be given back; each has the members of a
 * note. ENOENT: there is no file. EFORMAT: it is none of ours. ESYS, ENOMEM. */
enum haunt_err history_read(const char *path, json_t **out) HAUNT_MUST_CHECK;
/* The same, of the file's text. */
enum haunt_err history_parse(const char *text, size_t len,
			     json_t **out) HAUNT_MUST_CHECK;

#endif
