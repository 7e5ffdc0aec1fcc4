/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides how lines that come one by one are read and shown. Each is out before
 * the next is waited for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/control.h"
#include "client/control_socket.h"

#define TIME_MAX 32

static void time_print(const json_t *event, FILE *to)
{
	time_t when = (time_t)number_of(event, "time");
	struct tm tm;
	char text[TIME_MAX];

	if (localtime_r(&when, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S ", &tm))
		fputs(text, to);
}

/* What follows is what this program may not know yet: all of it. */
void control_print_event(json_t *event, FILE *to)
{
	const char *key;
	json_t *value;

	if (!strcmp(text_of(event, "event"), "missed")) {
		fprintf(to, "missed %" JSON_INTEGER_FORMAT " lines\n",
			number_of(event, "lines"));
		return;
	}
	time_print(event, to);
	fputs(text_of(event, "event"), to);
	json_object_foreach(event, key, value)
	{
		if (!strcmp(key, "event") || !strcmp(key, "time"))
			continue;
		if (json_is_string(value))
			fprintf(to, " %s=%s", key, json_string_value(value));
		else if (json_is_integer(value))
			fprintf(to, " %s=%" JSON_INTEGER_FORMAT, key,
				json_integer_value(value));
		else
			fprintf(to, " %s=-", key);
	}
	fputc('\n', to);
}

/* EFORMAT: the line is no object. */
static enum haunt_err line_show(const char *line, bool json, FILE *to)
{
	json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	enum haunt_err err = HAUNT_OK;

	if (!json_is_object(event))
		err = HAUNT_EFORMAT;
	else if (json)
		fputs(line, to);
	else
		control_print_event(event, to);
	json_decref(event);
	if (err)
		return err;
	return fflush(to) || ferror(to) ? HAUNT_ESYS : HAUNT_OK;
}

/* The first line says whether the daemon lets us; *out is set if not. */
static enum haunt_err begin(const char *line, bool json, FILE *to, json_t **out)
{
	json_t *answer = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(answer)) {
		json_decref(answer);
		return HAUNT_EFORMAT;
	}
	if (control_error(answer)) {
		*out = answer;
		return HAUNT_OK;
	}
	json_decref(answer);
	if (json)
		fputs(line, to);
	return fflush(to) || ferror(to) ? HAUNT_ESYS : HAUNT_OK;
}

enum haunt_err control_watch(const char *path, const json_t *request, bool json,
			     FILE *to, json_t **out)
{
	enum haunt_err err;
	char *line = NULL;
	size_t cap = 0;
	FILE *from;
	int fd = control_connect(path);

	*out = NULL;
	if (fd < 0)
		return HAUNT_ESYS;
	err = control_send(fd, request);
	from = err ? NULL : fdopen(fd, "r");
	if (!from) {
		close(fd);
		return err ? err : HAUNT_ENOMEM;
	}
	err = getline(&line, &cap, from) < 0 ? HAUNT_ECLOSED
					     : begin(line, json, to, out);
	while (!err && !*out)
		err = getline(&line, &cap, from) < 0
			      ? HAUNT_ECLOSED
			      : line_show(line, json, to);
	free(line);
	fclose(from);
	return err;
}
