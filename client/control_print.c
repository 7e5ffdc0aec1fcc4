/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how answers become lines and tables for people. What the daemon may
 * say tomorrow and this program does not know yet is printed as it comes.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/control.h"

#define CELL_MAX 64
#define KEY_MAX	 128

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* ---- status ---- */

static void print_time(const char *key, json_int_t seconds, FILE *to)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	char text[CELL_MAX] = "?";

	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(to, "%s: %s\n", key, text);
}

static void print_value(const char *key, const json_t *value, FILE *to)
{
	char *text;

	if (json_is_string(value)) {
		fprintf(to, "%s: %s\n", key, json_string_value(value));
		return;
	}
	if (json_is_integer(value) && !strcmp(key, "since")) {
		print_time(key, json_integer_value(value), to);
		return;
	}
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	fprintf(to, "%s: %s\n", key, text ? text : "?");
	free(text);
}

/* "key: value", and for what an object holds "outer inner: value". */
static void print_status(json_t *answer, FILE *to)
{
	const char *key, *inner;
	json_t *value, *part;

	json_object_foreach(answer, key, value)
	{
		if (!strcmp(key, "ok"))
			continue;
		if (!json_is_object(value)) {
			print_value(key, value, to);
			continue;
		}
		json_object_foreach(value, inner, part)
		{
			char name[KEY_MAX];

			snprintf(name, sizeof(name), "%s %s", key, inner);
			print_value(name, part, to);
		}
	}
}

/* ---- grants ---- */

enum column {
	COLUMN_ID,
	COLUMN_CLIENT,
	COLUMN_SERVICE,
	COLUMN_ADDRESS,
	COLUMN_DOOR,
	COLUMN_TARGET,
	COLUMN_REMAINING,
	COLUMNS,
};

static const char *const titles[COLUMNS] = {
	"GRANT", "CLIENT", "SERVICE", "ADDRESS", "DOOR", "TARGET", "REMAINING",
};

static void cell(const json_t *grant, enum column column, char text[CELL_MAX])
{
	switch (column) {
	case COLUMN_ID:
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT,
			 number_of(grant, "id"));
		break;
	case COLUMN_CLIENT:
		snprintf(text, CELL_MAX, "%s", text_of(grant, "client"));
		break;
	case COLUMN_SERVICE:
		snprintf(text, CELL_MAX, "%s", text_of(grant, "service"));
		break;
	case COLUMN_ADDRESS:
		snprintf(text, CELL_MAX, "%s", text_of(grant, "address"));
		break;
	case COLUMN_DOOR:
		snprintf(text, CELL_MAX, "%s/%" JSON_INTEGER_FORMAT,
			 text_of(grant, "proto"), number_of(grant, "outer"));
		break;
	case COLUMN_TARGET:
		snprintf(text, CELL_MAX, "%s", text_of(grant, "target"));
		break;
	case COLUMN_REMAINING:
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT "s",
			 number_of(grant, "remaining_s"));
		break;
	case COLUMNS:
		break;
	}
}

static void print_grants(json_t *answer, FILE *to)
{
	const json_t *grants = json_object_get(answer, "grants");
	int width[COLUMNS];
	char text[CELL_MAX];
	size_t n = json_array_size(grants);

	if (!n) {
		fputs("no grants\n", to);
		return;
	}
	for (int c = 0; c < COLUMNS; c++) {
		width[c] = (int)strlen(titles[c]);
		for (size_t i = 0; i < n; i++) {
			cell(json_array_get(grants, i), (enum column)c, text);
			if ((int)strlen(text) > width[c])
				width[c] = (int)strlen(text);
		}
	}
	for (int c = 0; c < COLUMNS; c++)
		fprintf(to, c < COLUMNS - 1 ? "%-*s  " : "%*s\n", width[c],
			titles[c]);
	for (size_t i = 0; i < n; i++) {
		for (int c = 0; c < COLUMNS; c++) {
			cell(json_array_get(grants, i), (enum column)c, text);
			fprintf(to, c < COLUMNS - 1 ? "%-*s  " : "%*s\n",
				width[c], text);
		}
	}
}

/* ---- revoke ---- */

static void print_revoked(json_t *answer, FILE *to)
{
	const json_t *revoked = json_object_get(answer, "revoked");
	size_t n = json_array_size(revoked);

	if (!n) {
		fputs("nothing to revoke\n", to);
		return;
	}
	fputs("revoked", to);
	for (size_t i = 0; i < n; i++)
		fprintf(to, " %" JSON_INTEGER_FORMAT,
			json_integer_value(json_array_get(revoked, i)));
	fputc('\n', to);
}

void control_print(const json_t *request, json_t *answer, FILE *to)
{
	const char *command = text_of(request, "command");

	if (!strcmp(command, "grants"))
		print_grants(answer, to);
	else if (!strcmp(command, "revoke"))
		print_revoked(answer, to);
	else
		print_status(answer, to);
}
