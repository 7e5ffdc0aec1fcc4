/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides that what was sent is remembered, as words that mean the same in any
 * folder. That it could not be is no reason to fail.
 */
#include "client/knock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/history.h"
#include "client/row.h"
#include "client/tell.h"
#include "core/base/clock.h"

#define PATHS_MAX 8

/* Options whose values are paths. */
static const char *const path_options[] = {
	"--config",
	"--key",
	"--gpg-home",
	"--gpg-passphrase-file",
};

/* Paths of this folder, made absolute. */
struct paths {
	char *made[PATHS_MAX];
	size_t len;
};

static bool is_path_option(const char *word)
{
	for (size_t i = 0; i < sizeof(path_options) / sizeof(path_options[0]);
	     i++)
		if (!strcmp(word, path_options[i]))
			return true;
	return false;
}

static enum haunt_err paths_settle(struct paths *p, struct row *r)
{
	char *cwd = getcwd(NULL, 0);
	enum haunt_err err = cwd ? HAUNT_OK : HAUNT_ESYS;

	for (size_t i = 0; !err && i + 1 < r->len; i++) {
		const char *path = r->words[i + 1];
		char **made = &p->made[p->len];

		if (!is_path_option(r->words[i]) || *path == '/' ||
		    !strcmp(path, "-") || p->len == PATHS_MAX)
			continue;
		if (asprintf(made, "%s/%s", cwd, path) < 0) {
			err = HAUNT_ENOMEM;
			break;
		}
		p->len++;
		r->words[i + 1] = *made;
	}
	free(cwd);
	return err;
}

/* What `haunt open` is to be told. */
static void row_make(const struct knocker *k, struct row *r)
{
	struct plan_words words = *k->words;
	const struct arg_table typed = { plan_args, PLAN_ARGS_LEN, &words };

	/* These were of that one time. */
	words.key_fd = words.save_packet = words.save_append = NULL;
	row_add_typed(r, &typed);
	if (k->config) {
		row_add(r, "--config");
		row_add(r, k->config);
	}
	row_add(r, "--");
	row_add(r, words.gateway);
	if (words.service)
		row_add(r, words.service);
}

static void remember(const struct knocker *k, const struct haunt_request *q)
{
	struct row r = { .len = 0 };
	struct paths paths = { .len = 0 };
	char address[ADDR_TEXT_MAX], doors[ASK_DOORS_MAX];
	const struct history_note note = {
		.time_s = clock_wall_s(clock_system()),
		.gateway = k->words->gateway,
		.service = k->session->plan.service.name,
		.address = session_gateway(k->session, address),
		.doors = ask_doors(q, doors),
		.lifetime_s = q->lifetime_s,
		.words = r.words,
	};
	char *path = history_path();
	enum haunt_err err = path ? HAUNT_OK : HAUNT_ENOMEM;

	row_make(k, &r);
	if (!err && row_full(&r))
		err = HAUNT_ELENGTH;
	if (!err)
		err = paths_settle(&paths, &r);
	if (!err)
		err = history_add(path, &note);
	if (err && !k->session->plan.quiet)
		tell("%s: what was asked for is not kept: %s",
		     path ? path : "history",
		     err == HAUNT_ESYS ? strerror(errno) : haunt_strerror(err));
	while (paths.len)
		free(paths.made[--paths.len]);
	free(path);
}

enum cmd_status knock(const struct knocker *k, struct session_packet *out)
{
	enum cmd_status status = session_seal(k->session, out);

	if (status == CMD_OK)
		status = session_send(k->session, out);
	if (status == CMD_OK && !k->forgets)
		remember(k, &out->request);
	return status;
}
