/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that the daemon's processes start anew in the middle of a reload, and
 * with them the one that answers.
 */
#include "client/steps.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "client/control.h"
#include "client/tell.h"
#include "core/proto/haunt.h"

#define RELOAD_WAIT_MS	120000
#define RELOAD_PAUSE_MS 20

void steps_unreachable(const char *path, enum haunt_err err)
{
	if (err != HAUNT_ESYS)
		tell("%s: %s", path, haunt_strerror(err));
	else if (errno == ENOENT || errno == ECONNREFUSED)
		tell("%s: hauntd is not running, or has another "
		     "control-socket",
		     path);
	else if (errno == EACCES || errno == EPERM)
		tell("%s: not allowed: be root, or in hauntd's control-group",
		     path);
	else
		tell("%s: %s", path, strerror(errno));
}

static enum haunt_err ask(const char *path, const char *command, json_t **out)
{
	json_t *request = json_pack("{s:s}", "command", command);
	enum haunt_err err = HAUNT_ENOMEM;

	if (request)
		err = control_ask(path, request, out);
	json_decref(request);
	return err;
}

static void pause_ms(long ms)
{
	const struct timespec wait = { .tv_sec = ms / 1000,
				       .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&wait, NULL);
}

/* The outcome of a reload that came after `before` others; NULL: it does not
 * come. While the processes start anew nobody answers. */
static json_t *outcome_wait(const char *path, json_int_t before)
{
	for (long waited = 0; waited < RELOAD_WAIT_MS;
	     waited += RELOAD_PAUSE_MS) {
		json_t *answer = NULL;

		if (ask(path, "configuration", &answer) == HAUNT_OK) {
			json_int_t n = json_integer_value(
				json_object_get(answer, "reloads"));

			if (n > before &&
			    !json_is_true(json_object_get(answer, "busy")))
				return answer;
			json_decref(answer);
		}
		pause_ms(RELOAD_PAUSE_MS);
	}
	return NULL;
}

/* The daemon's reasons come as lines. */
static void reasons_tell(const json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "reason"));

	tell("refused; the configuration before stays in force");
	while (text && *text) {
		size_t len = strcspn(text, "\n");

		fprintf(stderr, "%.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static enum status outcome_print(const struct steps *s, const json_t *answer,
				 bool quiet)
{
	const char *result =
		json_string_value(json_object_get(answer, "result"));
	bool done = result && !strcmp(result, "done");

	if (s->json && !quiet) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (!done) {
		reasons_tell(answer);
	} else if (!quiet) {
		printf("done; generation %" JSON_INTEGER_FORMAT "\n",
		       json_integer_value(
			       json_object_get(answer, "generation")));
	}
	return done ? STATUS_OK : STATUS_REFUSED;
}

enum status steps_reload(const struct steps *s, bool quiet)
{
	json_t *answer = NULL;
	json_int_t before;
	enum status status;
	const char *refusal;
	enum haunt_err err = ask(s->socket, "reload", &answer);

	if (err) {
		steps_unreachable(s->socket, err);
		return STATUS_DAEMON;
	}
	refusal = control_error(answer);
	if (refusal)
		tell("%s", refusal);
	before = json_integer_value(json_object_get(answer, "reloads"));
	status = refusal ? STATUS_REFUSED : STATUS_OK;
	json_decref(answer);
	if (status != STATUS_OK)
		return status;
	answer = outcome_wait(s->socket, before);
	if (!answer) {
		tell("the daemon does not say how the reload ended; its log "
		     "does");
		return STATUS_DAEMON;
	}
	status = outcome_print(s, answer, quiet);
	json_decref(answer);
	return status;
}
