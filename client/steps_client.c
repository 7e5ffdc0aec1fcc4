/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the order in which a client is taken out, so that at each step it can
 * be said what was done: the file first, which can be taken back; then what
 * the client has open; then the daemon's configuration; the key last.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/conf_file.h"
#include "client/control.h"
#include "client/steps.h"
#include "client/tell.h"
#include "conf/edit.h"
#include "core/proto/haunt.h"

enum status steps_client_list(const struct steps *s)
{
	struct config *config = NULL;
	char *text = NULL;

	if (conf_file_read(s->config, &text, &config))
		return STATUS_REFUSED;
	for (size_t i = 0; i < config->clients_len; i++) {
		const struct client *c = &config->clients[i];

		printf("%s: %s:", c->name, c->key_path);
		for (size_t j = 0; j < c->services_len; j++)
			printf(" %s", config->services[c->services[j]].name);
		putchar('\n');
	}
	config_free(config);
	free(text);
	return STATUS_OK;
}

/* Ends what the client has open. *nothing: it had nothing, or the daemon does
 * not know it. */
static enum status grants_end(const struct steps *s, const char *name,
			      size_t *ended)
{
	json_t *request = json_pack("{s:s,s:s,s:b}", "command", "revoke",
				    "client", name, "cut", 1);
	json_t *answer = NULL;
	enum haunt_err err = HAUNT_ENOMEM;

	if (request)
		err = control_ask(s->socket, request, &answer);
	json_decref(request);
	if (err) {
		steps_unreachable(s->socket, err);
		return STATUS_DAEMON;
	}
	/* That there was none is no failure; what is refused has a list. */
	*ended = json_array_size(json_object_get(answer, "revoked"));
	if (control_error(answer) && json_object_get(answer, "revoked")) {
		tell("%s", control_error(answer));
		json_decref(answer);
		return STATUS_REFUSED;
	}
	json_decref(answer);
	return STATUS_OK;
}

static bool daemon_there(const struct steps *s)
{
	json_t *request = json_pack("{s:s}", "command", "configuration");
	json_t *answer = NULL;
	enum haunt_err err = HAUNT_ENOMEM;

	if (request)
		err = control_ask(s->socket, request, &answer);
	json_decref(request);
	json_decref(answer);
	if (err)
		steps_unreachable(s->socket, err);
	return !err;
}

/* The configuration without the client; NULL: told why not. */
static char *text_without(const struct steps *s, const char *name,
			  const char *text, const struct config *config)
{
	char *rest = NULL;
	enum haunt_err err;

	if (config_client(config, name) == SIZE_MAX) {
		tell("%s: there is no client '%s'; nothing was done", s->config,
		     name);
		return NULL;
	}
	if (config->clients_len == 1) {
		tell("'%s' is the last client, and a configuration needs one; "
		     "nothing was done",
		     name);
		return NULL;
	}
	err = edit_client_remove(text, name, &rest);
	if (err) {
		tell("%s: %s; nothing was done", s->config,
		     haunt_strerror(err));
		return NULL;
	}
	if (conf_text_valid(s->config, rest))
		return rest;
	tell("without '%s' the configuration has mistakes; nothing was done",
	     name);
	free(rest);
	return NULL;
}

static void taken_back(const struct steps *s, const char *name, size_t ended)
{
	if (conf_file_back(s->config))
		tell("%s: %s: it could not be put back; it is in %s~",
		     s->config, strerror(errno), s->config);
	else
		tell("%s is as it was; '%s' is a client still", s->config,
		     name);
	if (ended)
		tell("%zu grants of '%s' were ended, with their sessions",
		     ended, name);
}

/* Where the key is now. */
static void key_aside(const struct config *config, const struct client *c)
{
	char aside[PATH_MAX];

	for (size_t i = 0; i < config->clients_len; i++) {
		const struct client *other = &config->clients[i];

		if (other != c && !strcmp(other->key_path, c->key_path)) {
			printf("the key %s stays: it is that of '%s', too\n",
			       c->key_path, other->name);
			return;
		}
	}
	if (snprintf(aside, sizeof(aside), "%s.removed", c->key_path) <
		    (int)sizeof(aside) &&
	    rename(c->key_path, aside) == 0)
		printf("its key is in %s\n", aside);
	else
		tell("the key %s stays: %s", c->key_path, strerror(errno));
}

static enum status removed(const struct steps *s, const char *name,
			   const char *rest)
{
	size_t ended = 0;
	enum status status;

	if (conf_file_write(s->config, rest)) {
		tell("%s: %s; nothing was done", s->config, strerror(errno));
		return STATUS_REFUSED;
	}
	status = grants_end(s, name, &ended);
	if (status == STATUS_OK)
		status = steps_reload(s, true);
	if (status != STATUS_OK) {
		taken_back(s, name, ended);
		return status;
	}
	printf("'%s' is no client any more; %zu grants ended, with their "
	       "sessions\nthe configuration before is in %s~\n",
	       name, ended, s->config);
	return STATUS_OK;
}

enum status steps_client_remove(const struct steps *s, const char *name)
{
	enum status status = STATUS_REFUSED;
	struct config *config = NULL;
	char *text = NULL, *rest = NULL;

	if (conf_file_read(s->config, &text, &config)) {
		tell("nothing was done");
		return STATUS_REFUSED;
	}
	rest = text_without(s, name, text, config);
	if (rest && !daemon_there(s)) {
		tell("nothing was done");
		status = STATUS_DAEMON;
	} else if (rest) {
		status = removed(s, name, rest);
	}
	if (status == STATUS_OK)
		key_aside(config,
			  &config->clients[config_client(config, name)]);
	free(rest);
	free(text);
	config_free(config);
	return status;
}
