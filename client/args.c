/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how an option and its value are told from a word.
 */
#include "client/args.h"

#include <stdbool.h>
#include <string.h>

#include "client/tell.h"

/* The option that argument names; *value is what stands behind its '='. */
static const struct arg *table_find(const struct arg_table *table,
				    const char *argument, const char **value)
{
	size_t head =
		argument[1] == '-' ? strcspn(argument, "=") : strlen(argument);
	bool has_value = argument[head];

	for (size_t i = 0; i < table->len; i++) {
		const struct arg *a = &table->args[i];

		if (strlen(a->name) != head ||
		    strncmp(a->name, argument, head) ||
		    (has_value && !a->wanted))
			continue;
		*value = has_value ? argument + head + 1 : NULL;
		return a;
	}
	return NULL;
}

/* Takes the option at *argv and leaves *argv at its last part. */
static enum haunt_err args_take(const struct args *args, char ***argv)
{
	const char *value = NULL, *given;
	const struct arg *a = NULL;
	char *place = NULL;

	for (size_t i = 0; i < ARGS_TABLES && !a; i++) {
		a = table_find(&args->tables[i], **argv, &value);
		place = args->tables[i].values;
	}
	if (!a) {
		tell("unknown option '%s'; --help tells which there are",
		     **argv);
		return HAUNT_EFORMAT;
	}
	if (!a->wanted)
		value = a->name;
	else if (!value && !(value = *++*argv)) {
		tell("%s: expected %s", a->name, a->wanted);
		return HAUNT_EFORMAT;
	}
	place += a->offset;
	memcpy(&given, place, sizeof(given));
	if (given) {
		tell("%s is given twice", a->name);
		return HAUNT_EFORMAT;
	}
	memcpy(place, &value, sizeof(value));
	return HAUNT_OK;
}

/* True if argv from here on is left alone. */
static bool args_rest(const struct args *args, char **at, size_t words)
{
	if (!args->rest || !words)
		return false;
	if (args->stops && words == args->words_max)
		*args->rest = at;
	else if (!strcmp(*at, "--"))
		*args->rest = at + 1;
	else
		return false;
	return true;
}

enum haunt_err args_parse(const struct args *args, char **argv,
			  const char **words, size_t *words_len)
{
	bool options = true;
	size_t n = 0;

	if (args->rest)
		*args->rest = NULL;
	for (char **at = argv + 1; *at && !args_rest(args, at, n); at++) {
		enum haunt_err err = HAUNT_OK;

		if (options && !strcmp(*at, "--")) {
			options = false;
			continue;
		}
		if (options && (*at)[0] == '-' && (*at)[1])
			err = args_take(args, &at);
		else if (n < args->words_max)
			words[n++] = *at;
		else {
			tell("too many words: '%s'", *at);
			err = HAUNT_EFORMAT;
		}
		if (err)
			return err;
	}
	*words_len = n;
	return HAUNT_OK;
}

void args_help(const struct args *args, FILE *to)
{
	for (size_t i = 0; i < ARGS_TABLES; i++)
		for (size_t j = 0; j < args->tables[i].len; j++) {
			const struct arg *a = &args->tables[i].args[j];

			if (a->wanted)
				fprintf(to, "  %-16s %s\n", a->name, a->wanted);
			else
				fprintf(to, "  %s\n", a->name);
		}
}
