/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how answers become lines and tables for people. What the daemon may
 * say tomorrow and this program does not know yet is printed as it comes.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/control.h"

#define CELL_MAX    64
#define KEY_MAX	    128
#define COLUMNS_MAX 16

/* ---- status ---- */

static void time_format(json_int_t seconds, char text[CELL_MAX])
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (!localtime_r(&when, &tm) ||
	    !strftime(text, CELL_MAX, "%Y-%m-%d %H:%M:%S", &tm))
		strcpy(text, "?");
}

static void print_time(const char *key, json_int_t seconds, FILE *to)
{
	char text[CELL_MAX];

	time_format(seconds, text);
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

/* ---- tables ---- */

/* Writes what belongs into one column of a row. */
typedef void cell_fn(const json_t *row, size_t column, char text[CELL_MAX]);

struct table {
	const char *const *titles;
	size_t columns;
	size_t numbers; /* so many of the last ones are aligned to the right */
	cell_fn *cell;
};

static void line_end(const struct table *t, size_t column, int width,
		     const char *text, FILE *to)
{
	bool right = column + t->numbers >= t->columns;

	fprintf(to, right ? "%*s" : "%-*s", width, text);
	fputs(column + 1 < t->columns ? "  " : "\n", to);
}

static void print_table(const struct table *t, const json_t *rows, FILE *to)
{
	int width[COLUMNS_MAX];
	char text[CELL_MAX];
	size_t n = json_array_size(rows);

	for (size_t c = 0; c < t->columns; c++) {
		width[c] = (int)strlen(t->titles[c]);
		for (size_t i = 0; i < n; i++) {
			t->cell(json_array_get(rows, i), c, text);
			if ((int)strlen(text) > width[c])
				width[c] = (int)strlen(text);
		}
	}
	for (size_t c = 0; c < t->columns; c++)
		line_end(t, c, width[c], t->titles[c], to);
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < t->columns; c++) {
			t->cell(json_array_get(rows, i), c, text);
			line_end(t, c, width[c], text, to);
		}
	}
}

/* ---- grants ---- */

enum grant_column {
	GRANT_ID,
	GRANT_CLIENT,
	GRANT_SERVICE,
	GRANT_ADDRESS,
	GRANT_DOOR,
	GRANT_TARGET,
	GRANT_REMAINING,
	GRANT_COLUMNS,
};

static const char *const grant_titles[GRANT_COLUMNS] = {
	"GRANT", "CLIENT", "SERVICE", "ADDRESS", "DOOR", "TARGET", "REMAINING",
};

static void grant_cell(const json_t *grant, size_t column, char text[CELL_MAX])
{
	static const char *const keys[GRANT_COLUMNS] = {
		[GRANT_CLIENT] = "client",
		[GRANT_SERVICE] = "service",
		[GRANT_ADDRESS] = "address",
		[GRANT_TARGET] = "target",
	};

	if (column == GRANT_ID)
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT,
			 number_of(grant, "id"));
	else if (column == GRANT_DOOR)
		snprintf(text, CELL_MAX, "%s/%" JSON_INTEGER_FORMAT,
			 text_of(grant, "proto"), number_of(grant, "outer"));
	else if (column == GRANT_REMAINING)
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT "s",
			 number_of(grant, "remaining_s"));
	else
		snprintf(text, CELL_MAX, "%s", text_of(grant, keys[column]));
}

static void print_grants(const json_t *answer, FILE *to)
{
	static const struct table table = { .titles = grant_titles,
					    .columns = GRANT_COLUMNS,
					    .numbers = 1,
					    .cell = grant_cell };
	const json_t *grants = json_object_get(answer, "grants");

	if (json_array_size(grants))
		print_table(&table, grants, to);
	else
		fputs("no grants\n", to);
}

/* ---- sessions ---- */

enum session_column {
	SESSION_CLIENT,
	SESSION_SERVICE,
	SESSION_PROTO,
	SESSION_FROM,
	SESSION_DOOR,
	SESSION_TO,
	SESSION_GRANT,
	SESSION_SINCE,
	SESSION_IDLE,
	SESSION_IN,
	SESSION_OUT,
	SESSION_COLUMNS,
};

static const char *const session_titles[SESSION_COLUMNS] = {
	"CLIENT", "SERVICE", "PROTO", "FROM", "DOOR", "TO",
	"GRANT",  "SINCE",   "IDLE",  "IN",   "OUT",
};

static void bytes_cell(const json_t *session, const char *key,
		       char text[CELL_MAX])
{
	const json_t *bytes = json_object_get(session, key);

	if (json_is_integer(bytes))
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(bytes));
	else
		strcpy(text, "-");
}

static void session_cell(const json_t *s, size_t column, char text[CELL_MAX])
{
	static const char *const keys[SESSION_COLUMNS] = {
		[SESSION_CLIENT] = "client", [SESSION_SERVICE] = "service",
		[SESSION_PROTO] = "proto",   [SESSION_FROM] = "from",
		[SESSION_DOOR] = "door",     [SESSION_TO] = "to",
	};

	switch (column) {
	case SESSION_GRANT:
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT "%s",
			 number_of(s, "grant"),
			 json_is_true(json_object_get(s, "granted")) ? ""
								     : " over");
		break;
	case SESSION_SINCE:
		time_format(number_of(s, "since"), text);
		break;
	case SESSION_IDLE:
		snprintf(text, CELL_MAX, "%" JSON_INTEGER_FORMAT "s",
			 number_of(s, "idle_s"));
		break;
	case SESSION_IN:
		bytes_cell(s, "in", text);
		break;
	case SESSION_OUT:
		bytes_cell(s, "out", text);
		break;
	default:
		snprintf(text, CELL_MAX, "%s", text_of(s, keys[column]));
		break;
	}
}

static void print_sessions(const json_t *answer, FILE *to)
{
	static const struct table table = { .titles = session_titles,
					    .columns = SESSION_COLUMNS,
					    .numbers = 3,
					    .cell = session_cell };
	const json_t *sessions = json_object_get(answer, "sessions");

	if (!json_array_size(sessions)) {
		fputs("no sessions\n", to);
		return;
	}
	print_table(&table, sessions, to);
	if (!json_is_true(json_object_get(answer, "accounting")))
		fputs("bytes are not counted: "
		      "sysctl net.netfilter.nf_conntrack_acct=1 "
		      "lets new connections be\n",
		      to);
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
	else if (!strcmp(command, "sessions"))
		print_sessions(answer, to);
	else if (!strcmp(command, "revoke"))
		print_revoked(answer, to);
	else
		print_status(answer, to);
}
