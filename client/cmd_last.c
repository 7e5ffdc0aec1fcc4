/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * haunt last: what was asked for, how long it may still be open, and the same
 * once more.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/args.h"
#include "client/cmd.h"
#include "client/history.h"
#include "client/json_out.h"
#include "client/tell.h"
#include "client/term.h"
#include "core/base/clock.h"
#include "core/proto/haunt.h"

#define TIME_TEXT_MAX 32

struct last_words {
	const char *again;
	const char *all;
	const char *json;
	const char *quiet;
	const char *help;
};

#define WORD(member) offsetof(struct last_words, member)

static const struct arg last_args[] = {
	{ "--again", NULL, WORD(again) }, { "--all", NULL, WORD(all) },
	{ "--json", NULL, WORD(json) },	  { "--quiet", NULL, WORD(quiet) },
	{ "--help", NULL, WORD(help) },
};

static const char usage[] = "usage: haunt last [GATEWAY] [OPTION…]\n";

static int64_t number(const json_t *entry, const char *name)
{
	return json_integer_value(json_object_get(entry, name));
}

static const char *text(const json_t *entry, const char *name)
{
	return json_string_value(json_object_get(entry, name));
}

static void print_time(const char *name, int64_t seconds)
{
	time_t when = (time_t)seconds;
	char out[TIME_TEXT_MAX];
	struct tm tm;

	if (!localtime_r(&when, &tm) ||
	    !strftime(out, sizeof(out), "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(out, sizeof(out), "%" PRId64, seconds);
	printf("%s: %s", name, out);
}

static void print_entry(const json_t *entry, int64_t now)
{
	const struct term t = term_of(stdout);
	int64_t lifetime = number(entry, "lifetime");
	int64_t left = number(entry, "time") + lifetime - now;

	fputs("gateway: ", stdout);
	term_put(&t, TERM_NAME, text(entry, "gateway"));
	putchar('\n');
	if (*text(entry, "service"))
		printf("service: %s\n", text(entry, "service"));
	printf("address: %s\nports: %s\n", text(entry, "address"),
	       text(entry, "ports"));
	print_time("asked", number(entry, "time"));
	if (!lifetime) {
		puts("\nlifetime: default");
		return;
	}
	printf("\nlifetime: %" PRId64 "s\n", lifetime);
	print_time("ends", number(entry, "time") + lifetime);
	if (left > 0)
		printf(", in %" PRId64 "s", left);
	else
		fputs(", which is over", stdout);
	putchar('\n');
}

/* The file's members, and what follows from them. */
static json_t *entry_json(json_t *entry, int64_t now)
{
	json_t *out = json_copy(entry);
	int64_t lifetime = number(entry, "lifetime");
	int64_t ends = number(entry, "time") + lifetime;
	json_t *ports = json_array();
	char *doors = strdup(text(entry, "ports"));
	char *rest = NULL;

	for (char *door = doors ? strtok_r(doors, ",", &rest) : NULL; door;
	     door = strtok_r(NULL, ",", &rest))
		json_array_append_new(ports, json_string(door));
	free(doors);
	json_object_set_new(out, "ports", ports);
	json_object_set_new(out, "lifetime",
			    lifetime ? json_integer(lifetime) : json_null());
	json_object_set_new(out, "ends",
			    lifetime ? json_integer(ends) : json_null());
	json_object_set_new(out, "left",
			    lifetime ? json_integer(ends > now ? ends - now : 0)
				     : json_null());
	return out;
}

static void print_all(const struct last_words *own, const json_t *found)
{
	int64_t now = clock_wall_s(clock_system());
	json_t *out = own->json ? json_array() : NULL;
	size_t i;
	json_t *entry;

	json_array_foreach(found, i, entry)
	{
		if (own->json) {
			json_array_append_new(out, entry_json(entry, now));
			continue;
		}
		if (i)
			putchar('\n');
		print_entry(entry, now);
	}
	if (own->json)
		json_out(json_pack("{s:b, s:o}", "ok", 1, "last", out));
}

static enum cmd_status again(const struct last_words *own, const json_t *entry)
{
	const json_t *words = json_object_get(entry, "words");
	char open[] = "open", json[] = "--json", quiet[] = "--quiet";
	char *argv[HISTORY_WORDS_MAX + 4] = { open };
	enum cmd_status status = CMD_NETWORK;
	size_t n = 1, i, first;
	json_t *word;

	if (own->json)
		argv[n++] = json;
	if (own->quiet)
		argv[n++] = quiet;
	first = n;
	json_array_foreach(words, i, word)
	{
		argv[n] = strdup(json_string_value(word));
		if (!argv[n]) {
			tell("no memory");
			goto out;
		}
		n++;
	}
	argv[n] = NULL;
	status = cmd_open(argv);
out:
	while (n > first)
		free(argv[--n]);
	return status;
}

/* Leaves the newest of that gateway; with all, all of it. */
static void narrow(json_t *entries, const char *gateway, bool all)
{
	size_t i = 0;

	while (i < json_array_size(entries)) {
		const json_t *entry = json_array_get(entries, i);

		if ((gateway && strcmp(text(entry, "gateway"), gateway)) ||
		    (!all && i))
			json_array_remove(entries, i);
		else
			i++;
	}
}

/* NULL: told. */
static json_t *entries_find(const char *gateway, bool all)
{
	char *path = history_path();
	json_t *entries = NULL;
	enum haunt_err err = path ? history_read(path, &entries) : HAUNT_ENOMEM;

	if (!err)
		narrow(entries, gateway, all);
	if (err == HAUNT_ENOENT || (!err && !json_array_size(entries)))
		tell(gateway ? "nothing is known that '%s' was asked for"
			     : "nothing is known that was asked for",
		     gateway);
	else if (err == HAUNT_EFORMAT)
		tell("%s: this is not what haunt has written", path);
	else if (err)
		tell("%s: %s", path ? path : "history",
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	free(path);
	if (!err && json_array_size(entries))
		return entries;
	json_decref(entries);
	return NULL;
}

enum cmd_status cmd_last(char **argv)
{
	struct last_words own = { .again = NULL };
	const struct args args = {
		.tables = { { last_args,
			      sizeof(last_args) / sizeof(last_args[0]),
			      &own } },
		.words_max = 1,
	};
	enum cmd_status status = CMD_OK;
	const char *gateway = NULL;
	json_t *entries;
	size_t n = 0;

	if (args_parse(&args, argv, &gateway, &n))
		return CMD_USAGE;
	if (own.help) {
		fputs(usage, stdout);
		args_help(&args, stdout);
		return CMD_OK;
	}
	if (own.again && own.all) {
		tell("--again and --all exclude each other");
		return CMD_USAGE;
	}
	entries = entries_find(gateway, own.all);
	if (!entries) {
		if (own.json)
			json_failure(CMD_USAGE);
		return CMD_USAGE;
	}
	if (own.again)
		status = again(&own, json_array_get(entries, 0));
	else
		print_all(&own, entries);
	json_decref(entries);
	return status;
}
