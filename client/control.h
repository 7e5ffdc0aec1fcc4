/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's control socket, from outside: one JSON object goes in as one
 * line, one comes back.
 */
#ifndef HAUNT_CLIENT_CONTROL_H
#define HAUNT_CLIENT_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/err.h"

/* Bytes of the daemon's answer: a million grants fit. */
#define CONTROL_ANSWER_MAX (512u << 20)

#define CONTROL_CUT "--cut" /* the last word, for sessions to end, too */

/*
 * {"command": "status"} and the like: words are the command and what it is
 * about, as typed. EFORMAT: there is no such command, or a word is missing
 * or too many.
 */
enum haunt_err control_request(const char *const *words, size_t n,
			       json_t **out) HAUNT_MUST_CHECK;

/*
 * Asks the daemon at the socket. ESYS: errno says why; ECLOSED: it hung up
 * before the answer was whole; EFORMAT: the answer is no JSON object;
 * ELENGTH: it is longer than it may be.
 */
enum haunt_err control_ask(const char *path, const json_t *request,
			   json_t **out) HAUNT_MUST_CHECK;

/*
 * Watches: prints each line, as it came or for a person, until the daemon
 * hangs up (ECLOSED) or nobody reads what is printed (ESYS with EPIPE). OK:
 * the daemon has refused, and *out is its answer.
 */
enum haunt_err control_watch(const char *path, const json_t *request, bool json,
			     FILE *to, json_t **out) HAUNT_MUST_CHECK;

/* One line of what is watched, for a person. */
void control_print_event(json_t *event, FILE *to);

/* What an object says under this key; "?" and 0 where it says nothing. */
static inline const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}
static inline json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* NULL if the answer says ok, else what the daemon has against it. */
const char *control_error(const json_t *answer);

/* What a person wants to see of an answer to the request. */
void control_print(const json_t *request, json_t *answer, FILE *to);

#endif
